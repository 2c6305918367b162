"""Line layout for the source writer: where a statement that is too wide is broken.

A statement arrives as a list of tokens: plain strings, and marks that say where groups begin
and end and where a line may be broken. A mark is itself a string, the text that it stands for
when nothing is broken, so a statement that fits is written by one ``join``. Only the others
pay for the search below, which visits each token once and never recurses.

The style is that of the common formatters: the last bracket is broken before the earlier
ones, its content goes on one line of its own if it fits there, and else on one line an item
with a trailing comma; operator chains are broken before their operators, all or none, and
only inside brackets.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "BEST", "BRACKET", "CHAIN", "CLOSE", "COMMA", "DEDENT", "END", "GROUP", "INDENT", "LAZY",
    "LPAR", "OPSPACE", "PARENS", "RPAR", "SOFT", "SPACE", "STEP", "Mark", "layout",
]  # fmt: skip

STEP = 4

_OPEN, _END, _INDENT, _DEDENT, _LINE, _OPLINE, _IF_BROKEN = range(7)


class Mark(str):
    """A layout instruction whose string value is its text on an unbroken line."""

    __slots__ = ("broken", "kind")

    kind: int
    broken: str

    def __new__(cls, flat: str, kind: int, broken: str = "") -> Mark:
        """Make a mark that reads `flat` when unbroken and `broken` when broken."""
        mark = super().__new__(cls, flat)
        mark.kind = kind
        mark.broken = broken
        return mark


BRACKET = Mark("", _OPEN)
"""Opens the content of real brackets."""
GROUP = Mark("", _OPEN)
"""Opens the items inside brackets: broken only if they do not fit on one line."""
PARENS = Mark("", _OPEN)
"""Opens an expression that is given parentheses if it does not fit."""
LAZY = Mark("", _OPEN)
"""Like `PARENS`, but brackets inside the expression are broken first if that is enough."""
BEST = Mark("", _OPEN)
"""Like `LAZY`, for a single operand: no parentheses that would not make it fit."""
CHAIN = Mark("", _OPEN)
"""Opens a chain of operators, broken only inside brackets."""
END = Mark("", _END)
INDENT = Mark("", _INDENT)
DEDENT = Mark("", _DEDENT)
SOFT = Mark("", _LINE)
SPACE = Mark(" ", _LINE)
OPSPACE = Mark(" ", _OPLINE)
"""A space before an operator: a line break only where some bracket is broken."""
CLOSE = Mark("", _OPLINE)
"""The line break before the closing one of optional parentheses."""
COMMA = Mark("", _IF_BROKEN, ",")
LPAR = Mark("", _IF_BROKEN, "(")
RPAR = Mark("", _IF_BROKEN, ")")

# Optional parentheses start with the marks (group, LPAR, INDENT, SOFT); their content follows.
_HEAD = 4


def layout(tokens: Sequence[str], indent: int, width: int) -> str:
    """Return the text of one statement, indented by `indent` and broken to fit `width`."""
    flat = "".join(tokens)
    if indent + len(flat) <= width:
        return " " * indent + flat
    return " " * indent + _broken(tokens, indent, width)


def _broken(tokens: Sequence[str], indent: int, width: int) -> str:
    """Break a statement that does not fit on one line."""
    ends, spans = _measure(tokens)
    out: list[str] = []
    column = indent
    depth = 0  # how many brackets are broken around the current token
    stack: list[tuple[bool, bool]] = []  # (broken, counts as a bracket) of the open groups
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if not isinstance(token, Mark):
            out.append(token)
            column += len(token)
        elif token.kind == _OPEN:
            after = ends[i] + 1
            room = width - column - spans[i]
            if room >= 0 and _ahead(tokens, after, depth, room) <= room:
                out.extend(tokens[i:after])
                column += spans[i]
                i = after
                continue
            broken = True
            if token is CHAIN:
                broken = depth > 0
            elif token is LAZY or token is BEST:
                # Parentheses are needed if the text up to the first inner break is too wide,
                # and for a single operand only if that text fits on a line of its own.
                head = _ahead(tokens, i + _HEAD, depth, width)
                broken = column + head > width
                broken = broken and (token is LAZY or indent + STEP + head <= width)
            bracket = broken and token is not CHAIN and token is not GROUP
            depth += bracket
            stack.append((broken, bracket))
        elif token.kind == _END:
            depth -= stack.pop()[1]
        elif not stack[-1][0]:
            out.append(token)
            column += len(token)
        elif token.kind == _INDENT:
            indent += STEP
        elif token.kind == _DEDENT:
            indent -= STEP
        elif token.kind == _IF_BROKEN:
            out.append(token.broken)
            column += len(token.broken)
        else:
            out.append("\n" + " " * indent)
            column = indent
        i += 1
    return "".join(out)


def _measure(tokens: Sequence[str]) -> tuple[dict[int, int], dict[int, int]]:
    """Return, for the index of each opening mark, the index of its end and its flat width."""
    ends: dict[int, int] = {}
    spans: dict[int, int] = {}
    opened: list[tuple[int, int]] = []
    total = 0
    for i, token in enumerate(tokens):
        if isinstance(token, Mark):
            if token.kind == _OPEN:
                opened.append((i, total))
            elif token.kind == _END:
                start, before = opened.pop()
                ends[start] = i
                spans[start] = total - before
        total += len(token)
    return ends, spans


def _ahead(tokens: Sequence[str], start: int, depth: int, limit: int) -> int:
    """Return the width from `start` to the next place that can be broken, up to `limit`."""
    total = 0
    for i in range(start, len(tokens)):
        token = tokens[i]
        if isinstance(token, Mark):
            if token.kind == _LINE or (token.kind == _OPLINE and depth):
                break
            if token is COMMA or token is LPAR:
                total += 1
        total += len(token)
        if total > limit:
            break
    return total
