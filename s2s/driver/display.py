"""Generated text in colour, for notebooks and terminals, where Pygments is installed."""

from __future__ import annotations

from html import escape
from typing import Any


def as_html(text: str) -> str:
    """The text as HTML."""
    found = _pygments("html", {"noclasses": True, "nobackground": True})
    if found is None:
        return f"<pre>{escape(text)}</pre>"
    highlight, lexer, formatter = found
    return str(highlight(text, lexer, formatter))


def as_terminal(text: str) -> str:
    """The text with the colour codes of terminals."""
    found = _pygments("terminal", {})
    if found is None:
        return text
    highlight, lexer, formatter = found
    return str(highlight(text, lexer, formatter))


def _pygments(target: str, options: dict[str, Any]) -> tuple[Any, Any, Any] | None:
    """The function, lexer and formatter of Pygments, if it is there."""
    try:
        from pygments import highlight
        from pygments.formatters import HtmlFormatter, TerminalFormatter
        from pygments.lexers import PythonLexer
    except ImportError:
        return None
    formatter: Any = HtmlFormatter if target == "html" else TerminalFormatter
    return highlight, PythonLexer(), formatter(**options)
