"""Parts of the derivatives of matrix functions."""

from __future__ import annotations

from typing import Any

import numpy as np


def gap_ratio(m: Any, w: Any) -> Any:
    """`m[i, j] / (w[j] - w[i])`, 0 on the diagonal and where `m` vanishes at a closed gap.

    Parameters
    ----------
    m : array (..., n, n)
        Matrices.
    w : array (..., n)
        Eigenvalues or singular values.

    Returns
    -------
    array (..., n, n)
        Infinite only where `m` says that the derivative is.

    Examples
    --------
    >>> gap_ratio(np.array([[5.0, 2.0], [2.0, 5.0]]), np.array([1.0, 3.0]))
    array([[ 0.,  1.],
           [-1.,  0.]])
    """
    m, w = np.asarray(m), np.asarray(w)
    gap = w[..., None, :] - w[..., :, None]
    # Rounding leaves gaps and entries of this size where both are 0.
    tiny = 64 * np.finfo(gap.dtype).eps
    closed = np.abs(gap) <= tiny * np.max(np.abs(w), axis=-1, initial=0)[..., None, None]
    scale = np.max(np.abs(m), axis=(-2, -1), keepdims=True, initial=0)
    gone = closed & (np.abs(m) <= 64 * tiny * np.maximum(scale, 1))
    gone = gone | np.eye(m.shape[-1], dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(gone, 0, m / np.where(gone, 1, gap))


def pair_reciprocal(s: Any) -> Any:
    """`1 / (s[i] + s[j])`, and 0 where both are 0.

    Parameters
    ----------
    s : array (..., n)
        Singular values.

    Returns
    -------
    array (..., n, n)
        Symmetric.

    Examples
    --------
    >>> pair_reciprocal(np.array([1.0, 0.0]))
    array([[0.5, 1. ],
           [1. , 0. ]])
    """
    total = s[..., None, :] + s[..., :, None]
    return np.where(total == 0, 0, 1 / np.where(total == 0, 1, total))


def ends(s: Any) -> Any:
    """1 at the first and -1 at the last entry of each row of `s`.

    Parameters
    ----------
    s : array (..., n)
        Gives shape and dtype.

    Returns
    -------
    array (..., n)
        Zero in between, and for a single entry.

    Examples
    --------
    >>> ends(np.array([5.0, 4.0, 3.0]))
    array([ 1.,  0., -1.])
    """
    out = np.zeros_like(s)
    out[..., 0] += 1
    out[..., -1] -= 1
    return out


def cofactors(a: Any) -> Any:
    """The derivative of `det(a)`: the transpose of the adjugate, exact for singular matrices.

    Parameters
    ----------
    a : array (..., n, n)
        Matrices.

    Returns
    -------
    array (..., n, n)
        The cofactors.

    Examples
    --------
    >>> np.round(cofactors(np.array([[1.0, 2.0], [2.0, 4.0]])), 12)
    array([[ 4., -2.],
           [-2.,  1.]])
    """
    try:
        # On a device, asking how large it is would have to wait.
        inverse = np.linalg.inv(a) if type(a).__module__ == "numpy" else None
    except np.linalg.LinAlgError:
        inverse = None
    # Far from singular the inverse is as good, and much cheaper than singular values.
    if inverse is not None and inverse.size and (
        np.vdot(inverse, inverse).real * np.vdot(a, a).real < 1e12
    ):  # fmt: skip
        det = np.linalg.det(a)
        if a.ndim == 2 and 0 < abs(det) < np.inf:
            return det * inverse.T
        if a.ndim > 2 and np.all(det != 0) and np.all(np.isfinite(det)):
            return det[..., None, None] * np.swapaxes(inverse, -1, -2)
    u, s, vh = np.linalg.svd(a)
    others = np.ones_like(s)
    others[..., 1:] = np.cumprod(s[..., :-1], axis=-1)
    others[..., :-1] *= np.cumprod(s[..., :0:-1], axis=-1)[..., ::-1]
    sign = (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]
    return sign * ((np.conj(u) * others[..., None, :]) @ np.conj(vh))


def cofactors_tangent(a: Any, v: Any) -> Any:
    """How the cofactors of `a` change along `v`: exact for singular matrices.

    Parameters
    ----------
    a, v : array (..., n, n)
        Matrices.

    Returns
    -------
    array (..., n, n)
        The second derivative of `det(a)` in one direction.

    Examples
    --------
    >>> cofactors_tangent(np.diag([3.0, 0.0]), np.array([[5.0, 1.0], [2.0, 4.0]]))
    array([[ 4., -2.],
           [-1.,  5.]])
    """
    # In the basis where `a` is diagonal: the products of all singular values but two.
    u, s, vh = np.linalg.svd(a)
    n = s.shape[-1]
    others = np.zeros_like(a, shape=(*s.shape, n), dtype=s.dtype)
    for k in range(n):
        rest = s.copy()
        rest[..., k] = 1
        up, down = np.ones_like(s), np.ones_like(s)
        up[..., 1:] = np.cumprod(rest[..., :-1], axis=-1)
        down[..., :-1] = np.cumprod(rest[..., :0:-1], axis=-1)[..., ::-1]
        others[..., k, :] = up * down
        others[..., k, k] = 0
    inner = np.conj(np.swapaxes(u, -1, -2)) @ v @ np.conj(np.swapaxes(vh, -1, -2))
    moved = -others * np.swapaxes(inner, -1, -2)
    spread = others @ np.diagonal(inner, 0, -2, -1)[..., None]
    places = np.arange(n)
    moved[..., places, places] = spread[..., 0]
    sign = (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]
    return sign * (np.conj(u) @ moved @ np.conj(vh))


def lstsq_cut(a: Any, rcond: Any = None) -> float:
    """Below which part of the largest one `np.linalg.lstsq` takes a singular value for 0.

    Parameters
    ----------
    a : array (m, n)
        The matrix.
    rcond : float, optional
        As for `np.linalg.lstsq`.

    Returns
    -------
    float
        A ratio.

    Examples
    --------
    >>> lstsq_cut(np.eye(2), 0.1)
    0.1
    """
    eps = float(np.finfo(a.dtype).eps)
    if rcond is None:
        return eps * float(max(a.shape))
    return eps if rcond < 0 else float(rcond)


def solve_order(rank: int, axes: Any = None) -> tuple[int, ...]:
    """The order in which `np.linalg.tensorsolve(a, b, axes)` takes the axes of `a`.

    Parameters
    ----------
    rank : int
        The rank of `a`.
    axes : sequence of int, optional
        The axes moved to the end.

    Returns
    -------
    tuple of int
        A permutation.

    Examples
    --------
    >>> solve_order(3, (0,))
    (1, 2, 0)
    """
    order = list(range(rank))
    for k in axes or ():
        order.remove(k)
        order.insert(rank, k)
    return tuple(order)


def matrix_power_tangent(a: Any, v: Any, n: int) -> Any:
    """The tangent of `matrix_power(a, n)` along `v`, for `n` of 0 or more.

    Parameters
    ----------
    a, v : array (..., k, k)
        Matrices.
    n : int
        The exponent.

    Returns
    -------
    array (..., k, k)
        The sum of `a**i @ v @ a**(n - 1 - i)`.

    Examples
    --------
    >>> matrix_power_tangent(2 * np.eye(1), np.eye(1), 3)
    array([[12.]])
    """
    total, power = np.zeros_like(v), np.broadcast_to(np.eye(np.shape(a)[-1]), np.shape(a))
    for k in range(n):
        if k:
            power = power @ a
            total = a @ total
        total = total + v @ power
    return total


def twin(a: Any, v: Any) -> Any:
    """The block matrix `[[a, v], [0, a]]`, whose powers hold the tangents of those of `a`.

    Parameters
    ----------
    a, v : array (..., k, k)
        Matrices.

    Returns
    -------
    array (..., 2 k, 2 k)
        The block matrix.

    Examples
    --------
    >>> twin(np.array([[2.0]]), np.array([[1.0]]))
    array([[2., 1.],
           [0., 2.]])
    """
    top = np.concatenate((a, v), axis=-1)
    return np.concatenate((top, np.concatenate((np.zeros_like(a), a), axis=-1)), axis=-2)


def underivable(v: Any, what: str) -> Any:
    """Refuse: the derivative of that order is not there.

    Parameters
    ----------
    v : array
        The direction.
    what : str
        What cannot be differentiated.

    Raises
    ------
    NotImplementedError
        Always.

    Examples
    --------
    >>> underivable(1.0, "the Hessian of a norm")
    Traceback (most recent call last):
    NotImplementedError: the Hessian of a norm has no derivative
    """
    raise NotImplementedError(f"{what} has no derivative")


def matrix_norm_curve(x: Any, v: Any, ord: Any, axis: Any = None) -> Any:
    """How `matrix_norm_slope(x, ord, axis)` changes along `v`; symmetric as a function of `v`.

    Parameters
    ----------
    x, v : array
        Matrices and directions.
    ord : int, float or str
        1, -1, 2, -2, inf, -inf or nuc.
    axis : pair of int, optional
        The axes of the matrices.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> matrix_norm_curve(np.diag([4.0, 2.0]), np.array([[0.0, 6.0], [0.0, 0.0]]), "nuc")
    array([[ 0.,  1.],
           [-1.,  0.]])
    """
    axes = (0, 1) if axis is None else axis
    m, v = np.moveaxis(x, axes, (-2, -1)), np.moveaxis(v, axes, (-2, -1))
    if ord == "fro":
        size = np.sqrt(np.sum(np.abs(m) ** 2, axis=(-2, -1), keepdims=True))
        unit = m / np.where(size == 0, 1, size)
        along = np.sum(np.real(np.conj(unit) * v), axis=(-2, -1), keepdims=True)
        return np.moveaxis((v - unit * along) / np.where(size == 0, 1, size), (-2, -1), axes)
    if ord not in (2, -2, "nuc"):
        # A sum of absolute values: of real numbers straight, of complex ones bent by turns.
        sign = np.sign(m)
        turn = 1j * sign * np.imag(np.conj(sign) * v) if np.iscomplexobj(m) else np.zeros_like(v)
        bent = turn * share_of_sums(m, ord) / np.where(m == 0, 1, np.abs(m))
        return np.moveaxis(bent, (-2, -1), axes)
    u, s, vh = np.linalg.svd(m, full_matrices=False)
    if ord == "nuc":
        share = np.ones_like(s)
    else:
        share = np.zeros_like(s)
        share[..., 0 if ord == 2 else -1] = 1
    ut, w = np.conj(np.swapaxes(u, -1, -2)), np.conj(np.swapaxes(vh, -1, -2))
    inner = ut @ v @ w
    turned = np.conj(np.swapaxes(inner, -1, -2))
    plus, gap = (s[..., None, :] + sign * s[..., :, None] for sign in (1, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        odd = np.where(plus == 0, 0, (inner - turned) / 2 / plus)
        # Where all shares are equal the gaps cancel.
        steps = share[..., None, :] - share[..., :, None]
        even = np.where(steps == 0, 0, (inner + turned) / 2 / gap * steps)
        down = np.where(s == 0, 0, share / s)
    core = odd * (share[..., None, :] + share[..., :, None]) + even
    left = (v @ w - u @ inner) * down[..., None, :] @ vh
    right = u @ (down[..., :, None] * (ut @ v - inner @ vh))
    return np.moveaxis(u @ core @ vh + left + right, (-2, -1), axes)


def share_of_sums(m: Any, ord: float) -> Any:
    """Which sums of absolute values are the largest or smallest; ties share equally.

    Parameters
    ----------
    m : array (..., n, k)
        Matrices.
    ord : float
        1 and -1 for sums down the columns, inf and -inf along the rows.

    Returns
    -------
    array (..., 1, k) or (..., n, 1)
        Adds up to 1 for each matrix.

    Examples
    --------
    >>> share_of_sums(np.array([[1.0, -4.0], [2.0, 3.0]]), 1)
    array([[0., 1.]])
    """
    sums = np.sum(np.abs(m), axis=-2 if abs(ord) == 1 else -1, keepdims=True)
    best = (np.max if ord > 0 else np.min)(sums, axis=(-2, -1), keepdims=True)
    hit = sums == best
    return hit / np.sum(hit, axis=(-2, -1), keepdims=True)


def matrix_norm_slope(x: Any, ord: Any, axis: Any = None) -> Any:
    """The slope of `np.linalg.norm(x, ord, axis)` where that is a norm of matrices.

    Parameters
    ----------
    x : array
        Matrices.
    ord : int, float or str
        1, -1, 2, -2, inf, -inf, fro or nuc.
    axis : pair of int, optional
        The axes of the matrices.

    Returns
    -------
    array
        In the shape of `x`; ties share equally.

    Examples
    --------
    >>> matrix_norm_slope(np.array([[1.0, -4.0], [2.0, 3.0]]), 1)
    array([[ 0., -1.],
           [ 0.,  1.]])
    """
    m = np.moveaxis(x, (0, 1) if axis is None else axis, (-2, -1))
    if ord == "fro":
        size = np.linalg.norm(m, axis=(-2, -1), keepdims=True)
        slope = m / np.where(size == 0, 1, size)
    elif ord in (1, -1, np.inf, -np.inf):
        slope = np.sign(m) * share_of_sums(m, ord)
    elif ord in (2, -2, "nuc"):
        u, s, vh = np.linalg.svd(m, full_matrices=False)
        if ord == "nuc":
            share = np.where(s > np.finfo(s.dtype).eps * max(m.shape[-2:]) * s[..., :1], 1.0, 0.0)
        else:
            hit = s == (s[..., :1] if ord == 2 else s[..., -1:])
            share = np.where(s > 0, hit / np.sum(hit, axis=-1, keepdims=True), 0)
        slope = (u * share[..., None, :]) @ vh
    else:
        raise NotImplementedError(f"norm is not differentiated with ord={ord!r}")
    slope = slope.astype(np.asarray(x).dtype)
    return np.moveaxis(slope, (-2, -1), (0, 1) if axis is None else axis)
