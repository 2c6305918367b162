"""Transposes of tensor products, convolutions and polynomials."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def summed_axes(axes: Any, na: int, nb: int) -> tuple[list[int], list[int]]:
    """The axes over which `np.tensordot` sums arrays of these ranks."""
    if isinstance(axes, int):
        return list(range(na - axes, na)), list(range(axes))
    of_a, of_b = ([s] if np.ndim(s) == 0 else list(s) for s in axes)
    return [k % na for k in of_a], [k % nb for k in of_b]


def tensordot_adjoint_a(g: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    """The adjoint of `np.tensordot(a, b, axes)` for `a`.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    a, b : array
        The operands; only the shape of `a` matters.
    axes : int or pair
        As for `np.tensordot`.

    Returns
    -------
    array
        In the shape of `a`.

    Examples
    --------
    >>> tensordot_adjoint_a(np.ones((2, 4)), np.zeros((2, 3)), np.ones((3, 4)), 1)[0]
    array([4., 4., 4.])
    """
    na, nb = np.ndim(a), np.ndim(b)
    of_a, of_b = summed_axes(axes, na, nb)
    free_a = [k for k in range(na) if k not in of_a]
    free_b = [k for k in range(nb) if k not in of_b]
    part = np.tensordot(g, b, (range(len(free_a), len(free_a) + len(free_b)), free_b))
    # Its axes: those of a that stay, then those of b that were summed, in the order of b.
    summed = [of_a[of_b.index(k)] for k in sorted(of_b)]
    return np.transpose(part, np.argsort(free_a + summed)) if na else part


def tensordot_adjoint_b(g: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    """The adjoint of `np.tensordot(a, b, axes)` for `b`.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    a, b : array
        The operands; only the shape of `b` matters.
    axes : int or pair
        As for `np.tensordot`.

    Returns
    -------
    array
        In the shape of `b`.

    Examples
    --------
    >>> tensordot_adjoint_b(np.ones((2, 4)), np.ones((2, 3)), np.zeros((3, 4)), 1)[0]
    array([2., 2., 2., 2.])
    """
    na, nb = np.ndim(a), np.ndim(b)
    of_a, of_b = summed_axes(axes, na, nb)
    free_a = [k for k in range(na) if k not in of_a]
    free_b = [k for k in range(nb) if k not in of_b]
    part = np.tensordot(a, g, (free_a, range(len(free_a))))
    # Its axes: those of a that were summed, in the order of a, then those of b that stay.
    summed = [of_b[of_a.index(k)] for k in sorted(of_a)]
    return np.transpose(part, np.argsort(summed + free_b)) if nb else part


def kron_adjoint_a(g: Any, a: Any, b: Any) -> Any:
    """The adjoint of `np.kron(a, b)` for `a`.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    a, b : array
        The operands; only the shape of `a` matters.

    Returns
    -------
    array
        In the shape of `a`.

    Examples
    --------
    >>> kron_adjoint_a(np.array([1.0, 2.0, 3.0, 4.0]), np.zeros(2), np.array([1.0, 10.0]))
    array([21., 43.])
    """
    rank = max(np.ndim(a), np.ndim(b))
    of_a = (1,) * (rank - np.ndim(a)) + np.shape(a)
    of_b = (1,) * (rank - np.ndim(b)) + np.shape(b)
    pairs = np.reshape(g, [n for pair in zip(of_a, of_b) for n in pair])
    blocks = np.transpose(pairs, [*range(0, 2 * rank, 2), *range(1, 2 * rank, 2)])
    return np.reshape(np.tensordot(blocks, np.reshape(b, of_b), rank), np.shape(a))


def kron_adjoint_b(g: Any, a: Any, b: Any) -> Any:
    """The adjoint of `np.kron(a, b)` for `b`.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    a, b : array
        The operands; only the shape of `b` matters.

    Returns
    -------
    array
        In the shape of `b`.

    Examples
    --------
    >>> kron_adjoint_b(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 10.0]), np.zeros(2))
    array([31., 42.])
    """
    rank = max(np.ndim(a), np.ndim(b))
    of_a = (1,) * (rank - np.ndim(a)) + np.shape(a)
    of_b = (1,) * (rank - np.ndim(b)) + np.shape(b)
    pairs = np.reshape(g, [n for pair in zip(of_a, of_b) for n in pair])
    blocks = np.transpose(pairs, [*range(0, 2 * rank, 2), *range(1, 2 * rank, 2)])
    return np.reshape(np.tensordot(np.reshape(a, of_a), blocks, rank), np.shape(b))


def cross_adjoint_a(
    g: Any, a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None
) -> Any:
    """The adjoint of `np.cross(a, b)` for `a`.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    a, b : array
        The operands, vectors of two or three entries; only the shape of `a` matters.
    axisa, axisb, axisc, axis : int
        As for `np.cross`.

    Returns
    -------
    array
        In the shape of `a`.

    Examples
    --------
    >>> cross_adjoint_a(np.array(2.0), np.zeros(2), np.array([1.0, 5.0]))
    array([10., -2.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    like, other = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    if like.shape[-1] == 2 and other.shape[-1] == 2:
        bar = np.expand_dims(g, -1) * np.stack((other[..., 1], -other[..., 0]), axis=-1)
    else:
        turned = np.moveaxis(g, axisc, -1)
        if other.shape[-1] == 2:
            other = np.concatenate((other, np.zeros_like(other[..., :1])), axis=-1)
        bar = np.cross(other, turned)[..., : like.shape[-1]]
    lead = tuple(range(bar.ndim - like.ndim))
    bar = np.sum(bar, axis=lead)
    ones = tuple(k for k, n in enumerate(like.shape) if n == 1 and bar.shape[k] != 1)
    bar = np.broadcast_to(np.sum(bar, axis=ones, keepdims=True), like.shape)
    return np.moveaxis(bar, -1, axisa)


def cross_adjoint_b(
    g: Any, a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None
) -> Any:
    """The adjoint of `np.cross(a, b)` for `b`.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    a, b : array
        The operands, vectors of two or three entries; only the shape of `b` matters.
    axisa, axisb, axisc, axis : int
        As for `np.cross`.

    Returns
    -------
    array
        In the shape of `b`.

    Examples
    --------
    >>> cross_adjoint_b(np.array(2.0), np.array([1.0, 5.0]), np.zeros(2))
    array([-10.,   2.])
    """
    return -cross_adjoint_a(g, b, a, axisb, axisa, axisc, axis)


def multi_dot_tangent(arrays: Any, dots: Any) -> Any:
    """The tangent of `np.linalg.multi_dot(arrays)`.

    Parameters
    ----------
    arrays, dots : sequence of array
        The factors and their tangents.

    Returns
    -------
    array
        The sum over the factors.

    Examples
    --------
    >>> multi_dot_tangent([np.eye(1), np.eye(1)], [2 * np.eye(1), 3 * np.eye(1)])
    array([[5.]])
    """
    terms = [
        np.linalg.multi_dot([*arrays[:k], dot, *arrays[k + 1 :]]) for k, dot in enumerate(dots)
    ]
    return sum(terms[1:], terms[0])


def multi_dot_adjoint(g: Any, arrays: Any) -> list[Any]:
    """The adjoints of the factors of `np.linalg.multi_dot(arrays)`.

    Parameters
    ----------
    g : array or scalar
        The adjoint of the product.
    arrays : sequence of array
        The factors; the first and the last may be vectors.

    Returns
    -------
    list of array
        One for each factor.

    Examples
    --------
    >>> multi_dot_adjoint(np.ones((1, 1)), [2 * np.eye(1), 3 * np.eye(1)])
    [array([[3.]]), array([[2.]])]
    """
    full = list(arrays)
    full[0] = np.reshape(full[0], (1, -1)) if np.ndim(full[0]) == 1 else full[0]
    full[-1] = np.reshape(full[-1], (-1, 1)) if np.ndim(full[-1]) == 1 else full[-1]
    g = np.reshape(g, (full[0].shape[0], full[-1].shape[1]))
    bars = []
    for k in range(len(full)):
        # (left).T @ g @ (right).T, with the transpose of a product in reverse order.
        left, right = full[:k][::-1], full[k + 1 :][::-1]
        chain = [*(m.T for m in left), g, *(m.T for m in right)]
        bars.append(np.reshape(np.linalg.multi_dot(chain), np.shape(arrays[k])))
    return bars


def multi_dot_twice(g: Any, arrays: Any, dots: Any) -> list[Any]:
    """How `multi_dot_adjoint(g, arrays)` changes along `dots`; symmetric as a function of them.

    Parameters
    ----------
    g : array or scalar
        The adjoint of the product.
    arrays, dots : sequence of array
        The factors and a direction for each.

    Returns
    -------
    list of array
        One for each factor.

    Examples
    --------
    >>> multi_dot_twice(np.ones((1, 1)), [np.eye(1), np.eye(1)], [2 * np.eye(1), 3 * np.eye(1)])
    [array([[3.]]), array([[2.]])]
    """
    bars = [np.zeros_like(m) for m in arrays]
    for k, dot in enumerate(dots):
        parts = multi_dot_adjoint(g, [*arrays[:k], dot, *arrays[k + 1 :]])
        bars = [bar if j == k else bar + parts[j] for j, bar in enumerate(bars)]
    return bars


def convolve_adjoint(g: Any, size: int, v: Any, mode: str = "full") -> Any:
    """The adjoint of `np.convolve(a, v, mode)` for `a`.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    size : int
        The length of `a`.
    v : array
        The other operand.
    mode : str
        As for `np.convolve`.

    Returns
    -------
    array
        Of length `size`.

    Examples
    --------
    >>> convolve_adjoint(np.array([1.0, 0.0, 0.0, 2.0]), 3, np.array([1.0, 10.0]))
    array([ 1.,  0., 20.])
    """
    short = min(size, len(v))
    start = {"full": 0, "same": (short - 1) // 2, "valid": short - 1}[mode]
    whole = np.zeros(size + len(v) - 1, dtype=np.result_type(g, v))
    whole[start : start + len(g)] = g
    return np.correlate(whole, np.conj(v), "valid")[:size]


def polyder_adjoint(g: Any, p: Any, m: int = 1) -> Any:
    """The adjoint of `np.polyder(p, m)`.

    Parameters
    ----------
    g : array
        The adjoint of the derivative's coefficients.
    p : array
        The coefficients.
    m : int
        Which derivative.

    Returns
    -------
    array
        In the shape of `p`.

    Examples
    --------
    >>> polyder_adjoint(np.array([1.0, 1.0]), np.zeros(3))
    array([2., 1., 0.])
    """
    n = len(p)
    bar = np.zeros(n, dtype=np.result_type(g, p))
    factors = np.ones(n)
    for k in range(m):
        factors = factors * np.maximum(np.arange(n - 1, -1, -1) - k, 0)
    bar[: len(g)] = g * factors[: len(g)]
    return bar


def vander_slope(x: Any, n: int, increasing: bool, order: int) -> Any:
    """The derivative of the rows of `np.vander(x, n, increasing)`.

    Parameters
    ----------
    x : array
        One number a row.
    n : int
        How many columns.
    increasing : bool
        As for `np.vander`.
    order : int
        Which derivative.

    Returns
    -------
    array
        Finite at 0.

    Examples
    --------
    >>> vander_slope(np.array([0.0, 2.0]), 3, True, 1)
    array([[0., 1., 0.],
           [0., 1., 4.]])
    """
    powers = np.arange(n)
    factors = np.ones(n)
    for k in range(order):
        factors = factors * np.maximum(powers - k, 0)
    slope = np.asarray(x)[:, None] ** np.maximum(powers - order, 0) * factors
    return (slope if increasing else slope[:, ::-1]).astype(np.asarray(x).dtype)


def stacked_rows(a: Any) -> Any:
    """All rows of a stack of matrices as one matrix.

    Parameters
    ----------
    a : array (..., m, n)
        At least one-dimensional.

    Returns
    -------
    array (k, n)
        A view where that is possible.

    Examples
    --------
    >>> stacked_rows(np.ones((2, 3, 4))).shape
    (6, 4)
    """
    if type(a) is np.ndarray and a.size:
        return a.reshape(-1, a.shape[-1])
    shape = np.shape(a)
    return np.reshape(a, (math.prod(shape[:-1]), shape[-1]))
