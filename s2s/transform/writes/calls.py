"""Functions and methods that write into an argument, as computations and `Write` statements.

    np.add(a, b, out=x)        t = np.add(a, b); x[...] = t
    x.sort()                   t = np.sort(x); x[...] = t
    np.put(x, k, v)            x[np.unravel_index(k, np.shape(x))] = v
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.effects import is_ufunc, lookup
from s2s.ir.nodes import Apply, Atom, Const, Let, Method, Ref, Star, Stmt, Value, Write

ALL, LAST = Const(...), Const(-1)


@dataclass
class Settled:
    """What replaces a call: statements, and what its result is another name for."""

    stmts: list[Stmt]
    aliases: dict[Value, Atom] = field(default_factory=dict)


def settle_call(stmt: Let, facts: Facts) -> Settled | None:
    """The statements that replace a call that writes into an array; None for all others."""
    expr = stmt.expr
    assert isinstance(expr, Apply)
    expr = _by_name(expr)
    if any(isinstance(a, Star) for a in expr.args) or any(k is None for k, _ in expr.kwargs):
        return None
    split = _without_out(expr, facts)
    if split is not None:
        return _out(stmt, *split, facts)
    args = [a for a in expr.args if not isinstance(a, Star)]
    if not args or not isinstance(args[0], Value) or not facts.is_array(args[0]):
        return None
    build = Builder(stmt.origin, facts)
    keywords: dict[str, Atom] = {k: a for k, a in expr.kwargs if k is not None}
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


# out= -------------------------------------------------------------------------------------


def _without_out(expr: Apply, facts: Facts) -> tuple[Apply, Value] | None:
    """The call without its `out`, and the array that it names."""
    keywords = dict(expr.kwargs)
    if "where" in keywords:
        return None
    out: Any = keywords.pop("out", None)
    args = expr.args
    obj: Any = expr.fn.obj if isinstance(expr.fn, Ref) else None
    if out is None and is_ufunc(obj) and len(args) > obj.nin:
        if obj.nout != 1 or len(args) != obj.nin + 1:
            return None
        args, out = args[:-1], args[-1]
    elif out is None and obj is np.dot and len(args) == 3:
        args, out = args[:-1], args[-1]
    items = facts.items(out) if isinstance(out, Value) else None
    if items is not None and len(items) == 1:
        out = items[0]
    if not isinstance(out, Value) or not facts.is_array(out):
        return None
    return Apply(expr.fn, args, tuple(keywords.items())), out


def _out(stmt: Let, call: Apply, out: Value, facts: Facts) -> Settled | None:
    if len(stmt.targets) > 1 or stmt.unpack:
        return None
    build = Builder(stmt.origin, facts)
    value = build.let(call)
    build.emit(Write("item", out, ALL, value, stmt.origin))
    return Settled(build.stmts, dict.fromkeys(stmt.targets, out))


# Functions and methods --------------------------------------------------------------------


def _fill(build: Builder, facts: Facts, x: Value, value: Atom) -> bool:
    build.emit(Write("item", x, ALL, value, build.origin))
    return True


def _sort(build: Builder, facts: Facts, a: Value, axis: Atom = LAST, **how: Atom) -> bool:
    if how:
        return False
    build.emit(Write("item", a, ALL, build.call(np.sort, a, axis=axis), build.origin))
    return True


def _partition(
    build: Builder, facts: Facts, a: Value, kth: Atom, axis: Atom = LAST
) -> bool:
    new = build.call(np.partition, a, kth, axis=axis)
    build.emit(Write("item", a, ALL, new, build.origin))
    return True


def _copyto(
    build: Builder, facts: Facts, dst: Value, src: Atom, where: Atom | None = None
) -> bool:
    if where is None:
        build.emit(Write("item", dst, ALL, src, build.origin))
        return True
    shape = build.call(np.shape, dst, name="shape")
    mask = where
    if not facts.same_shape(where, dst):
        mask = build.call(np.broadcast_to, where, shape, name="mask")
    if not facts.is_scalar(src):
        if not facts.same_shape(src, dst):
            src = build.call(np.broadcast_to, src, shape)
        src = build.call(Ref("getitem", operator.getitem), src, mask)
    build.emit(Write("item", dst, mask, src, build.origin))
    return True


def _put(build: Builder, facts: Facts, a: Value, ind: Atom, v: Atom) -> bool:
    if not facts.is_scalar(v) and not facts.same_shape(ind, v):
        return False
    key = build.call(np.unravel_index, ind, build.call(np.shape, a), name="key")
    build.emit(Write("item", a, key, v, build.origin))
    return True


def _place(build: Builder, facts: Facts, arr: Value, mask: Atom, vals: Atom) -> bool:
    if not facts.is_scalar(vals):
        count = build.call(np.count_nonzero, mask, name="count")
        size = build.call(np.size, vals, name="size")
        turn = build.call(operator.mod, build.call(np.arange, count), size, name="turn")
        vals = build.call(np.take, vals, turn)
    build.emit(Write("item", arr, mask, vals, build.origin))
    return True


def _putmask(build: Builder, facts: Facts, a: Value, mask: Atom, values: Atom) -> bool:
    if not facts.is_scalar(values):
        if not facts.same_shape(values, a):
            return False
        values = build.call(Ref("getitem", operator.getitem), values, mask)
    build.emit(Write("item", a, mask, values, build.origin))
    return True


def _fill_diagonal(build: Builder, facts: Facts, a: Value, val: Atom) -> bool:
    if facts.ndim(a) != 2 or not facts.is_scalar(val):
        return False
    least = build.call(Ref("min", min), build.call(np.shape, a), name="least")
    k = build.call(np.arange, least, name="k")
    key = build.call(Ref("tuple", prims.build_tuple), k, k, name="key")
    build.emit(Write("item", a, key, val, build.origin))
    return True


def _scatter(fn: Ref) -> Callable[..., bool] | None:
    """`ufunc.at` of sums."""
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
    np.fill_diagonal: _fill_diagonal,
}  # fmt: skip
_METHODS: dict[str, Callable[..., bool]] = {
    "fill": _fill, "sort": _sort, "partition": _partition, "put": _put,
}  # fmt: skip
