"""Sines and cosines of arrays, in a form that runs on vectors.

    y = np.sin(x)                          far = np.sum(far_1(x))
                                           near(far)
                                           y = sin_1(x)

That form reduces angles of up to a million.  Whether there are larger ones is counted in the loop
that computes the sines, which would not run on vectors if it asked; the program then runs as NumPy
code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.ir.nodes import Apply, Atom, Expr, Let, Ref, Value
from s2s.transform.numba.asks import call, function, native_call

if TYPE_CHECKING:
    from s2s.transform.numba.legal import Legal

_MOST = 5  # axes of a loop


@function(np.sin)
def _sin(at: Legal, x: Atom) -> Expr:
    return _of_angle(at, x, np.sin, "sin_1")


@function(np.cos)
def _cos(at: Legal, x: Atom) -> Expr:
    return _of_angle(at, x, np.cos, "cos_1")


def _of_angle(at: Legal, x: Atom, plain: Any, name: str) -> Expr:
    """A sine or cosine, of doubles in an array on vectors."""
    fact = at.facts.of(x)
    axes = len(fact.dims or ()) if fact.kind == "array" and fact.dtype == np.float64 else 0
    if not 0 < axes <= _MOST or not isinstance(x, Value) or x in at.filled:
        return Apply(Ref(f"np.{plain.__name__}", plain), (x,))
    if x not in at.reduced:
        at.reduced.add(x)
        large = at.build.let(native_call("far_1", x), "large")
        far = call(at, np.sum, large, name="far")
        at.build.emit(Let((), native_call("near", far), at.build.origin))
    return native_call(name, x)
