"""Python literals as source text: numbers, strings, docstrings and pieces of f-strings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["CannotWrite", "constant", "docstring", "formatted", "string"]

_QUOTES = ('"', "'", '"""', "'''")

# Fields of f-strings may hold the string's own quotes, and backslashes.
_REUSES_QUOTES = sys.version_info >= (3, 12)


class CannotWrite(ValueError):
    """A tree that has no source text in the running version of Python."""


def constant(value: Any, kind: str | None = None, banned: tuple[str, ...] = ()) -> str:
    """Return the text of a Python scalar, keeping clear of the quotes in `banned`.

    A negative number comes back with its sign, whose precedence is lower than a literal's.
    """
    if isinstance(value, (str, bytes)):
        return string(value, "u" if kind == "u" else "", banned)
    if value is Ellipsis:
        return "..."
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, int):
        try:
            return int.__repr__(value)
        except ValueError:  # more digits than the interpreter is willing to print
            return hex(value)
    if isinstance(value, float):
        # NaN has no literal, and infinity is the literal that overflows.
        text = float.__repr__(value).replace("inf", "1e309").replace("e+", "e")
        return text if text != "nan" else f"float({string('nan', '', banned)})"
    if isinstance(value, complex):
        real, imaginary = constant(value.real, None, banned), constant(value.imag, None, banned)
        if real == "0.0" and imaginary[0].isdigit():
            return (imaginary[:-2] if imaginary.endswith(".0") else imaginary) + "j"
        return f"complex({real}, {imaginary})"  # the only text that keeps the sign of zeros
    if isinstance(value, tuple):
        items = [constant(item, None, banned) for item in value]
        return "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"
    if isinstance(value, frozenset):
        # Only the compiler's own folding makes these.
        inner = constant(tuple(sorted(value, key=repr)), None, banned)
        return f"frozenset({inner})"
    raise TypeError(f"no literal for a constant of type {type(value).__name__}: {value!r}")


def string(value: str | bytes, prefix: str, banned: tuple[str, ...]) -> str:
    """Return a string literal, in double quotes unless single ones save escapes."""
    if banned:
        return _avoiding(value, prefix, banned)
    text = repr(value)
    if text[0] == "b":
        prefix, text = "b", text[1:]
    if text[0] == '"':
        return prefix + text
    body = text[1:-1]
    double = body.count('"')
    if double <= body.count("'"):
        body = body.replace("\\'", "'")
        return prefix + '"' + (body.replace('"', '\\"') if double else body) + '"'
    return prefix + text


def _avoiding(value: str | bytes, prefix: str, banned: tuple[str, ...]) -> str:
    """Return a string literal without backslashes and without the quotes in `banned`.

    That is what an f-string of Python 3.11 asks of the strings in its braces.
    """
    text = value
    if isinstance(text, bytes):
        prefix, text = "b", text.decode("latin-1")
        plain = text.isascii()
    else:
        plain = True
    multiline = text.replace("\n", "").replace("\t", "")
    if plain and "\\" not in text and multiline.isprintable():
        for quote in _QUOTES:
            if quote in text or text.endswith(quote[0]):
                continue
            if multiline != text and len(quote) == 1:
                continue
            literal = prefix + quote + text + quote
            if not any(other in literal for other in banned):
                return literal
    raise CannotWrite(f"before Python 3.12 no field of an f-string can hold {value!r}")


def _escape(text: str, quote: str) -> str:
    """Return the body of a literal for `text` between quotes `quote`."""
    # Both quotes in front make repr use single quotes, and escape only those.
    body = repr("'\"" + text)[4:-1].replace("\\'", "'")
    if len(quote) == 1:
        return body.replace(quote, "\\" + quote)
    body = body.replace(quote, "\\" + "\\".join(quote))
    before = body[:-1]
    escaped = (len(before) - len(before.rstrip("\\"))) % 2 == 1
    if body.endswith(quote[0]) and not escaped:
        body = before + "\\" + quote[0]
    return body


def docstring(text: str, kind: str | None = None) -> str:
    """Return a triple-quoted literal for a docstring, its lines kept as they are."""
    plain = text.replace("\n", "").replace("\t", "").isprintable()
    closes = '"""' in text or text.endswith('"')
    if plain and not closes:
        if "\\" not in text:
            return ("u" if kind == "u" else "") + '"""' + text + '"""'
        if kind != "u" and not text.endswith("\\"):
            return 'r"""' + text + '"""'
    body = "\n".join(
        "\t".join(_escape(part, '"""') for part in line.split("\t"))
        for line in text.split("\n")
    )
    return ("u" if kind == "u" else "") + '"""' + body + '"""'


Field = Callable[[Any, tuple[str, ...]], str]


def formatted(prefix: str, values: Sequence[Any], banned: tuple[str, ...], field: Field) -> str:
    """Return an f-string in the first quotes that its content allows.

    `values` are the parts of the string, `banned` the quotes of the f-strings around it, and
    `field` writes an expression without the quotes that it is given.
    """
    literal = "".join([v.value for v in values if type(v).__name__ == "Constant"])
    quotes = _QUOTES
    if literal.count('"') > literal.count("'"):
        quotes = ("'", '"', "'''", '"""')
    for quote in quotes:
        try:
            body = "".join([_part(v, quote, (*banned, quote), field) for v in values])
        except CannotWrite:
            continue
        text = prefix + quote + body + quote
        if any(other in text for other in banned) or ("\\" in text and banned):
            continue
        if "\n" not in body or len(quote) == 3:
            return text
    if not _REUSES_QUOTES:
        raise CannotWrite("before Python 3.12 no f-string can nest these quotes")
    body = "".join([_part(v, quotes[0], (), field) for v in values])
    return prefix + quotes[0] + body + quotes[0]


def _part(node: Any, quote: str, banned: tuple[str, ...], field: Field) -> str:
    """Return the text of one part of an f-string."""
    name = type(node).__name__
    if name == "Constant":
        return _escape(node.value.replace("{", "{{").replace("}", "}}"), quote)
    if name == "JoinedStr":  # a format specification
        return "".join([_part(value, quote, banned, field) for value in node.values])
    text = field(node.value, banned)
    space = " " if text[0] == "{" else ""
    conversion = "!" + chr(node.conversion) if node.conversion != -1 else ""
    spec = ""
    if node.format_spec is not None:
        spec = ":" + _part(node.format_spec, quote, banned, field)
    return "{" + space + text + conversion + spec + "}"
