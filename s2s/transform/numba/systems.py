"""Systems of equations and determinants: small ones by elimination, without a call of LAPACK.

    x = np.linalg.solve(a, b)              x = solve_21(a, b)
"""

from __future__ import annotations

import numpy as np

from s2s.ir.nodes import Apply, Atom, Expr, Ref
from s2s.transform.numba.asks import function, native_call
from s2s.transform.numba.legal import Legal


def _dims(at: Legal, *atoms: Atom) -> list[int]:
    """The ranks of arrays of doubles; none where there is something else among them."""
    facts = [at.facts.of(a) for a in atoms]
    known = all(f.kind == "array" and f.dtype == np.float64 for f in facts)
    return [len(f.dims) for f in facts if f.dims is not None] if known else []


@function(np.linalg.solve)
def _solve(at: Legal, a: Atom, b: Atom) -> Expr:
    match _dims(at, a, b):
        case [2, 2]:
            return native_call("solve_22", a, b)
        case [2, 1]:
            return native_call("solve_21", a, b)
    return Apply(Ref("np.linalg.solve", np.linalg.solve), (a, b))


@function(np.linalg.det)
def _det(at: Legal, a: Atom) -> Expr:
    if _dims(at, a) == [2]:
        return native_call("det_2", a)
    return Apply(Ref("np.linalg.det", np.linalg.det), (a,))
