"""Blocks, blank lines and simple statements of the source writer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gast

from . import layout as lay
from .expressions import ExpressionWriter
from .literals import docstring
from .precedence import ATOM, BIT_OR, TEST, ends_in_brackets, kind, level

__all__ = ["Blank", "Comment", "StatementWriter"]

_DEFINITIONS = ("FunctionDef", "AsyncFunctionDef", "ClassDef")
_IMPORTS = ("Import", "ImportFrom")


class Comment(gast.stmt):  # type: ignore[misc]
    """A comment on lines of its own, never wrapped.

    Parameters
    ----------
    text : str
        The comment without its number sign; each of its lines gets one.
    """

    _fields = ("text",)

    def __init__(self, text: str) -> None:
        """Keep the text."""
        super().__init__()
        self.text = text


class Blank(gast.stmt):  # type: ignore[misc]
    """One blank line; several in a row, or next to an automatic one, count once."""

    _fields = ()


class StatementWriter(ExpressionWriter):
    """Writes statements, and lays each out when the next one begins."""

    def __init__(self, width: int) -> None:
        """Start with no lines."""
        super().__init__()
        self.width = width
        self.lines: list[str] = []
        self._indent = 0
        self._start = 0  # the indentation of the statement that is being written
        self._in_class = False  # whether the innermost definition is a class
        self._opens_definition = False  # whether a block is the body of a definition

    def fill(self, text: str = "") -> None:
        """End the current statement and begin another with `text`."""
        self.finish()
        self._start = self._indent
        if text:
            self.write(text)

    def finish(self) -> None:
        """Lay out the current statement."""
        if self.tokens:
            self.lines.append(lay.layout(self.tokens, self._start * lay.STEP, self.width))
            self.tokens.clear()

    # Blocks and blank lines

    def suite(self, body: Sequence[Any], documented: bool = False) -> None:
        """Write a colon and an indented block, `documented` if it is that of a definition."""
        self.enter()
        self._opens_definition = documented
        self.block(body, documented)
        if all(isinstance(node, (Comment, Blank)) for node in body):
            self.fill("pass")
        self.leave()

    def block(self, body: Sequence[Any], documented: bool = False) -> None:
        """Write statements, with the blank lines between them."""
        previous: Any = None
        wanted = 0  # blank lines asked for since the last statement
        for i, node in enumerate(body):
            if isinstance(node, Blank):
                wanted = max(wanted, 1)
                continue
            wanted = max(wanted, self._blank_lines(previous, body, i))
            if previous is not None or self._indent or self.lines:
                self._skip(wanted)
            wanted = 0
            if documented and i == 0 and _is_docstring(node):
                self.fill(docstring(node.value.value, getattr(node.value, "kind", None)))
                previous = "docstring"
                continue
            self.dispatch(node)
            previous = node

    def _list(self, body: Sequence[Any]) -> None:
        """Write a list of statements, which the base class dispatches like a node."""
        self.block(body)

    def _blank_lines(self, previous: Any, body: Sequence[Any], i: int) -> int:
        """Return how many blank lines the usual style puts before statement `i` of a block."""
        around = 1 if self._indent else 2
        if isinstance(previous, Comment):
            return 0
        # The lines before a comment are those of the statement that it introduces.
        while isinstance(body[i], Comment) and i + 1 < len(body):
            i += 1
        defines = kind(body[i]) in _DEFINITIONS
        if previous is None:
            # The first definition of a branch is set off, that of a function or class is not.
            return int(defines and self._indent > 0 and not self._opens_definition)
        if defines or _ends_in_definition(previous):
            return around
        if previous == "docstring":
            return 1 if self._indent == 0 or self._in_class else 0
        return int(kind(previous) in _IMPORTS and kind(body[i]) not in _IMPORTS)

    def _skip(self, count: int) -> None:
        """Leave `count` blank lines."""
        if count:
            self.finish()
            self.lines += [""] * count

    def _Comment(self, t: Comment) -> None:
        """Write a comment."""
        for line in t.text.split("\n"):
            self.fill(("# " + line).rstrip())
            self.finish()

    def _Blank(self, t: Blank) -> None:
        """Write a blank line that stands alone."""
        self._skip(1)

    # Optional parentheses

    def value(
        self, node: Any, least: int = TEST, bare: bool = True, yields: bool = False
    ) -> None:
        """Write an expression at the end of a statement, in parentheses if it must be broken.

        `bare` allows a tuple without parentheses, and `yields` a ``yield``.
        """
        name = kind(node)
        out = self.tokens
        if bare and name == "Tuple" and len(node.elts) > 1:
            self.optional(node.elts, self.expr)
        elif yields and name in ("Yield", "YieldFrom"):
            self.dispatch(node)
        else:
            out += (_parentheses(node), lay.LPAR, lay.INDENT, lay.SOFT)
            self.expr(node, least)
            out += (lay.DEDENT, lay.CLOSE, lay.RPAR, lay.END)

    def optional(self, nodes: Sequence[Any], each: Callable[[Any], None]) -> None:
        """Write items, in parentheses and one a line if they do not fit."""
        out = self.tokens
        out += (lay.PARENS, lay.LPAR, lay.INDENT, lay.SOFT)
        for i, node in enumerate(nodes):
            if i:
                out += (",", lay.SPACE)
            each(node)
        out += (lay.COMMA, lay.DEDENT, lay.CLOSE, lay.RPAR, lay.END)

    # Simple statements

    def _Expr(self, t: Any) -> None:
        """Write an expression as a statement."""
        self.fill()
        self.value(t.value, yields=True)

    def _ImportFrom(self, t: Any) -> None:
        """Write a ``from`` import."""
        self.fill("from " + "." * (t.level or 0) + (t.module or "") + " import ")
        if t.names[0].name == "*":
            self.write("*")
        else:
            self.optional(t.names, self.dispatch)

    def _Assign(self, t: Any) -> None:
        """Write an assignment."""
        self.fill()
        for target in t.targets:
            if kind(target) == "Tuple" and len(target.elts) > 1:
                self.optional(target.elts, self.expr)
            else:
                self.expr(target, ATOM)
            self.write(" = ")
        self.value(t.value, yields=True)

    def _AugAssign(self, t: Any) -> None:
        """Write an in-place assignment."""
        self.fill()
        self.expr(t.target, ATOM)
        self.write(f" {self.binop[kind(t.op)]}= ")
        self.value(t.value, yields=True)

    def _AnnAssign(self, t: Any) -> None:
        """Write an annotated name with or without a value."""
        self.fill()
        if kind(t.target) == "Name" and not t.simple:
            self.write(f"({t.target.id})")
        else:
            self.expr(t.target, ATOM)
        self.write(": ")
        self.expr(t.annotation)
        if t.value is not None:
            self.write(" = ")
            self.value(t.value, yields=True)

    def _Return(self, t: Any) -> None:
        """Write a ``return``."""
        self.fill("return")
        if t.value is not None:
            self.write(" ")
            self.value(t.value)

    def _Delete(self, t: Any) -> None:
        """Write a ``del``."""
        self.fill("del ")
        for i, target in enumerate(t.targets):
            if i:
                self.write(", ")
            self.expr(target, ATOM)

    def _Assert(self, t: Any) -> None:
        """Write an assertion."""
        self.fill("assert ")
        self.value(t.test, bare=False)
        if t.msg is not None:
            self.write(", ")
            self.value(t.msg, bare=False)

    def _Raise(self, t: Any) -> None:
        """Write a ``raise``."""
        self.fill("raise")
        if t.exc is not None:
            self.write(" ")
            self.value(t.exc, bare=False)
        if t.cause is not None:
            self.write(" from ")
            self.value(t.cause, bare=False)

    def _TypeAlias(self, t: Any) -> None:
        """Write a type alias."""
        self.fill("type " + t.name.id)
        self._type_parameters(t)
        self.write(" = ")
        self.value(t.value, bare=False)


def _ends_in_definition(node: Any) -> bool:
    """Say whether the last line of a statement is that of a definition within it."""
    while not isinstance(node, str) and kind(node) not in _DEFINITIONS:
        for field in ("finalbody", "orelse", "handlers", "cases", "body"):
            inner = getattr(node, field, None)
            if isinstance(inner, list) and inner:
                node = inner[-1]
                break
        else:
            return False
    return not isinstance(node, str)


def _is_docstring(node: Any) -> bool:
    """Say whether a statement is a string on its own."""
    return (
        kind(node) == "Expr"
        and kind(node.value) == "Constant"
        and isinstance(node.value.value, str)
    )


def _parentheses(node: Any) -> lay.Mark:
    """Return the kind of optional parentheses that an expression gets.

    Brackets at the end of an expression are broken rather than wrapped in parentheses, unless
    several operators come before them.
    """
    name = kind(node)
    if name == "BinOp":
        chained = kind(node.left) == "BinOp" and level(node.left) == level(node)
        lazy = not chained and _closes(node.right, level(node) + 1)
    elif name == "Compare":
        lazy = len(node.ops) == 1 and _closes(node.comparators[0], BIT_OR)
    elif name == "BoolOp":
        lazy = len(node.values) == 2 and _closes(node.values[1], level(node) + 1)
    elif name in ("IfExp", "NamedExpr"):
        lazy = False
    else:
        return lay.BEST
    return lay.LAZY if lazy else lay.PARENS


def _closes(node: Any, least: int) -> bool:
    """Say whether an operand ends in brackets, its own or those that its place asks for."""
    return level(node) < least or ends_in_brackets(node)
