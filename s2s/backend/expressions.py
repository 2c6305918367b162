"""Expressions as source text, with the parentheses that precedence asks for and no others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import astunparse

from . import layout as lay
from .literals import constant, formatted
from .precedence import (
    ATOM,
    AWAIT,
    BINARY,
    BIT_OR,
    BOOLEAN,
    FACTOR,
    NAMED,
    NOT,
    OR,
    POWER,
    TEST,
    hugs,
    kind,
    level,
    simple_bound,
)  # fmt: skip

__all__ = ["ExpressionWriter"]


def _operands(t: Any, before: str) -> list[tuple[str, Any, int]]:
    """Return the operands of a chain of ``and`` and ``or``, the first one after `before`.

    An ``and`` within an ``or`` needs no parentheses and breaks along with it.
    """
    name = kind(t.op)
    pieces: list[tuple[str, Any, int]] = []
    for i, value in enumerate(t.values):
        word = before if i == 0 else "or" if name == "Or" else "and"
        if name == "Or" and kind(value) == "BoolOp" and kind(value.op) == "And":
            pieces += _operands(value, word)
        else:
            pieces.append((word, value, BOOLEAN[name] + 1))
    return pieces


class ExpressionWriter(astunparse.Unparser):  # type: ignore[misc]
    """Writes one expression after the other into a list of layout tokens."""

    def __init__(self, banned: tuple[str, ...] = ()) -> None:
        """Start with no tokens; string literals keep clear of the quotes in `banned`."""
        # The base class prints a whole tree from its constructor, so it is not called.
        self.tokens: list[str] = []
        self.future_imports: list[str] = []
        self.banned = banned
        self.write = self.tokens.append
        self._methods: dict[type, Callable[[Any], None]] = {}

    def dispatch(self, tree: Any) -> None:
        """Write a node with the method named after its class."""
        cls = tree.__class__
        method = self._methods.get(cls)
        if method is None:
            method = getattr(self, "_" + cls.__name__, None)
            if method is None:
                raise TypeError(f"cannot write a node of type {cls.__name__}")
            self._methods[cls] = method
        method(tree)

    def expr(self, node: Any, least: int = TEST) -> None:
        """Write an expression, in parentheses if its level is below `least`."""
        if level(node) >= least:
            self.dispatch(node)
            return
        self.write("(")
        self.tokens += (lay.BRACKET, lay.INDENT, lay.SOFT)
        self.dispatch(node)
        self.tokens += (lay.DEDENT, lay.SOFT, lay.END)
        self.write(")")

    def flat(self, node: Any, least: int = TEST) -> str:
        """Return the text of an expression on one line."""
        saved, self.tokens = self.tokens, []
        self.write = self.tokens.append
        self.expr(node, least)
        text = "".join(self.tokens)
        self.tokens = saved
        self.write = saved.append
        return text

    def items(
        self,
        opening: str,
        nodes: Sequence[Any],
        closing: str,
        each: Callable[[Any], None] | None = None,
        hang: bool = True,
        comma: bool = True,
    ) -> None:
        """Write comma-separated items in brackets.

        `hang` allows all items on one line of their own; `comma` allows a trailing comma.
        """
        self.write(opening)
        if nodes:
            each = each or self.expr
            out = self.tokens
            out += (lay.BRACKET, lay.INDENT, lay.SOFT)
            if hang:
                out.append(lay.GROUP)
            first = True
            for node in nodes:
                if first:
                    first = False
                else:
                    out += (",", lay.SPACE)
                each(node)
            if comma:
                out.append(lay.COMMA)
            if hang:
                out.append(lay.END)
            out += (lay.DEDENT, lay.SOFT, lay.END)
        self.write(closing)

    def chain(self, pieces: Sequence[tuple[str, Any, int]]) -> None:
        """Write operands, each after its operator, as one chain that breaks together."""
        out = self.tokens
        out.append(lay.CHAIN)
        for operator, operand, least in pieces:
            if operator:
                out += (lay.OPSPACE, operator + " ")
            self.expr(operand, least)
        out.append(lay.END)

    # Operators

    def _NamedExpr(self, t: Any) -> None:
        """Write an assignment expression."""
        self.expr(t.target, ATOM)
        self.write(" := ")
        self.expr(t.value, TEST)

    def _IfExp(self, t: Any) -> None:
        """Write a conditional expression."""
        self.chain((("", t.body, OR), ("if", t.test, OR), ("else", t.orelse, TEST)))

    def _Lambda(self, t: Any) -> None:
        """Write an anonymous function."""
        parameters = self.parameters(t.args)
        self.write("lambda " if parameters else "lambda")
        for i, parameter in enumerate(parameters):
            if i:
                self.write(", ")
            parameter()
        self.write(": ")
        self.expr(t.body, TEST)

    def _BoolOp(self, t: Any) -> None:
        """Write a chain of ``and`` or ``or``."""
        self.chain(_operands(t, ""))

    def _UnaryOp(self, t: Any) -> None:
        """Write a sign, ``~`` or ``not``."""
        name = kind(t.op)
        if name == "Not":
            self.write("not ")
            self.expr(t.operand, NOT)
            return
        self.write(self.unop[name])
        # ``-x**2`` needs no parentheses, but is so often misread that formatters add them.
        power = kind(t.operand) == "BinOp" and kind(t.operand.op) == "Pow"
        self.expr(t.operand, AWAIT if power else FACTOR)

    def _BinOp(self, t: Any) -> None:
        """Write a chain of binary operators of one precedence, the left ones in a loop."""
        own = BINARY[kind(t.op)]
        if own == POWER:
            self._power(t)
            return
        pieces: list[tuple[str, Any, int]] = []
        while kind(t) == "BinOp" and BINARY[kind(t.op)] == own:
            pieces.append((self.binop[kind(t.op)], t.right, own + 1))
            t = t.left
        pieces.append(("", t, own))
        pieces.reverse()
        self.chain(pieces)

    def _power(self, t: Any) -> None:
        """Write a power, without spaces between simple operands."""
        right = t.right
        tight = right.left if kind(right) == "BinOp" and level(right) == POWER else right
        self.tokens.append(lay.CHAIN)
        self.expr(t.left, AWAIT)
        if level(t.left) > POWER and hugs(t.left) and hugs(tight):
            self.write("**")
        else:
            self.tokens += (lay.OPSPACE, "** ")
        self.expr(right, FACTOR)
        self.tokens.append(lay.END)

    def _Compare(self, t: Any) -> None:
        """Write a comparison, chained or not."""
        pieces = [("", t.left, BIT_OR)]
        for op, right in zip(t.ops, t.comparators, strict=True):
            pieces.append((self.cmpops[kind(op)], right, BIT_OR))
        self.chain(pieces)

    def _Await(self, t: Any) -> None:
        """Write an ``await``."""
        self.write("await ")
        self.expr(t.value, ATOM)

    def _Yield(self, t: Any) -> None:
        """Write a ``yield``."""
        self.write("yield")
        if t.value is not None:
            self.write(" ")
            self.bare(t.value)

    def _YieldFrom(self, t: Any) -> None:
        """Write a ``yield from``."""
        self.write("yield from ")
        self.expr(t.value)

    def _Starred(self, t: Any) -> None:
        """Write an unpacked iterable."""
        self.write("*")
        self.expr(t.value, BIT_OR)

    # Primaries

    def _Attribute(self, t: Any) -> None:
        """Write an attribute access."""
        self.primary(t.value)
        self.write("." + t.attr)

    def primary(self, node: Any) -> None:
        """Write what an attribute, a call or a subscript applies to."""
        # The dot after an integer literal would make it a float.
        if kind(node) == "Constant" and type(node.value) is int and node.value >= 0:
            self.write(f"({constant(node.value)})")
        else:
            self.expr(node, ATOM)

    def _Call(self, t: Any) -> None:
        """Write a call."""
        self.primary(t.func)
        if len(t.args) == 1 and not t.keywords and kind(t.args[0]) == "GeneratorExp":
            self._comprehended("(", t.args[0], ")")
        else:
            self.items("(", [*t.args, *t.keywords], ")", self._call_argument)

    def _call_argument(self, node: Any) -> None:
        """Write one argument of a call or one base of a class."""
        self.expr(node, NAMED)

    def _keyword(self, t: Any) -> None:
        """Write a keyword argument."""
        self.write("**" if t.arg is None else t.arg + "=")
        self.expr(t.value)

    def _Subscript(self, t: Any) -> None:
        """Write a subscript."""
        self.primary(t.value)
        index = t.slice
        if kind(index) != "Tuple" or not index.elts:
            self.items("[", [index], "]", self._call_argument, comma=False)
        elif len(index.elts) > 1:
            self.items("[", index.elts, "]", hang=False)
        elif kind(index.elts[0]) == "Starred":
            self.items("[", index.elts, "]", comma=False)
        elif kind(index.elts[0]) == "Slice":
            self.items("[", index.elts, ",]", comma=False)
        else:
            self.items("[", [index], "]", comma=False)

    def _Slice(self, t: Any) -> None:
        """Write a slice, with spaces around the colons if a bound is not simple."""
        simple = simple_bound(t.lower) and simple_bound(t.upper) and simple_bound(t.step)
        space = "" if simple else " "
        if t.lower is not None:
            self.expr(t.lower)
            self.write(space)
        self.write(":")
        if t.upper is not None:
            self.write(space)
            self.expr(t.upper)
        if t.step is not None:
            self.write((space if t.upper is not None else "") + ":" + space)
            self.expr(t.step)

    def _Name(self, t: Any) -> None:
        """Write a name."""
        self.write(t.id)

    def bare(self, node: Any, least: int = TEST) -> None:
        """Write an expression, a tuple of several items without its parentheses."""
        if kind(node) != "Tuple" or len(node.elts) < 2:
            self.expr(node, least)
            return
        for i, item in enumerate(node.elts):
            if i:
                self.write(", ")
            self.expr(item)

    # Displays and comprehensions

    def _Tuple(self, t: Any) -> None:
        """Write a tuple in parentheses."""
        if len(t.elts) == 1:
            self.items("(", t.elts, ",)", comma=False)
        else:
            self.items("(", t.elts, ")", hang=False)

    def _List(self, t: Any) -> None:
        """Write a list."""
        self.items("[", t.elts, "]", hang=False)

    def _Set(self, t: Any) -> None:
        """Write a set; the empty one has no display of its own."""
        if t.elts:
            self.items("{", t.elts, "}", hang=False)
        else:
            self.write("{*()}")

    def _Dict(self, t: Any) -> None:
        """Write a dictionary."""
        pairs = list(zip(t.keys, t.values, strict=True))
        self.items("{", pairs, "}", self._dict_item, hang=False)

    def _dict_item(self, pair: tuple[Any, Any]) -> None:
        """Write one entry of a dictionary."""
        key, value = pair
        if key is None:
            self.write("**")
            self.expr(value, BIT_OR)
        else:
            self.expr(key)
            self.write(": ")
            self.expr(value)

    def _ListComp(self, t: Any) -> None:
        """Write a list comprehension."""
        self._comprehended("[", t, "]")

    def _SetComp(self, t: Any) -> None:
        """Write a set comprehension."""
        self._comprehended("{", t, "}")

    def _DictComp(self, t: Any) -> None:
        """Write a dictionary comprehension."""
        self._comprehended("{", t, "}")

    def _GeneratorExp(self, t: Any) -> None:
        """Write a generator expression."""
        self._comprehended("(", t, ")")

    def _comprehended(self, opening: str, t: Any, closing: str) -> None:
        """Write a comprehension, one clause a line if it is broken."""
        self.write(opening)
        self.tokens += (lay.BRACKET, lay.INDENT, lay.SOFT, lay.GROUP)
        if kind(t) == "DictComp":
            self._dict_item((t.key, t.value))
        else:
            self.expr(t.elt)
        for clause in t.generators:
            self.tokens += (lay.SPACE, "async for " if clause.is_async else "for ")
            self.bare(clause.target, OR)
            self.write(" in ")
            self.expr(clause.iter, OR)
            for condition in clause.ifs:
                self.tokens += (lay.SPACE, "if ")
                self.expr(condition, OR)
        self.tokens += (lay.END, lay.DEDENT, lay.SOFT, lay.END)
        self.write(closing)

    # Parameters

    def parameters(self, t: Any) -> list[Callable[[], None]]:
        """Return one writer for each parameter of a function and for its separators."""
        plain = [*t.posonlyargs, *t.args]
        defaults = [None] * (len(plain) - len(t.defaults)) + list(t.defaults)
        writers: list[Callable[[], None]] = []
        for i, (name, default) in enumerate(zip(plain, defaults, strict=True), 1):
            writers.append(lambda n=name, d=default: self._parameter("", n, d))  # type: ignore[misc]
            if i == len(t.posonlyargs):
                writers.append(lambda: self.write("/"))
        if t.vararg is not None:
            writers.append(lambda: self._parameter("*", t.vararg, None))
        elif t.kwonlyargs:
            writers.append(lambda: self.write("*"))
        for name, default in zip(t.kwonlyargs, t.kw_defaults, strict=True):
            writers.append(lambda n=name, d=default: self._parameter("", n, d))  # type: ignore[misc]
        if t.kwarg is not None:
            writers.append(lambda: self._parameter("**", t.kwarg, None))
        return writers

    def _parameter(self, stars: str, node: Any, default: Any) -> None:
        """Write one parameter with its annotation and default."""
        # The generic tree has names for parameters, the standard one has nodes of type arg.
        name = node.id if kind(node) == "Name" else node.arg
        self.write(stars + name)
        if node.annotation is not None:
            self.write(": ")
            self.expr(node.annotation)
        if default is not None:
            self.write("=" if node.annotation is None else " = ")
            self.expr(default)

    # Literals

    def _Constant(self, t: Any) -> None:
        """Write a literal."""
        self.write(constant(t.value, getattr(t, "kind", None), self.banned))

    def _JoinedStr(self, t: Any) -> None:
        """Write an f-string."""
        self.write(formatted("f", t.values, self.banned, _field_text))

    def _TemplateStr(self, t: Any) -> None:
        """Write a template string."""
        self.write(formatted("t", t.values, self.banned, _field_text))

    def _FormattedValue(self, t: Any) -> None:
        """Write a replacement field that stands alone."""
        self.write(formatted("f", [t], self.banned, _field_text))


def _field_text(node: Any, banned: tuple[str, ...]) -> str:
    """Return the text of an expression in the braces of an f-string."""
    # A colon outside parentheses would start the format specification.
    tail = node
    while kind(tail) == "IfExp":
        tail = tail.orelse
    return ExpressionWriter(banned).flat(node, OR if kind(tail) == "Lambda" else TEST)
