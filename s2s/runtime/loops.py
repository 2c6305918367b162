"""Helpers of the Numba target: plain loops that Numba compiles and Python can run.

Each stands alone, so that a generated file can carry the ones it uses.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def agree(m: Any, n: Any) -> None:
    """Raise where two sizes differ that the compiled loops take to be the same.

    Raises
    ------
    ValueError
        The program then runs as NumPy code, where sizes may broadcast.

    Examples
    --------
    >>> agree(3, 3)
    """
    if m != n:
        raise ValueError("s2s: sizes differ that the compiled loops take to be the same")


def plus(total: Any, x: Any) -> Any:
    """`total + x`, in a sum whose order is free.

    Examples
    --------
    >>> plus(1.0, 2.0)
    3.0
    """
    return total + x


# ---- sums at indices -------------------------------------------------------------------------


def add_each(shadow: Any, index: Any, v: Any) -> None:
    """Add one number to the rows of `shadow` that integers name.

    Examples
    --------
    >>> x = np.zeros(3)
    >>> add_each(x, np.array([0, 0, 2]), 1.0)
    >>> x
    array([2., 0., 1.])
    """
    for k in range(len(index)):
        shadow[index[k]] += v


def add_rows(shadow: Any, index: Any, v: Any) -> None:
    """Add the rows of `v` to the rows of `shadow` that integers name.

    Examples
    --------
    >>> x = np.zeros(3)
    >>> add_rows(x, np.array([0, 0, 2]), np.array([1.0, 2.0, 3.0]))
    >>> x
    array([3., 0., 3.])
    """
    if len(v) != len(index):
        raise ValueError("s2s: sizes differ that the compiled loops take to be the same")
    for k in range(len(index)):
        shadow[index[k]] += v[k]


def add_each_pair(shadow: Any, i: Any, j: Any, v: Any) -> None:
    """Add one number to `shadow[i[k], j[k]]` for every `k`.

    Examples
    --------
    >>> x = np.zeros((2, 2))
    >>> add_each_pair(x, np.array([0, 0]), np.array([1, 1]), 1.0)
    >>> x
    array([[0., 2.],
           [0., 0.]])
    """
    if len(i) != len(j):
        raise ValueError("s2s: sizes differ that the compiled loops take to be the same")
    for k in range(len(i)):
        shadow[i[k], j[k]] += v


def add_pairs(shadow: Any, i: Any, j: Any, v: Any) -> None:
    """Add `v[k]` to `shadow[i[k], j[k]]` for every `k`.

    Examples
    --------
    >>> x = np.zeros((2, 2))
    >>> add_pairs(x, np.array([0, 0]), np.array([1, 1]), np.array([1.0, 2.0]))
    >>> x
    array([[0., 3.],
           [0., 0.]])
    """
    if len(i) != len(j) or len(i) != len(v):
        raise ValueError("s2s: sizes differ that the compiled loops take to be the same")
    for k in range(len(i)):
        shadow[i[k], j[k]] += v[k]


def add_where(shadow: Any, mask: Any, v: Any) -> None:
    """Add one number to the items of `shadow` under a mask of its shape.

    Examples
    --------
    >>> x = np.zeros(3)
    >>> add_where(x, np.array([True, False, True]), 1.0)
    >>> x
    array([1., 0., 1.])
    """
    if shadow.shape != mask.shape:
        raise ValueError("s2s: sizes differ that the compiled loops take to be the same")
    for k in np.ndindex(shadow.shape):
        if mask[k]:
            shadow[k] += v


def add_masked(shadow: Any, mask: Any, v: Any) -> None:
    """Add the items of `v`, one after the other, to the items of `shadow` under a mask.

    Examples
    --------
    >>> x = np.zeros(3)
    >>> add_masked(x, np.array([True, False, True]), np.array([1.0, 2.0]))
    >>> x
    array([1., 0., 2.])
    """
    if shadow.shape != mask.shape or np.sum(mask) != len(v):
        raise ValueError("s2s: sizes differ that the compiled loops take to be the same")
    n = 0
    for k in np.ndindex(shadow.shape):
        if mask[k]:
            shadow[k] += v[n]
            n += 1


# ---- reductions along the first axis ---------------------------------------------------------


def max_rows(x: Any) -> Any:
    """The largest along the first axis; NaN where there is one.

    Examples
    --------
    >>> max_rows(np.array([[1.0, 5.0], [3.0, 2.0]]))
    array([3., 5.])
    """
    out = x[0].copy()
    for k in range(1, len(x)):
        out = np.maximum(out, x[k])
    return out


def min_rows(x: Any) -> Any:
    """The smallest along the first axis; NaN where there is one.

    Examples
    --------
    >>> min_rows(np.array([[1.0, 5.0], [3.0, 2.0]]))
    array([1., 2.])
    """
    out = x[0].copy()
    for k in range(1, len(x)):
        out = np.minimum(out, x[k])
    return out


def prod_rows(x: Any) -> Any:
    """The product along the first axis.

    Examples
    --------
    >>> prod_rows(np.array([[1.0, 5.0], [3.0, 2.0]]))
    array([ 3., 10.])
    """
    out = np.ones_like(x[0])
    for k in range(len(x)):
        out = out * x[k]
    return out


# ---- products of stacks of matrices ----------------------------------------------------------


def matmul_33(a: Any, b: Any) -> Any:
    """`a @ b` for stacks of matrices; a stack of one goes with all of the other.

    Examples
    --------
    >>> matmul_33(np.ones((2, 1, 2)), np.ones((2, 2, 1))).shape
    (2, 1, 1)
    """
    count = max(len(a), len(b))
    if min(len(a), len(b)) not in (1, count):
        raise ValueError("s2s: sizes differ that the compiled loops take to be the same")
    out = np.empty((count, a.shape[1], b.shape[2]), a.dtype)
    for k in range(count):
        out[k] = np.dot(a[k % len(a)], b[k % len(b)])
    return out


def matmul_32(a: Any, b: Any) -> Any:
    """`a @ b` for a stack of matrices and a matrix.

    Examples
    --------
    >>> matmul_32(np.ones((3, 1, 2)), np.ones((2, 1))).shape
    (3, 1, 1)
    """
    out = np.empty((len(a), a.shape[1], b.shape[1]), a.dtype)
    for k in range(len(a)):
        out[k] = np.dot(a[k], b)
    return out


def matmul_23(a: Any, b: Any) -> Any:
    """`a @ b` for a matrix and a stack of matrices.

    Examples
    --------
    >>> matmul_23(np.ones((1, 2)), np.ones((3, 2, 1))).shape
    (3, 1, 1)
    """
    out = np.empty((len(b), a.shape[0], b.shape[2]), a.dtype)
    for k in range(len(b)):
        out[k] = np.dot(a, b[k])
    return out


def matmul_31(a: Any, b: Any) -> Any:
    """`a @ b` for a stack of matrices and a vector.

    Examples
    --------
    >>> matmul_31(np.ones((3, 1, 2)), np.ones(2)).shape
    (3, 1)
    """
    out = np.empty((len(a), a.shape[1]), a.dtype)
    for k in range(len(a)):
        out[k] = np.dot(a[k], b)
    return out


# ---- slopes of one number --------------------------------------------------------------------


def ratio_1(a: Any, b: Any) -> Any:
    """`a / b`, and 0 where `a` is 0.

    Examples
    --------
    >>> ratio_1(0.0, 0.0), ratio_1(1.0, 2.0)
    (0.0, 0.5)
    """
    return 0.0 * a if a == 0 else a / b


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
    >>> phase_1(3 + 4j), phase_1(0j)
    ((0.6-0.8j), 0j)
    """
    size = abs(x)
    return 0.0 * x if size == 0 else np.conj(x) / size


def power_slope_1(a: Any, b: Any) -> Any:
    """`b * a ** (b - 1)`, and 0 where `b` is 0.

    Examples
    --------
    >>> power_slope_1(2.0, 3.0), power_slope_1(0.0, 0.0)
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
    if a != y:
        return 0.0
    return 0.5 if a == b else 1.0


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
