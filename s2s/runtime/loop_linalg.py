"""Small systems of equations and determinants for Numba: to call LAPACK takes longer than they do.

Each stands alone, so that a generated file can carry the ones it uses.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def solve_22(a: Any, b: Any) -> Any:
    """`np.linalg.solve(a, b)` for matrices: small ones by elimination, without LAPACK.

    Raises
    ------
    LinAlgError
        Where `a` is singular.

    Examples
    --------
    >>> solve_22(np.array([[0.0, 2.0], [1.0, 0.0]]), np.eye(2))
    array([[0. , 1. ],
           [0.5, 0. ]])
    """
    n, m = len(a), b.shape[1]
    x = np.empty((len(b), m), b.dtype)
    for i in range(len(b)):
        for j in range(m):
            x[i, j] = b[i, j]
    if n > 8 or m > 16 or a.shape[1] != n or len(b) != n:
        x[:, :] = np.linalg.solve(a, x)
        return x
    left = a.copy()
    for k in range(n):
        top = k
        for i in range(k + 1, n):
            if abs(left[i, k]) > abs(left[top, k]):
                top = i
        if left[top, k] == 0:
            raise np.linalg.LinAlgError("Singular matrix")
        if top != k:
            for j in range(k, n):
                left[k, j], left[top, j] = left[top, j], left[k, j]
            for j in range(m):
                x[k, j], x[top, j] = x[top, j], x[k, j]
        for i in range(k + 1, n):
            factor = left[i, k] / left[k, k]
            for j in range(k + 1, n):
                left[i, j] -= factor * left[k, j]
            for j in range(m):
                x[i, j] -= factor * x[k, j]
    for k in range(n - 1, -1, -1):
        for j in range(m):
            x[k, j] /= left[k, k]
        for i in range(k):
            for j in range(m):
                x[i, j] -= left[i, k] * x[k, j]
    return x


def solve_21(a: Any, b: Any) -> Any:
    """`np.linalg.solve(a, b)` for a vector `b`: small ones by elimination, without LAPACK.

    Raises
    ------
    LinAlgError
        Where `a` is singular.

    Examples
    --------
    >>> solve_21(np.array([[0.0, 2.0], [1.0, 0.0]]), np.array([1.0, 3.0]))
    array([3. , 0.5])
    """
    n = len(a)
    if n > 8 or a.shape[1] != n or len(b) != n:
        return np.linalg.solve(a, b.copy())
    x, left = b.copy(), a.copy()
    for k in range(n):
        top = k
        for i in range(k + 1, n):
            if abs(left[i, k]) > abs(left[top, k]):
                top = i
        if left[top, k] == 0:
            raise np.linalg.LinAlgError("Singular matrix")
        if top != k:
            x[k], x[top] = x[top], x[k]
            for j in range(k, n):
                left[k, j], left[top, j] = left[top, j], left[k, j]
        for i in range(k + 1, n):
            factor = left[i, k] / left[k, k]
            x[i] -= factor * x[k]
            for j in range(k + 1, n):
                left[i, j] -= factor * left[k, j]
    for k in range(n - 1, -1, -1):
        x[k] /= left[k, k]
        for i in range(k):
            x[i] -= left[i, k] * x[k]
    return x


def det_2(a: Any) -> Any:
    """`np.linalg.det(a)`: of small matrices by elimination, without LAPACK.

    Examples
    --------
    >>> float(det_2(np.array([[0.0, 2.0], [1.0, 0.0]])))
    -2.0
    """
    n = len(a)
    if n > 8 or a.shape[1] != n:
        return np.linalg.det(a)
    left = a.copy()
    total = np.ones(1, a.dtype)[0]
    for k in range(n):
        top = k
        for i in range(k + 1, n):
            if abs(left[i, k]) > abs(left[top, k]):
                top = i
        if top != k:
            total = -total
            for j in range(k, n):
                left[k, j], left[top, j] = left[top, j], left[k, j]
        total = total * left[k, k]
        if left[k, k] != 0:
            for i in range(k + 1, n):
                factor = left[i, k] / left[k, k]
                for j in range(k + 1, n):
                    left[i, j] -= factor * left[k, j]
    return total


def cofactors_2(a: Any) -> Any:
    """The derivative of `det(a)`: the transpose of the adjugate, exact for singular matrices.

    Examples
    --------
    >>> np.round(cofactors_2(np.array([[1.0, 2.0], [2.0, 4.0]])), 12)
    array([[ 4., -2.],
           [-2.,  1.]])
    """
    n = len(a)
    if n == 1:
        return np.ones((1, 1), a.dtype)
    if 1 < n < 5:
        out, m = np.empty((n, n), a.dtype), np.empty((n - 1, n - 1), a.dtype)
        for i in range(n):
            for j in range(n):
                for p in range(n - 1):
                    for q in range(n - 1):
                        m[p, q] = a[p + (p >= i), q + (q >= j)]
                minor = m[0, 0]
                if n == 3:
                    minor = m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0]
                elif n == 4:
                    minor = m[0, 0] * (m[1, 1] * m[2, 2] - m[1, 2] * m[2, 1])
                    minor -= m[0, 1] * (m[1, 0] * m[2, 2] - m[1, 2] * m[2, 0])
                    minor += m[0, 2] * (m[1, 0] * m[2, 1] - m[1, 1] * m[2, 0])
                out[i, j] = -minor if (i + j) % 2 else minor
        return out
    u, s, vh = np.linalg.svd(a)
    others = np.ones_like(s)
    for k in range(len(s)):
        for j in range(len(s)):
            if j != k:
                others[k] *= s[j]
    sign = np.linalg.det(u) * np.linalg.det(vh)
    return np.dot(np.conj(u) * (sign * others), np.conj(vh))


def solve_lower(a: Any, b: Any) -> Any:
    """`np.linalg.solve(a, b)` for a lower triangular `a` and a vector `b`: by substitution.

    Examples
    --------
    >>> solve_lower(np.array([[2.0, 0.0], [1.0, 4.0]]), np.array([2.0, 5.0]))
    array([1., 1.])
    """
    if len(b) != len(a):
        raise ValueError("s2s: sizes differ that the compiled loops take to be the same")
    x = b.copy()
    for j in range(len(x)):  # down the columns, as LAPACK stores a factor
        x[j] /= a[j, j]
        for i in range(j + 1, len(x)):
            x[i] -= a[i, j] * x[j]
    return x


def solve_upper(a: Any, b: Any) -> Any:
    """`np.linalg.solve(a.T, b)` for a lower triangular `a` and a vector `b`: by substitution.

    Examples
    --------
    >>> solve_upper(np.array([[2.0, 0.0], [1.0, 4.0]]), np.array([3.0, 4.0]))
    array([1., 1.])
    """
    n = len(a)
    if len(b) != n:
        raise ValueError("s2s: sizes differ that the compiled loops take to be the same")
    x, column = b.copy(), np.empty(n, a.dtype)
    for j in range(n - 1, -1, -1):
        for i in range(j + 1, n):
            column[i] = a[i, j]
        x[j] = (x[j] - np.dot(column[j + 1 :], x[j + 1 :])) / a[j, j]
    return x


def cholesky_adjoint_2(lower: Any, g: Any) -> Any:
    """The adjoint of a Hermitian matrix from that of its Cholesky factor, in blocks of columns.

    Examples
    --------
    >>> cholesky_adjoint_2(np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 0.0], [1.0, 0.0]]))
    array([[-0.125,  0.25 ],
           [ 0.25 ,  0.   ]])
    """
    n, step = len(lower), 24
    out = np.zeros((n, n), g.dtype)
    for p in range(n):
        for q in range(p + 1):
            out[p, q] = np.conj(g[p, q])
    for j in range((n - 1) // step * step, -1, -step):
        k = min(j + step, n)
        m = k - j
        rows = np.empty((m, k), g.dtype)  # the block and what is on its left
        inverse, square = np.zeros((m, m), g.dtype), np.zeros((m, m), g.dtype)
        for p in range(m):
            for q in range(k):
                rows[p, q] = lower[j + p, q]
            inverse[p, p] = 1 / rows[p, j + p]
            for r in range(p):
                for q in range(r + 1):
                    inverse[p, q] -= inverse[p, p] * rows[p, j + r] * inverse[r, q]
            for q in range(p + 1):
                square[p, q] = out[j + p, j + q]
        if k < n:
            below, rest = np.empty((n - k, m), g.dtype), np.empty((n - k, k), g.dtype)
            turned = np.empty((m, n - k), g.dtype)
            for p in range(n - k):
                for q in range(m):
                    below[p, q] = out[k + p, j + q]
                for q in range(k):
                    rest[p, q] = lower[k + p, q]
            below = np.dot(below, inverse)
            product = np.dot(below, rows)
            for p in range(n - k):
                for q in range(m):
                    turned[q, p] = np.conj(below[p, q])
                    out[k + p, j + q] = below[p, q] / 2
                for q in range(j):
                    out[k + p, q] -= product[p, q]
            product = np.dot(turned, rest)
            for p in range(m):
                for q in range(j):
                    out[j + p, q] -= product[p, q]
                for q in range(p + 1):
                    square[p, q] -= product[p, j + q]
        inner, turned = np.zeros((m, m), g.dtype), np.empty((m, m), g.dtype)
        for p in range(m):
            for q in range(m):
                turned[q, p] = np.conj(inverse[p, q])
            for q in range(p + 1):
                for r in range(p, m):
                    inner[p, q] += np.conj(rows[r, j + p]) * square[r, q]
                inner[q, p] = np.conj(inner[p, q])
            inner[p, p] = inner[p, p].real
        square = np.dot(np.dot(turned, inner), inverse)
        product = np.dot(square, rows)
        for p in range(m):
            for q in range(j):
                out[j + p, q] -= product[p, q]
            for q in range(m):
                out[j + p, j + q] = square[p, q] / 2
    for p in range(n):
        for q in range(p):
            out[q, p] = out[p, q]
            out[p, q] = np.conj(out[p, q])
    return out
