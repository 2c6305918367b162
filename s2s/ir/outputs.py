"""Which argument of a call is the array for its result: `out=`, or the same by position."""

from __future__ import annotations

import inspect
from functools import cache
from types import FunctionType
from typing import Any

from s2s.ir.nodes import Apply, Const, Method, Ref

# `x.sum(axis, dtype, out)`: positions that count the array.
_METHODS = {
    "sum": 3, "mean": 3, "prod": 3, "std": 3, "var": 3, "max": 2, "min": 2, "ptp": 2, "all": 2,
    "any": 2, "argmax": 2, "argmin": 2, "cumsum": 3, "cumprod": 3, "round": 2, "clip": 3,
    "take": 3, "dot": 2, "trace": 5, "compress": 3, "choose": 2,
}  # fmt: skip
_OF_UFUNC = {"reduce": 3, "accumulate": 3, "reduceat": 4}


def is_ufunc(obj: Any) -> bool:
    """Whether an object is a NumPy ufunc, or one that looks like it."""
    return type(obj).__name__ == "ufunc"


def out_position(fn: Any) -> int | None:
    """Where among the arguments of a callee of NumPy the array for the result may stand."""
    if isinstance(fn, Method):
        return _METHODS.get(fn.name)
    obj = fn.obj if isinstance(fn, Ref) else None
    if isinstance(obj, type) or not callable(obj):
        return None
    if is_ufunc(obj):
        return int(obj.nin)
    if is_ufunc(getattr(obj, "__self__", None)):
        return _OF_UFUNC.get(obj.__name__)
    if not (getattr(obj, "__module__", None) or "").startswith("numpy"):
        return None
    return _of_signature(obj)


@cache
def _of_signature(obj: Any) -> int | None:
    """The position of the parameter `out` of a function."""
    try:
        names = list(inspect.signature(obj).parameters.values())
    except (TypeError, ValueError):  # functions written in C
        return 2 if obj.__name__ == "dot" else None
    placed = [p.name for p in names if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return placed.index("out") if "out" in placed else None


def _is_of_the_user(fn: object) -> bool:
    """Whether a function is a program, whose parameter `out` is what it makes of it."""
    obj = fn.obj if isinstance(fn, Ref) else None
    library = str(getattr(obj, "__module__", "")).partition(".")[0] in ("numpy", "scipy", "cupy")
    return isinstance(obj, FunctionType) and not library


def gives_out(expr: Apply) -> bool:
    """Whether a call is given an array for its result."""
    if any(k == "out" and a != Const(None) for k, a in expr.kwargs):
        return not _is_of_the_user(expr.fn)
    at = out_position(expr.fn) if len(expr.args) > 1 else None  # it is never the first one
    if at is None or len(expr.args) <= at:
        return False
    if isinstance(expr.fn, Method) and isinstance(expr.args[0], Ref):
        return False  # `scipy.stats.gamma.mean(a, loc, scale)`
    ufunc = isinstance(expr.fn, Ref) and is_ufunc(expr.fn.obj)
    given = expr.args[at:] if ufunc else expr.args[at : at + 1]
    return any(a != Const(None) for a in given)
