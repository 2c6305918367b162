"""Norms: at 0, the subgradient of least norm, which is 0."""

import numpy as np


@macro
def along(unit, x, x_dot, axis, keepdims):
    if np.iscomplexobj(x):
        return np.sum(np.real(np.conj(unit) * x_dot), axis=axis, keepdims=keepdims)
    return np.sum(unit * x_dot, axis=axis, keepdims=keepdims)


@macro
def vector_slope(x, y, ord, axis, keepdims):
    size = expand_reduced(y, x, axis, keepdims)
    if ord == 2:
        return ratio(x, size)
    if ord == 1:
        return np.sign(x)
    if ord == np.inf or ord == -np.inf:
        return extreme_share(np.abs(x), y, axis, keepdims) * np.sign(x)
    if ord == 0:
        return np.zeros_like(x)
    return np.where(x == 0, 0, ratio(np.abs(x), size) ** (ord - 1) * np.sign(x))


@macro
def norm_slope(x, y, ord, axis, keepdims):
    if ord is None or ord == "fro":
        return ratio(x, expand_reduced(y, x, axis, keepdims))
    if isinstance(axis, int) or (axis is None and ndim(x) == 1):
        return vector_slope(x, y, ord, axis, keepdims)
    return matrix_norm_slope(x, ord, axis)


@macro
def against(g, unit, x, axis, keepdims):
    if np.iscomplexobj(x):
        return np.real(expand_reduced(g, x, axis, keepdims)) * np.conj(unit)
    return expand_reduced(g, x, axis, keepdims) * unit


@tangent(np.linalg.norm)
def _(x, ord=None, axis=None, keepdims=False) -> y:
    d[y] = along(norm_slope(x, y, ord, axis, keepdims), x, d[x], axis, keepdims)


@adjoint(np.linalg.norm)
def _(x, ord=None, axis=None, keepdims=False) -> y:
    d[x] = against(d[y], norm_slope(x, y, ord, axis, keepdims), x, axis, keepdims)


@tangent(np.linalg.vector_norm)
def _(x, /, *, axis=None, keepdims=False, ord=2) -> y:
    d[y] = along(vector_slope(x, y, ord, axis, keepdims), x, d[x], axis, keepdims)


@adjoint(np.linalg.vector_norm)
def _(x, /, *, axis=None, keepdims=False, ord=2) -> y:
    d[x] = against(d[y], vector_slope(x, y, ord, axis, keepdims), x, axis, keepdims)


@macro
def matrix_slope(x, y, ord, keepdims):
    if ord == "fro":
        return ratio(x, expand_reduced(y, x, (-2, -1), keepdims))
    return matrix_norm_slope(x, ord, (-2, -1))


@tangent(np.linalg.matrix_norm)
def _(x, /, *, keepdims=False, ord="fro") -> y:
    d[y] = along(matrix_slope(x, y, ord, keepdims), x, d[x], (-2, -1), keepdims)


@adjoint(np.linalg.matrix_norm)
def _(x, /, *, keepdims=False, ord="fro") -> y:
    d[x] = against(d[y], matrix_slope(x, y, ord, keepdims), x, (-2, -1), keepdims)


@tangent(matrix_norm_slope)
def _(x, ord, axis=None) -> y:
    d[y] = matrix_norm_curve(x, d[x], ord, axis)


@linear(matrix_norm_curve, "v")
def _(x, v, ord, axis=None) -> y:
    # Symmetric for the real inner product of complex numbers.
    d[v] = np.conj(matrix_norm_curve(x, np.conj(d[y]), ord, axis))


@tangent(matrix_norm_curve)
def _(x, v, ord, axis=None) -> y:
    d[y] = matrix_norm_curve(x, d[v], ord, axis) + underivable(d[x], "the Hessian of a norm")


# The ratio of the largest to the smallest effect of a matrix


@tangent(np.linalg.cond)
def _(x, p=None) -> y:
    if p is None or p == 2 or p == -2:
        u, s, vh = np.linalg.svd(x, False)
        share = np.expand_dims(y, -1) * (-ends(s) if p == -2 else ends(s)) / s
        d[y] = along((u * share[..., None, :]) @ vh, x, d[x], (-2, -1), False)
    else:
        axes = (-2, -1)
        inverse = np.linalg.inv(x)
        moved = -inverse @ d[x] @ inverse
        out = along(matrix_norm_slope(x, p, axes), x, d[x], axes, False)
        back = along(matrix_norm_slope(inverse, p, axes), x, moved, axes, False)
        d[y] = out * np.linalg.norm(inverse, p, axes) + back * np.linalg.norm(x, p, axes)


constant(ends)
