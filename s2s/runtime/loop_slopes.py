"""Slopes of elementwise functions at one number, for the loops of the Numba target.

Each is the helper of `s2s.runtime.elementwise` of the same name, without `_1`.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def ratio_1(a: Any, b: Any) -> Any:
    """`a / b`, and 0 where `a` is 0.

    Examples
    --------
    >>> ratio_1(0.0, 0.0), ratio_1(1.0, 2.0)
    (0.0, 0.5)
    """
    return 0.0 * a if a == 0 else a / b


def over_or_zero_1(a: Any, b: Any) -> Any:
    """`a / b`, and 0 where `b` is 0.

    Examples
    --------
    >>> over_or_zero_1(1.0, 0.0), over_or_zero_1(1.0, 2.0)
    (0.0, 0.5)
    """
    return 0.0 * a if b == 0 else a / b


def reciprocal_or_zero_1(x: Any) -> Any:
    """`1 / x`, and 0 where `x` is 0.

    Examples
    --------
    >>> reciprocal_or_zero_1(0.0), reciprocal_or_zero_1(4.0)
    (0.0, 0.25)
    """
    return 0.0 * x if x == 0 else 1 / x


def phase_1(x: Any) -> Any:
    """The conjugate of `x / abs(x)`, and 0 where `x` is 0.

    Examples
    --------
    >>> bool(abs(phase_1(3 + 4j) - (0.6 - 0.8j)) < 1e-15), phase_1(0j)
    (True, 0j)
    """
    size = abs(x)
    return 0.0 * x if size == 0 else np.conj(x) / size


def power_slope_1(a: Any, b: Any) -> Any:
    """`b * a ** (b - 1)`, and 0 where `b` is 0.

    Examples
    --------
    >>> float(power_slope_1(2.0, 3.0)), power_slope_1(0.0, 0.0)
    (12.0, 0.0)
    """
    return 0.0 * a if b == 0 else b * np.power(1.0 * a, b - 1)


def power_log_1(a: Any, b: Any, order: int = 1) -> Any:
    """`a ** b * log(a) ** order`, and 0 where `a` is 0 and `b` is not negative.

    Examples
    --------
    >>> power_log_1(0.0, 2.0), power_log_1(1.0, 2.0)
    (0.0, 0.0)
    """
    base = 1.0 if a == 0 and np.real(b) >= 0 else 1.0 * a
    return float(np.power(base, b) * np.log(base) ** order)


def tie_share_1(a: Any, b: Any, y: Any) -> Any:
    """The share of `a` in the choice `y` between `a` and `b`.

    Examples
    --------
    >>> tie_share_1(1.0, 2.0, 2.0), tie_share_1(2.0, 2.0, 2.0)
    (0.0, 0.5)
    """
    share = 0.5 if a == b else 1.0
    return 0.0 if a != y else share


def smaller_share_1(a: Any, b: Any) -> Any:
    """The share of `a` in the smaller of two numbers.

    Examples
    --------
    >>> smaller_share_1(1.0, 2.0), smaller_share_1(2.0, 2.0), smaller_share_1(np.nan, 2.0)
    (1.0, 0.5, 0.0)
    """
    share = 0.5 if a == b else 1.0
    return share if a <= b else 0.0


def larger_share_1(a: Any, b: Any) -> Any:
    """The share of `a` in the larger of two numbers.

    Examples
    --------
    >>> larger_share_1(1.0, 2.0), larger_share_1(2.0, 2.0), larger_share_1(np.nan, 2.0)
    (0.0, 0.5, 0.0)
    """
    share = 0.5 if a == b else 1.0
    return share if a >= b else 0.0


def inside_1(a: Any, low: Any, high: Any) -> Any:
    """Whether `clip(a, low, high)` is `a`; a bound may be None.

    Examples
    --------
    >>> inside_1(1.0, 0.0, None), inside_1(2.0, 0.0, 1.0)
    (True, False)
    """
    keep = a == a
    if low is not None:
        keep = keep and low <= a
    if high is not None:
        keep = keep and a <= high
    return keep


def below_1(a: Any, low: Any, high: Any) -> Any:
    """Whether `clip(a, low, high)` is `low` and not `a`; a bound may be None.

    Examples
    --------
    >>> below_1(-1.0, 0.0, 1.0), below_1(2.0, None, 1.0)
    (True, False)
    """
    keep = False
    if low is not None:
        keep = a < low
        if high is not None:
            keep = keep and low <= high
    return keep


def above_1(a: Any, low: Any, high: Any) -> Any:
    """Whether `clip(a, low, high)` is `high` and not `a`; a bound may be None.

    Examples
    --------
    >>> above_1(-1.0, 0.0, 1.0), above_1(2.0, None, 1.0)
    (False, True)
    """
    keep = False
    if high is not None:
        keep = a > high
        if low is not None:
            keep = keep or low > high
    return keep


def softmax_share_1(a: Any, b: Any) -> Any:
    """`exp(a) / (exp(a) + exp(b))`, and 1/2 where both are the same infinity.

    Examples
    --------
    >>> softmax_share_1(1.0, 1.0), softmax_share_1(-np.inf, 0.0)
    (0.5, np.float64(0.0))
    """
    return 0.5 if a == b else np.exp(a - np.logaddexp(a, b))


def arctan2_slope_1(a: Any, b: Any) -> Any:
    """`b / (a * a + b * b)` without overflow, and 0 at the origin.

    Examples
    --------
    >>> arctan2_slope_1(0.0, 2.0), arctan2_slope_1(0.0, 0.0)
    (np.float64(0.5), np.float64(0.0))
    """
    size = np.hypot(a, b)
    return b / size / size if size != 0 else size * 0.0
