"""Systems of equations and determinants: small ones by elimination, without a call of LAPACK.

    x = np.linalg.solve(a, b)              x = solve_21(a, b)
    lower = np.linalg.cholesky(a)          lower = np.linalg.cholesky(a)
    x = np.linalg.solve(lower, b)          x = solve_lower(lower, b)
"""

from __future__ import annotations

import numpy as np

from s2s.ir.nodes import Apply, Atom, Const, Expr, Ref, Value
from s2s.ir.walk import statements
from s2s.transform.numba.asks import function, helper, native_call, rank
from s2s.transform.numba.functions import alike
from s2s.transform.numba.kinds import same_dtype
from s2s.transform.numba.legal import Legal, NotNative
from s2s.transform.numba.memory import Memory, changed


def _dims(at: Legal, *atoms: Atom) -> list[int]:
    """The ranks of arrays of doubles; none where there is something else among them."""
    facts = [at.facts.of(a) for a in atoms]
    known = all(f.kind == "array" and f.dtype == np.float64 for f in facts)
    return [len(f.dims) for f in facts if f.dims is not None] if known else []


@function(np.linalg.solve)
def _solve(at: Legal, a: Atom, b: Atom) -> Expr:
    same = same_dtype(at.facts.of(a).dtype, at.facts.of(b).dtype)
    if same and len(at.facts.of(b).dims or ()) == 1:
        turned = at.made.get(a) if isinstance(a, Value) else None
        if _is_factor(at, a):
            return native_call("solve_lower", a, b)
        match turned:
            case Apply(fn=Ref(obj=obj), args=(Value() as lower, Const("T"))) if (
                obj is getattr and _is_factor(at, lower)
            ):
                return native_call("solve_upper", lower, b)
    match _dims(at, a, b):
        case [2, 2]:
            return native_call("solve_22", a, b)
        case [2, 1]:
            return native_call("solve_21", a, b)
    return Apply(Ref("np.linalg.solve", np.linalg.solve), (a, b))


def _is_factor(at: Legal, a: Atom) -> bool:
    """Whether a matrix is a Cholesky factor as it was computed, a lower triangle."""
    made = at.made.get(a) if isinstance(a, Value) else None
    if getattr(getattr(made, "fn", None), "obj", None) is not np.linalg.cholesky:
        return False
    assert isinstance(made, Apply) and at.source is not None
    memory = Memory(at.source, at.facts)
    written = {memory.find(x) for s in statements(at.source.body) for x in changed(s)}
    return not made.kwargs and len(at.facts.of(a).dims or ()) == 2 and memory.find(a) not in written


@function(np.linalg.det)
def _det(at: Legal, a: Atom) -> Expr:
    if _dims(at, a) == [2]:
        return native_call("det_2", a)
    return Apply(Ref("np.linalg.det", np.linalg.det), (a,))


@helper("cholesky_adjoint")
def _cholesky_adjoint(at: Legal, lower: Atom, g: Atom) -> Expr:
    if rank(at, lower, "a factor") != 2 or rank(at, g, "the adjoint of a factor") != 2:
        raise NotNative("the adjoint of a stack of factors")
    return native_call("cholesky_adjoint_2", *alike(at, lower, g))
