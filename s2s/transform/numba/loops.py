"""Loops as Numba has them: nothing but arrays forward, and ranges.

    for i in reversed(range(n)):           for i in range(n - 1, -1, -1):
    for x in reversed(xs):                 for k in range(len(xs) - 1, -1, -1):
                                               x = xs[k]
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from s2s.analysis.fact import INDEX
from s2s.ir.nodes import Apply, Atom, Const, Iter, Let, Ref, Stmt, Value
from s2s.transform.numba.legal import NotNative

if TYPE_CHECKING:
    from s2s.transform.numba.legal import Legal

_LEN = Ref("len", len)


def counted(it: Iter, at: Legal) -> tuple[Iter, tuple[Stmt, ...]]:
    """The iterable, and what its body does first."""
    args = tuple(at.atom(a) for a in it.args)
    inner = tuple(counted(i, at) for i in it.inner)
    if it.kind == "reversed":
        return _backward(Iter(it.kind, args, it.inner, it.item), at)
    if it.kind == "opaque":
        raise NotNative("a loop over something else than a range, an array or a list")
    if it.kind == "each" and at.facts.of(args[0]).kind in ("tuple", "dict"):
        items = at.facts.of(args[0]).items
        kinds = {(f.kind, f.dtype, len(f.dims or ())) for f in items or ()}
        if len(kinds) != 1:
            raise NotNative("a loop over a tuple of different things")
    first = tuple(s for _, stmts in inner for s in stmts)
    return Iter(it.kind, args, tuple(i for i, _ in inner), it.item), first


def _backward(it: Iter, at: Legal) -> tuple[Iter, tuple[Stmt, ...]]:
    """A loop that runs backward, by its index."""
    if it.args:
        return _by_index(it.args[0], it.item, at)
    (inner,) = it.inner
    if inner.kind == "each":
        return _by_index(at.atom(inner.args[0]), inner.item, at)
    if inner.kind == "range":
        args = tuple(at.atom(a) for a in inner.args)
        return Iter("range", reversed_range(args, at), (), inner.item), ()
    raise NotNative("a loop that runs backward over this iterable")


def _by_index(xs: Atom, item: Value | None, at: Legal) -> tuple[Iter, tuple[Stmt, ...]]:
    """`for k in range(len(xs) - 1, -1, -1): x = xs[k]`."""
    k = Value("k")
    at.facts.put(k, INDEX)
    n = at.build.call(_LEN, xs, name="n")
    last = at.build.call(operator.sub, n, Const(1), name="last")
    first: tuple[Stmt, ...] = ()
    if item is not None:
        first = (Let((item,), Apply(Ref("getitem", operator.getitem), (xs, k))),)
    return Iter("range", (last, Const(-1), Const(-1)), (), k), first


def reversed_range(args: tuple[Atom, ...], at: Legal) -> tuple[Atom, ...]:
    """The arguments of the range that gives the same numbers from the last to the first."""
    start: Atom = args[0] if len(args) > 1 else Const(0)
    stop = args[-1] if len(args) < 3 else args[1]
    step: Atom = args[2] if len(args) == 3 else Const(1)
    build = at.build
    if step == Const(1):
        return (
            _minus(stop, 1, at), _minus(start, 1, at), Const(-1),
        )  # fmt: skip
    if step == Const(-1):
        return _plus_one(stop, at), _plus_one(start, at), Const(1)
    # start + (count - 1) * step, down to before start
    count = build.call(_LEN, build.call(Ref("range", range), start, stop, step), name="count")
    shift = build.call(operator.mul, build.call(operator.sub, count, Const(1)), step)
    last = build.call(operator.add, start, shift, name="last")
    before = build.call(operator.sub, start, step, name="before")
    return last, before, build.call(operator.neg, step, name="back")


def _minus(a: Atom, k: int, at: Legal) -> Atom:
    if isinstance(a, Const) and isinstance(a.value, int):
        return Const(a.value - k)
    return at.build.call(operator.sub, a, Const(k))


def _plus_one(a: Atom, at: Legal) -> Atom:
    if isinstance(a, Const) and isinstance(a.value, int):
        return Const(a.value + 1)
    return at.build.call(operator.add, a, Const(1))

