"""Functions and methods that write into an argument, as computations and `Write` statements.

    x.sort()                   t = np.sort(x); x[...] = t
    np.put(x, k, v)            x[flat_index(x, k)] = np.resize(v, np.shape(k))
    np.multiply.at(x, k, v)    x[...] = scattered(np.multiply, x, k, v)
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import runtime
from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.effects import lookup
from s2s.ir.nodes import Apply, Atom, Const, Let, Method, Ref, Star, Value, Write
from s2s.ir.outputs import is_ufunc
from s2s.transform.writes.draws import settle_draw
from s2s.transform.writes.outs import settle_out
from s2s.transform.writes.settled import Settled

ALL, LAST, NONE = Const(...), Const(-1), Const(None)
YES, NO, RAISE, SELECT = Const(True), Const(False), Const("raise"), Const("introselect")


def settle_call(stmt: Let, facts: Facts) -> Settled | None:
    """The statements that replace a call that writes into an array; None for all others."""
    expr = stmt.expr
    assert isinstance(expr, Apply)
    expr = _by_name(expr)
    if any(isinstance(a, Star) for a in expr.args) or any(k is None for k, _ in expr.kwargs):
        return None
    settled = settle_out(stmt, expr, facts) or settle_draw(stmt, expr, facts)
    if settled is not None:
        return settled
    args = [a for a in expr.args if not isinstance(a, Star)]
    build = Builder(stmt.origin, facts)
    keywords: dict[str, Atom] = {k: a for k, a in expr.kwargs if k is not None}
    first = args[0] if args else next(iter(keywords.values()), None)
    if not isinstance(first, Value) or not facts.is_array(first):
        return None
    handler: Callable[..., bool] | None = None
    if isinstance(expr.fn, Method):
        handler = _METHODS.get(expr.fn.name)
    elif isinstance(expr.fn, Ref):
        handler = lookup(_FUNCTIONS, expr.fn.obj) or _scatter(expr.fn)
    if handler is None:
        return None
    try:
        done = handler(build, facts, *args, **keywords)
    except TypeError:  # arguments that the handler does not know
        return None
    return Settled(build.stmts, {t: Const(None) for t in stmt.targets}) if done else None


def _by_name(expr: Apply) -> Apply:
    """`np.add.at(...)` as a call of a function, however it was lowered."""
    if isinstance(expr.fn, Method) and expr.args and isinstance(expr.args[0], Ref):
        receiver = expr.args[0]
        if is_ufunc(receiver.obj):
            own = replace(
                receiver, text=f"{receiver.text}.{expr.fn.name}",
                obj=getattr(receiver.obj, expr.fn.name),
            )  # fmt: skip
            return replace(expr, fn=own, args=expr.args[1:])
    return expr


# Functions and methods --------------------------------------------------------------------


def _fill(build: Builder, facts: Facts, x: Value, value: Atom) -> bool:
    build.emit(Write("item", x, ALL, value, build.origin))
    return True


def _sort(
    build: Builder, facts: Facts, a: Value, axis: Atom = LAST, kind: Atom = NONE,
    order: Atom = NONE, *, stable: Atom = NONE,
) -> bool:  # fmt: skip
    if order != NONE:
        return False
    how = (("axis", axis), ("kind", kind), ("stable", stable))
    given = tuple((k, v) for k, v in how if v != NONE)
    new = build.let(Apply(Ref("np.sort", np.sort), (a,), given))
    build.emit(Write("item", a, ALL, new, build.origin))
    return True


def _partition(
    build: Builder, facts: Facts, a: Value, kth: Atom, axis: Atom = LAST,
    kind: Atom = SELECT,
) -> bool:  # fmt: skip
    new = build.call(np.partition, a, kth, axis=axis)
    build.emit(Write("item", a, ALL, new, build.origin))
    return True


def _copyto(
    build: Builder, facts: Facts, dst: Value, src: Atom, casting: Atom = NONE,
    where: Atom = YES,
) -> bool:  # fmt: skip
    if where != YES:
        src = build.call(np.where, where, src, dst)
    build.emit(Write("item", dst, ALL, src, build.origin))
    return True


def _put(
    build: Builder, facts: Facts, a: Value, ind: Atom, v: Atom, mode: Atom = RAISE
) -> bool:
    if not facts.is_scalar(v) and not facts.same_shape(ind, v):
        v = build.call(np.resize, v, build.call(np.shape, ind))
    key = build.call(Ref("flat_index", runtime.flat_index), a, ind, mode, name="key")
    build.emit(Write("item", a, key, v, build.origin))
    return True


def _place(build: Builder, facts: Facts, arr: Value, mask: Atom, vals: Atom) -> bool:
    chosen = build.call(Ref("mask_of", runtime.mask_of), arr, mask, name="mask")
    if not facts.is_scalar(vals):
        vals = build.call(np.resize, vals, build.call(np.count_nonzero, chosen, name="count"))
    build.emit(Write("item", arr, chosen, vals, build.origin))
    return True


def _putmask(build: Builder, facts: Facts, a: Value, mask: Atom, values: Atom) -> bool:
    chosen = build.call(Ref("mask_of", runtime.mask_of), a, mask, name="mask")
    if not facts.is_scalar(values):
        if not facts.same_shape(values, a):
            values = build.call(np.resize, values, build.call(np.shape, a))
        values = build.call(Ref("getitem", operator.getitem), values, chosen)
    build.emit(Write("item", a, chosen, values, build.origin))
    return True


def _fill_diagonal(
    build: Builder, facts: Facts, a: Value, val: Atom, wrap: Atom = NO
) -> bool:
    if facts.ndim(a) == 2 and wrap == NO:
        least = build.call(Ref("min", min), build.call(np.shape, a), name="least")
        k = build.call(np.arange, least, name="k")
        key = build.call(Ref("tuple", prims.build_tuple), k, k, name="key")
    else:
        key = build.call(Ref("diagonal_index", runtime.diagonal_index), a, wrap, name="key")
        k = build.call(operator.getitem, key, Const(0))
    if not facts.is_scalar(val):
        val = build.call(np.resize, val, build.call(np.size, k, name="count"))
    build.emit(Write("item", a, key, val, build.origin))
    return True


def _put_along_axis(
    build: Builder, facts: Facts, arr: Value, indices: Atom, values: Atom, axis: Atom
) -> bool:
    along = Ref("along_axis_index", runtime.along_axis_index)
    key = build.call(along, arr, indices, axis, name="key")
    build.emit(Write("item", arr, key, values, build.origin))
    return True


def _scatter(fn: Ref) -> Callable[..., bool] | None:
    """`ufunc.at`; sums as they stand, other functions one position at a time."""
    ufunc: Any = getattr(fn.obj, "__self__", None)
    if getattr(fn.obj, "__name__", "") != "at" or not is_ufunc(ufunc):
        return None
    name = {np.add: "Add", np.subtract: "Sub"}.get(ufunc)
    if name is None:
        return None

    def handler(build: Builder, facts: Facts, a: Value, indices: Atom, b: Atom) -> bool:
        build.emit(Write("at", a, indices, b, build.origin, (fn,), name))
        return True

    return handler


_FUNCTIONS: dict[Any, Callable[..., bool]] = {
    np.copyto: _copyto, np.put: _put, np.place: _place, np.putmask: _putmask,
    np.fill_diagonal: _fill_diagonal, np.put_along_axis: _put_along_axis,
}  # fmt: skip
_METHODS: dict[str, Callable[..., bool]] = {
    "fill": _fill, "sort": _sort, "partition": _partition, "put": _put,
}  # fmt: skip
