"""Masked arrays that are made, reduced and filled in one function: their data and their mask.

    m = np.ma.masked_array(x, mask=k)          y = np.sum(x, where=unmasked(x, k, None))
    y = m.sum()

A masked array that is used in any other way stays, and is refused where derivatives flow.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import runtime
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Block, Const, Function, Let, Method, Ref, Star, Stmt, Value
from s2s.ir.walk import all_atoms, blocks_of, statements, with_blocks, with_stmts

_MAKERS = (np.ma.masked_array, np.ma.array, np.ma.MaskedArray)
_TESTS: dict[Any, Callable[..., Any]] = {
    np.ma.masked_less: operator.lt, np.ma.masked_less_equal: operator.le,
    np.ma.masked_greater: operator.gt, np.ma.masked_greater_equal: operator.ge,
    np.ma.masked_equal: operator.eq, np.ma.masked_not_equal: operator.ne,
}  # fmt: skip
_REDUCTIONS: dict[str, Any] = {
    "sum": np.sum, "mean": np.mean, "prod": np.prod, "std": np.std, "var": np.var,
    "max": np.max, "min": np.min,
}  # fmt: skip
_START = {"max": Const(float("-inf")), "min": Const(float("inf"))}
_OPTIONS = ("axis", "ddof", "keepdims")


def masked_arrays(function: Function) -> Function:
    """The function without the masked arrays that only it sees."""
    exprs = [s.expr for s in statements(function.body) if isinstance(s, Let)]
    if not any(_module(e).startswith("numpy.ma") for e in exprs):
        return function
    uses = Counter(a for a in all_atoms(function.body) if isinstance(a, Value))
    known: Counter[Value] = Counter()
    for stmt in statements(function.body):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and _reads(stmt.expr):
            first = _subject(stmt.expr)
            if isinstance(first, Value):
                known[first] += 1
    worker = _Worker({v for v, n in uses.items() if known[v] == n})
    return replace(function, body=worker.block(function.body))


def _module(expr: Any) -> str:
    fn = expr.fn if isinstance(expr, Apply) else None
    return getattr(fn.obj, "__module__", None) or "" if isinstance(fn, Ref) else ""


def _reads(expr: Apply) -> str | None:
    """What a call asks of a masked array, if it is one of those that are known."""
    fn = expr.fn
    if any(isinstance(a, Star) for a in expr.args) or not expr.args:
        return None
    plain = all(k in _OPTIONS for k, _ in expr.kwargs) and len(expr.args) <= 2
    if isinstance(fn, Method):
        if fn.name in _REDUCTIONS:
            return fn.name if plain else None
        lengths = {"filled": 2, "compressed": 1}
        return fn.name if lengths.get(fn.name) == len(expr.args) and not expr.kwargs else None
    if not isinstance(fn, Ref):
        return None
    if fn.obj is getattr and expr.args[1:] in ((Const("data"),), (Const("mask"),)):
        return str(expr.args[1].value)  # type: ignore[union-attr]
    name = getattr(fn.obj, "__name__", "")
    own = _REDUCTIONS.get(name) is fn.obj or _module(expr).startswith("numpy.ma")
    return name if name in _REDUCTIONS and own and plain else None


def _subject(expr: Apply) -> Any:
    return expr.args[0]


class _Worker:
    """The rewriting of one function; `whole` are the values that are read in known ways only."""

    def __init__(self, whole: set[Value]) -> None:
        self.whole = whole
        self.pairs: dict[Value, tuple[Atom, Atom]] = {}

    def block(self, block: Block) -> Block:
        """A block without masked arrays."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            done = self.stmt(stmt) if isinstance(stmt, Let) else None
            if done is None:
                done = [with_blocks(stmt, tuple(map(self.block, blocks_of(stmt))))]
            stmts += done
        return with_stmts(block, stmts)

    def stmt(self, stmt: Let) -> list[Stmt] | None:
        """The statements that replace one, or None."""
        expr = stmt.expr
        if not isinstance(expr, Apply) or len(stmt.targets) != 1 or stmt.unpack:
            return None
        build, target = Builder(stmt.origin), stmt.targets[0]
        if target in self.whole:
            made = self._made(expr, build)
            if made is not None:
                self.pairs[target] = made
                return build.stmts
        pair = self.pairs.get(_subject(expr)) if expr.args else None
        what = _reads(expr) if pair is not None else None
        if pair is None or what is None:
            return None
        return [*build.stmts, *self._read(stmt, expr, what, *pair)]

    def _made(self, expr: Apply, build: Builder) -> tuple[Atom, Atom] | None:
        """The data and the mask of a masked array that a call makes."""
        fn = expr.fn
        args = [a for a in expr.args if not isinstance(a, Star)]
        options = dict(expr.kwargs)
        if not isinstance(fn, Ref) or len(args) != len(expr.args) or not args:
            return None
        obj: Any = fn.obj
        if obj in _MAKERS:
            if len(args) == 2 and not options:
                mask = args[1]
            elif len(args) == 1 and set(options) == {"mask"}:
                mask = options["mask"]
            else:
                return None
            mask = build.call(np.asarray, mask, Ref("bool", bool), name="mask")
            return build.call(np.asarray, args[0], name="data"), mask
        if options:
            return None
        if obj is np.ma.masked_where and len(args) == 2:
            return build.call(np.asarray, args[1], name="data"), args[0]
        if obj is np.ma.masked_invalid and len(args) == 1:
            finite = build.call(np.isfinite, args[0])
            return args[0], build.call(operator.invert, finite, name="mask")
        if obj in _TESTS and len(args) == 2:
            return args[0], build.call(_TESTS[obj], args[0], args[1], name="mask")
        return None

    def _read(self, stmt: Let, expr: Apply, what: str, data: Atom, mask: Atom) -> list[Stmt]:
        """What is read of a masked array, from its data and its mask."""
        build = Builder(stmt.origin)
        if what in ("data", "mask"):
            return [replace(stmt, expr=data if what == "data" else mask)]
        if what == "filled":
            fill = expr.args[1]
            return [replace(stmt, expr=Apply(Ref("np.where", np.where), (mask, fill, data)))]
        if what == "compressed":
            kept = build.call(operator.invert, mask, name="kept")
            item = Apply(Ref("getitem", operator.getitem), (data, kept))
            return [*build.stmts, replace(stmt, expr=item)]
        placed: Any = expr.args[1] if len(expr.args) > 1 else Const(None)
        axis = dict(expr.kwargs).get("axis", placed)
        kept = build.call(Ref("unmasked", runtime.unmasked), data, mask, axis, name="kept")
        options = (*expr.kwargs, ("where", kept))
        if what in _START:
            options = (*options, ("initial", _START[what]))
        fn = Ref(f"np.{what}", _REDUCTIONS[what])
        return [*build.stmts, replace(stmt, expr=Apply(fn, (data, *expr.args[1:]), options))]
