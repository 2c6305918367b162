"""`np.roll`, which Numba has for one axis only, as two copies.

    y = np.roll(x, 1, 0)            y = np.empty(x.shape)
                                    y[1:] = x[:-1]
                                    y[:1] = x[-1:]

Copies are loops, which share one with what else runs along the axis.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

import numpy as np

from s2s.ir import prims
from s2s.ir.nodes import Atom, Const, Expr, Ref, Write
from s2s.transform.numba.asks import NONE, call, function, is_number, literal, rank, size_of
from s2s.transform.numba.legal import NotNative

if TYPE_CHECKING:
    from s2s.transform.numba.legal import Legal

GETITEM = operator.getitem


@function(np.roll)
def _roll(at: Legal, a: Atom, shift: Atom, axis: Atom = NONE) -> Expr:
    r = rank(at, a, "`np.roll`")
    along = literal(at, axis, "an axis")
    if along is None and r == 1:
        along = 0
    by = at.facts.of(shift).dtype
    if not isinstance(along, int) or not is_number(at, shift) or by is None or by.kind != "i":
        raise NotNative("`np.roll` along anything but one axis")
    return _along(at, a, shift, along % r, r)


def _along(at: Legal, a: Atom, shift: Atom, axis: int, r: int) -> Expr:
    """An array with its entries moved along an axis, those from the end at its start."""
    known, by = at.facts.constant(shift)
    there: Atom
    left: Atom
    if known and abs(by) == 1:  # right for every size, and easier to read
        there, left = (Const(1), Const(-1)) if by == 1 else (Const(-1), Const(1))
    else:
        n = size_of(at, a, axis)
        there = call(at, operator.mod, shift, call(at, max, n, Const(1), name="n"), name="start")
        left = call(at, operator.sub, n, there, name="end")
    dtype = at.facts.of(a).dtype
    if dtype is None:
        raise NotNative("`np.roll` of an array of unknown dtype")
    kind = () if dtype == np.float64 else (Ref(f"np.{dtype.name}", dtype.type),)
    out = call(at, np.empty, call(at, getattr, a, Const("shape"), name="shape"), *kind,
               name="rolled")  # fmt: skip
    for to, source in ((there, NONE), (NONE, left)), ((NONE, there), (left, NONE)):
        part = at.build.call(GETITEM, a, _key(at, source, axis, r), name="part")
        at.build.emit(Write("item", out, _key(at, to, axis, r), part, at.build.origin))
    return out


def _key(at: Legal, ends: tuple[Atom, Atom], axis: int, r: int) -> Atom:
    """The index of a stretch along one axis."""
    stretch = at.build.call(slice, *ends, NONE)
    if axis == 0:
        return stretch
    every = at.build.call(slice, NONE)
    return at.build.call(prims.build_tuple, *[every] * axis, stretch, name="key")
