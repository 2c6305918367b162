"""Rewriting generated code, statement by statement, into what Numba compiles.

    u_bar = spread_to(f_bar, t)            u_bar = np.full_like(t, f_bar)
    for x in reversed(xs):                 for k in range(len(xs) - 1, -1, -1):
        add_at(u_bar, k, x)                    x = xs[k]; u_bar[k] += x

What to write for a call stands in `calls`, for a loop in `loops`; facts answer every question
that the NumPy text asks at run time.
"""

from __future__ import annotations

import operator
import types
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from s2s.analysis import callables as table
from s2s.analysis.fact import NUMBER_KINDS
from s2s.errors import Origin
from s2s.ir.build import Builder
from s2s.ir.effects import in_place, pure
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Expr,
    For,
    Function,
    Let,
    Note,
    Raw,
    Ref,
    Stmt,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.walk import blocks_of, map_stmt, statements, with_blocks
from s2s.transform.numba.kinds import Kinds, same_dtype


class NotNative(Exception):
    """A construct that Numba cannot compile: the function runs as NumPy code instead."""

    def __init__(self, what: str, origin: Origin | None = None) -> None:
        super().__init__(what)
        self.what, self.origin = what, origin


class Legal:
    """The walk over one function.

    Attributes
    ----------
    facts : Kinds
        What is known of its values; new ones are learnt as they are built.
    build : Builder
        Where new statements go.
    """

    def __init__(
        self, facts: Kinds, adopt: Callable[[Any, Apply, Kinds], Any],
        note: Callable[[Any, Kinds], None],
    ) -> None:  # fmt: skip
        self.facts = facts
        self.adopt, self.note = adopt, note
        self.build = Builder(None, facts)
        self.source: Function | None = None  # as it is before
        self.swapped: dict[Value, Atom] = {}
        self.filled: dict[Value, tuple[Atom, Atom]] = {}  # its number, and what it is shaped like
        self.made: dict[Value, Expr] = {}  # the expression of a value, for those of a Let
        self.scaled: dict[Value, tuple[Atom, Value]] = {}  # a number times an array
        self.reduced: set[Value] = set()  # angles that are known not to be too large

    def function(self, function: Function) -> Function:
        """The function, rewritten."""
        self.source = function
        return replace(function, body=self.block(function.body))

    def atom(self, a: Any) -> Any:
        """An atom after substitution."""
        while isinstance(a, Value) and a in self.swapped:
            a = self.swapped[a]
        return a

    def block(self, block: Block, first: tuple[Stmt, ...] = ()) -> Block:
        """A block, rewritten; `first` are statements that go before it."""
        outer, self.build = self.build, Builder(None, self.facts)
        known = set(self.reduced)
        for stmt in first:
            self.build.emit(stmt)
        for stmt in block.stmts:
            self.build.origin = getattr(stmt, "origin", None)
            count = len(self.build.stmts)
            if isinstance(stmt, For | While):
                self._forget()  # a later statement of its body may write
            self.stmt(stmt)
            if any(map(_changes, self.build.stmts[count:])):
                self._forget()
        stmts, self.build = tuple(self.build.stmts), outer
        self.reduced &= known  # the block may not have run
        return replace(block, stmts=stmts, outs=tuple(self.atom(a) for a in block.outs))

    def _forget(self) -> None:
        """What is known of the items of arrays may be so no more."""
        self.filled.clear()
        self.scaled.clear()
        self.reduced.clear()

    def stmt(self, stmt: Stmt) -> None:
        """One statement."""
        from s2s.transform.numba.calls import rewrite
        from s2s.transform.numba.loops import counted

        if isinstance(stmt, Let):
            stmt = map_stmt(stmt, self.atom)
            assert isinstance(stmt, Let)
            if isinstance(stmt.expr, Apply) and _writes_out(stmt.expr):
                self._into(stmt, stmt.expr)
                return
            if isinstance(stmt.expr, Raw) and not _is_literal(stmt.expr):
                kind = type(stmt.expr.node).__name__
                raise NotNative(f"a `{kind}` expression", stmt.origin)
            new = rewrite(stmt, self)
            if new is not None:
                self.bind(stmt, new)
            return
        if isinstance(stmt, For):
            it, first = counted(stmt.iter, self)
            stmt = replace(stmt, iter=it, inits=tuple(self.atom(a) for a in stmt.inits))
            self.build.emit(replace(stmt, body=self.block(stmt.body, first)))
            return
        if isinstance(stmt, With):  # of warnings, which compiled code never gives
            for inner in stmt.body.stmts:
                self.build.origin = getattr(inner, "origin", None)
                self.stmt(inner)
            outs = map(self.atom, stmt.body.outs)
            self.swapped.update(zip(stmt.results, outs, strict=True))
            return
        blocks = blocks_of(stmt)
        if blocks:
            plain = map_stmt(stmt, self.atom, lambda b: b)
            self.build.emit(with_blocks(plain, tuple(self.block(b) for b in blocks)))
            return
        stmt = map_stmt(stmt, self.atom)
        if isinstance(stmt, Write):
            self.write(stmt)
        else:
            self.build.emit(stmt)

    def write(self, stmt: Write) -> None:
        """A change in place: of the items of an array, or of those of a list."""
        from s2s.transform.numba.helpers import add_at

        kind = self.facts.of(stmt.target).kind
        if stmt.kind in ("at", "add_at") and stmt.op == "Add":
            add_at(self, stmt.target, stmt.key, stmt.value)
        elif stmt.kind == "whole" and kind == "array":
            every = self.build.call(slice, Const(None), name="every")
            self.build.emit(replace(stmt, kind="item", key=every))
        elif stmt.kind in ("item", "restore") and kind in ("array", "list"):
            key = stmt.key
            if key == Const(...):  # Numba reads no `x[...]`
                key = self.build.call(slice, Const(None), name="every")
            self.build.emit(replace(stmt, kind="item", key=key))
        else:
            what = f"a change in place of {kind if kind != 'any' else 'an unknown kind'}"
            raise NotNative(what, stmt.origin)

    def _into(self, stmt: Let, expr: Apply) -> None:
        """`np.exp(x, out=y)`: computed, then written."""
        out = dict(expr.kwargs)["out"]
        rest = tuple((k, a) for k, a in expr.kwargs if k != "out")
        if self.facts.of(out).kind != "array" or rest:
            raise NotNative("`out=` of something else than an array", stmt.origin)
        value = self.build.let(Apply(expr.fn, expr.args), "t")
        self.build.emit(Write("item", out, Const(...), value, stmt.origin))
        if stmt.targets:
            self.swapped[stmt.targets[0]] = out

    def bind(self, stmt: Let, expr: Expr) -> None:
        """Bind what a statement computes, or use it under the name that it has already."""
        if len(stmt.targets) == 1 and not stmt.unpack:
            target = stmt.targets[0]
            expr = self._fold(target, expr)
            if self.facts.of(target).dtype is None:
                self.facts.learn(target, expr)  # what it is made of may be better known by now
            if isinstance(expr, Value | Const) and not isinstance(stmt.expr, Value | Const):
                self.swapped[target] = expr
                return
            self.made[target] = expr
            self._scale(target, expr)
        self.build.emit(replace(stmt, expr=expr))


    def _scale(self, target: Value, expr: Expr) -> None:
        """Note a number times an array."""
        match expr:
            case Apply(fn=Ref(obj=operator.mul), args=(Value() | Const() as n, Value() as x)):
                number, array = self.facts.of(n), self.facts.of(x)
                dtypes = array.dtype, self.facts.of(target).dtype
                if number.kind in NUMBER_KINDS and array.kind == "array" and same_dtype(*dtypes):
                    self.scaled[target] = n, x

    def _fold(self, target: Value, expr: Expr) -> Expr:
        """Arithmetic on arrays of one number, done on the number."""
        if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref) or expr.kwargs:
            return expr
        fact = self.facts.of(target)
        if expr.fn.text in ("np.full_like", "np.zeros_like", "np.ones_like"):
            if len(expr.args) == 2:
                self.filled[target] = expr.args[1], expr.args[0]  # type: ignore[assignment]
            return expr
        if not table.hashable(expr.fn.obj) or not table.is_elementwise(expr.fn.obj):
            return expr
        arrays = [a for a in expr.args if self.facts.of(a).kind == "array"]  # type: ignore[arg-type]
        if not arrays or not all(a in self.filled for a in arrays) or fact.dims is None:
            return expr
        like = next(
            (a for a in arrays if self.facts.same_shape(a, target)), None  # type: ignore[arg-type]
        )  # fmt: skip
        if like is None or not same_dtype(fact.dtype, self.facts.of(like).dtype):  # type: ignore[arg-type]
            return expr
        numbers = [self.filled[a][0] if a in self.filled else a for a in expr.args]  # type: ignore[index]
        number = self.build.let(Apply(expr.fn, tuple(numbers)), target.name)
        self.filled[target] = number, self.filled[like][1]  # type: ignore[index]
        return Apply(Ref("np.full_like", np.full_like), (self.filled[like][1], number))  # type: ignore[index]


def _changes(stmt: Stmt) -> bool:
    """Whether a statement may change the items of an array."""
    if isinstance(stmt, Let):
        return in_place(stmt.expr) or not pure(stmt.expr)
    return not isinstance(stmt, Note) or bool(blocks_of(stmt))


def is_quiet(stmt: With, function: Function) -> bool:
    """Whether a block only says what NumPy warns of."""
    made = (s for s in statements(function.body) if isinstance(s, Let))
    expr = next((s.expr for s in made if s.targets == (stmt.context,)), None)
    return getattr(getattr(expr, "fn", None), "obj", None) is np.errstate and stmt.target is None


def _writes_out(expr: Apply) -> bool:
    """Whether a ufunc is called with `out=`."""
    obj = getattr(expr.fn, "obj", None)
    return isinstance(obj, np.ufunc) and any(k == "out" for k, _ in expr.kwargs)


def is_source(obj: Any) -> bool:
    """Whether a callable is a Python function of somebody's, not of NumPy's."""
    module = str(getattr(obj, "__module__", None) or "")
    return isinstance(obj, types.FunctionType) and not module.startswith(("numpy", "s2s."))


def added(expr: Apply, facts: Kinds) -> Apply:
    """`x += y`: on numbers a sum like any other."""
    x = expr.args[0]
    assert isinstance(expr.fn, Ref)
    if facts.is_scalar(x) is True:  # type: ignore[arg-type]
        plain = table.OUT_OF_PLACE[expr.fn.obj]
        return Apply(Ref(plain.__name__, plain), expr.args)
    return expr


def _is_literal(expr: Raw) -> bool:
    return not expr.reads and type(expr.node).__name__ == "Constant"
