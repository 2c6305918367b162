"""Parts of the derivatives of triangular factors."""

from __future__ import annotations

from typing import Any

import numpy as np


def cholesky_adjoint(lower: Any, g: Any) -> Any:
    """The adjoint of a symmetric matrix from that of its Cholesky factor.

    The factorisation run backward, a block of columns after the other: a third of the work of
    products with the inverse of the whole factor.  The order is that of I. Murray,
    "Differentiation of the Cholesky decomposition" (2016).

    Parameters
    ----------
    lower : array (..., n, n)
        Lower triangular factors.
    g : array (..., n, n)
        Their adjoints; what is above the diagonal is not read.

    Returns
    -------
    array (..., n, n)
        Symmetric, of complex matrices Hermitian: both triangles share the adjoint.

    Examples
    --------
    >>> cholesky_adjoint(np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 0.0], [1.0, 0.0]]))
    array([[-0.125,  0.25 ],
           [ 0.25 ,  0.   ]])
    """
    n = np.shape(lower)[-1]
    out = np.tril(np.conj(g))
    starts = range(0, n, 48)
    for j in reversed(starts):
        k = min(j + 48, n)
        block, left = lower[..., j:k, j:k], lower[..., j:k, :j]
        below, square = out[..., k:, j:k], out[..., j:k, j:k]
        inverse = np.linalg.inv(block)
        below[...] = below @ inverse
        turned = np.conj(np.swapaxes(below, -1, -2))
        out[..., k:, :j] -= below @ left
        square -= turned @ lower[..., k:, j:k]
        inner = np.tril(np.conj(np.swapaxes(block, -1, -2)) @ np.tril(square))
        inner = inner + np.conj(np.swapaxes(inner, -1, -2))
        inner *= 1 - 0.5 * np.eye(k - j, dtype=inner.real.dtype)
        square[...] = np.conj(np.swapaxes(inverse, -1, -2)) @ inner @ inverse / 2
        out[..., j:k, :j] -= turned @ lower[..., k:, :j] + 2 * (square @ left)
    for j in starts:
        below = out[..., j + 48 :, j : j + 48]
        below /= 2
        out[..., j : j + 48, j + 48 :] = np.conj(np.swapaxes(below, -1, -2))
    return np.conj(out)


def lower_inverse(a: Any) -> Any:
    """The inverse of a lower triangular matrix; what is above the diagonal is not read.

    Parameters
    ----------
    a : array (..., n, n)
        Matrices with nothing but zeros above the diagonal.

    Returns
    -------
    array (..., n, n)
        Their inverses, by halves: products instead of a factorisation of what is one already.

    Examples
    --------
    >>> lower_inverse(np.array([[2.0, 0.0], [1.0, 1.0]]))
    array([[ 0.5,  0. ],
           [-0.5,  1. ]])
    """
    n = np.shape(a)[-1]
    if n <= 48:
        return np.tril(np.linalg.inv(np.tril(a)))
    k = n // 2
    upper, lower = lower_inverse(a[..., :k, :k]), lower_inverse(a[..., k:, k:])
    out = np.zeros_like(a)
    out[..., :k, :k] = upper
    out[..., k:, k:] = lower
    out[..., k:, :k] = -lower @ (a[..., k:, :k] @ upper)
    return out
