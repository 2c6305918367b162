"""Helpers of the Numba target: plain loops that Numba compiles and Python can run.

Each stands alone, so that a generated file can carry the ones it uses.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s.runtime.loop_linalg import (  # noqa: F401
    cholesky_adjoint_2,
    cofactors_2,
    det_2,
    solve_21,
    solve_22,
    solve_lower,
    solve_upper,
)
from s2s.runtime.loop_math import cos_1, far_1, sin_1  # noqa: F401
from s2s.runtime.loop_slopes import (  # noqa: F401
    above_1,
    arctan2_slope_1,
    below_1,
    inside_1,
    over_or_zero_1,
    phase_1,
    power_log_1,
    power_slope_1,
    ratio_1,
    reciprocal_or_zero_1,
    softmax_share_1,
    tie_share_1,
)


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


def apart(x: Any, y: Any) -> None:
    """Raise where two arrays may share memory, one of which is written.

    Raises
    ------
    ValueError
        The program then runs as NumPy code.

    Examples
    --------
    >>> apart(np.zeros(3), np.zeros(3))
    """
    if x.size == 0 or y.size == 0:
        return
    a, b = x.ctypes.data, y.ctypes.data
    low_x, high_x, low_y, high_y = a, a + x.itemsize, b, b + y.itemsize
    for n, step in zip(x.shape, x.strides):
        if step > 0:
            high_x += (n - 1) * step
        else:
            low_x += (n - 1) * step
    for n, step in zip(y.shape, y.strides):
        if step > 0:
            high_y += (n - 1) * step
        else:
            low_y += (n - 1) * step
    if low_x < high_y and low_y < high_x:
        raise ValueError("s2s: arrays share memory that the compiled loops take to lie apart")


def joined(view: Any, base: Any) -> None:
    """Raise where what was taken for a view of `base` is a copy.

    Raises
    ------
    ValueError
        The program then runs as NumPy code, which says more.

    Examples
    --------
    >>> x = np.zeros(3)
    >>> joined(x[1:], x)
    """
    a, b = view.ctypes.data, base.ctypes.data
    low, high = b, b + base.itemsize
    for n, step in zip(base.shape, base.strides):
        if step > 0:
            high += (n - 1) * step
        else:
            low += (n - 1) * step
    if view.size > 0 and not low <= a < high:
        raise ValueError("s2s: arrays share memory that the compiled loops take to lie apart")


def in_order(part: Any, value: Any) -> None:
    """Raise where a copy within one array, along one dimension, may overlap.

    Raises
    ------
    ValueError
        The program then runs as NumPy code, which looks closer.

    Examples
    --------
    >>> x = np.zeros(4)
    >>> in_order(x[1:], x[:-1])
    """
    a, b, to, by = part.ctypes.data, value.ctypes.data, part.strides[0], value.strides[0]
    if part.size < 2 or to == by:
        return
    end_a, end_b = a + (part.size - 1) * to, b + (value.size - 1) * by
    if min(a, end_a) <= max(b, end_b) and min(b, end_b) <= max(a, end_a):
        raise ValueError("s2s: arrays share memory that the compiled loops take to lie apart")


def occupied(n: Any) -> None:
    """Raise where there is nothing to take the largest of.

    Raises
    ------
    ValueError
        As NumPy does.

    Examples
    --------
    >>> occupied(1)
    """
    if n == 0:
        raise ValueError("zero-size array to reduction operation which has no identity")


def near(count: Any) -> None:
    """Raise where there are angles that are `far_1`.

    Raises
    ------
    ValueError
        The program then runs as NumPy code.

    Examples
    --------
    >>> near(0.0)
    """
    if count != 0.0:
        raise ValueError("s2s: angles beyond a million, which the compiled loops do not reduce")


def plus(total: Any, x: Any) -> Any:
    """`total + x`, in a sum whose order is free.

    Examples
    --------
    >>> plus(1.0, 2.0)
    3.0
    """
    return total + x


def larger(top: Any, x: Any) -> Any:
    """The larger of two numbers, for a loop that looks for NaN apart.

    Examples
    --------
    >>> larger(1.0, 2.0)
    2.0
    """
    return max(top, x)


def smaller(least: Any, x: Any) -> Any:
    """The smaller of two numbers, for a loop that looks for NaN apart.

    Examples
    --------
    >>> smaller(1.0, 2.0)
    1.0
    """
    return min(least, x)


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


def take_pairs(x: Any, i: Any, j: Any) -> Any:
    """`x[i, j]` for two arrays of integers.

    Examples
    --------
    >>> take_pairs(np.eye(2), np.array([0, 0]), np.array([0, 1]))
    array([1., 0.])
    """
    if len(i) != len(j):
        raise ValueError("s2s: sizes differ that the compiled loops take to be the same")
    out = np.empty(len(i), x.dtype)
    for k in range(len(i)):
        out[k] = x[i[k], j[k]]
    return out


def take_masked(x: Any, mask: Any) -> Any:
    """`x[mask]` for a mask of the shape of `x`.

    Examples
    --------
    >>> take_masked(np.eye(2), np.array([[True, False], [False, True]]))
    array([1., 1.])
    """
    if x.shape != mask.shape:
        raise ValueError("s2s: sizes differ that the compiled loops take to be the same")
    out = np.empty(np.sum(mask), x.dtype)
    n = 0
    for k in np.ndindex(x.shape):
        if mask[k]:
            out[n] = x[k]
            n += 1
    return out


def last_written(shadow: Any, index: Any) -> Any:
    """The rows of `shadow` at integers; 0 where a later one names the same row.

    Examples
    --------
    >>> last_written(np.array([1.0, 2.0]), np.array([0, 0, 1]))
    array([0., 1., 2.])
    """
    out = shadow[index]
    last = np.full(len(shadow), -1)
    for k in range(len(index)):
        last[index[k]] = k
    for k in range(len(index)):
        if last[index[k]] != k:
            out[k] = 0
    return out


# ---- products of stacks of matrices ----------------------------------------------------------


def matmul_22(a: Any, b: Any) -> Any:
    """`a @ b` for matrices: in loops where that takes less time than to call BLAS.

    Examples
    --------
    >>> matmul_22(np.ones((1, 2)), np.ones((2, 3)))
    array([[2., 2., 2.]])
    """
    if a.shape[0] * a.shape[1] * b.shape[1] > 1000:
        return np.dot(a, b)
    if a.shape[1] != b.shape[0]:
        raise ValueError("s2s: sizes differ that the compiled loops take to be the same")
    out = np.zeros((a.shape[0], b.shape[1]), a.dtype)
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            x = a[i, k]
            for j in range(b.shape[1]):
                out[i, j] += x * b[k, j]
    return out


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
    rows = np.reshape(np.ascontiguousarray(a), (a.shape[0] * a.shape[1], a.shape[2]))
    return np.reshape(np.dot(rows, b), (a.shape[0], a.shape[1], b.shape[1]))


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


def put_diagonal_2(g: Any, a: Any, offset: int = 0) -> Any:
    """A matrix shaped like `a` of zeros, with `g` on a diagonal.

    Examples
    --------
    >>> put_diagonal_2(np.array([1.0, 2.0]), np.eye(2))
    array([[1., 0.],
           [0., 2.]])
    """
    out = np.zeros(a.shape, g.dtype)
    for k in range(len(g)):
        out[k - min(offset, 0), k + max(offset, 0)] = g[k]
    return out
