"""Functions that would take long in a loop, written in a form that runs on vectors.

    y[i] = np.exp(x[i])                    y[i] = exp_1(x[i])
    y[i] = x[i] ** -1.5                    y[i] = 1.0 / (x[i] * np.sqrt(x[i]))
    y[i] = np.maximum(x[i], 0)             y[i] = maximum_1(x[i], 0.0)
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Const, Ref, Value
from s2s.runtime import loop_math
from s2s.transform.numba.kinds import Kinds

_VECTORS: dict[Any, Any] = {
    np.exp: loop_math.exp_1, np.tanh: loop_math.tanh_1,
    np.minimum: loop_math.minimum_1, np.maximum: loop_math.maximum_1,
}  # fmt: skip
_HALVES = (0.5, 1.5, 2.5)


def is_quick(expr: Apply, facts: Kinds) -> bool:
    """Whether a function of double-precision numbers has a form that takes less time."""
    if not isinstance(expr.fn, Ref) or not expr.args:
        return False
    if _half(expr) is not None:
        return facts.of(expr.args[0]).dtype == np.float64  # type: ignore[arg-type]
    return _is(expr.fn.obj, _VECTORS) and all(_double(a, facts) for a in expr.args)


def _double(a: Any, facts: Kinds) -> bool:
    """Whether an operand is a number in double precision, or becomes one."""
    if isinstance(a, Const) and type(a.value) is int:
        return True
    return bool(facts.of(a).dtype == np.float64)


def quick(expr: Apply, args: Sequence[Atom], name: str, build: Builder) -> Value:
    """The value of such a function, at numbers in the place of its arguments."""
    assert isinstance(expr.fn, Ref)
    half = _half(expr)
    if half is None:
        numbers = [Const(float(a.value)) if isinstance(a, Const) else a for a in args]
        return build.call(_VECTORS[expr.fn.obj], *numbers, name=name)
    x = args[0]
    total = build.call(np.sqrt, x, name=name)
    for _ in range(int(abs(half))):
        total = build.call(operator.mul, x, total, name=name)
    return total if half > 0 else build.call(operator.truediv, Const(1.0), total, name=name)


def _half(expr: Apply) -> float | None:
    """The exponent of a power that a square root and products give."""
    power = isinstance(expr.fn, Ref) and expr.fn.obj in (operator.pow, np.power)
    if not power or len(expr.args) != 2 or not isinstance(expr.args[1], Const):
        return None
    exponent = expr.args[1].value
    return exponent if isinstance(exponent, float) and abs(exponent) in _HALVES else None


def _is(obj: Any, table: dict[Any, Any]) -> bool:
    try:
        return obj in table
    except TypeError:
        return False
