"""Sorting and order statistics: entries are moved, or shared where they tie."""

import numpy as np


@tangent(np.sort)
def _(a, axis=-1, kind=None, order=None, *, stable=None) -> y:
    how = kind, stable
    if axis is None:
        d[y] = np.ravel(d[a])[np.argsort(a, None, kind="stable")]
    else:
        d[y] = np.take_along_axis(d[a], np.argsort(a, axis, kind="stable"), axis)


@tangent(np.partition)
def _(a, kth, axis=-1, kind="introselect", order=None) -> y:
    if axis is None:
        d[y] = np.ravel(d[a])[np.argpartition(a, kth, None)]
    else:
        d[y] = np.take_along_axis(d[a], np.argpartition(a, kth, axis), axis)


@tangent(np.sort_complex)
def _(a) -> y:
    d[y] = np.take_along_axis(d[a], np.argsort(a, -1, kind="stable"), -1)


@tangent(np.unique)
def _(
    ar, return_index=False, return_inverse=False, return_counts=False, axis=None,
    *, equal_nan=True, sorted=True,
) -> y:  # fmt: skip
    how = equal_nan
    d[y] = np.ravel(d[ar])[np.unique(ar, return_index=True)[1]]


@tangent(np.median)
def _(a, axis=None, out=None, overwrite_input=False, keepdims=False) -> y:
    share = median_share(a, axis)
    d[y] = np.sum(share * d[a], axis=axis, keepdims=keepdims)


@tangent(np.quantile)
def _(
    a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False,
    *, weights=None,
) -> y:  # fmt: skip
    d[y] = quantile_mix(d[a], a, q, axis, method, keepdims)
    d[y] += quantile_mix(a, a, q, axis, method, keepdims, True) * lead_axes(d[q], y)


@tangent(np.percentile)
def _(
    a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False,
    *, weights=None,
) -> y:  # fmt: skip
    part = np.divide(q, 100)
    d[y] = quantile_mix(d[a], a, part, axis, method, keepdims)
    d[y] += quantile_mix(a, a, part, axis, method, keepdims, True) * lead_axes(d[q] / 100, y)


@linear(quantile_mix, "v")
def _(v, a, q, axis, method, keepdims, slope=False) -> y:
    d[v] = quantile_share(d[y], a, q, axis, method, slope)


@tangent(quantile_mix)
def _(v, a, q, axis, method, keepdims, slope=False) -> y:
    d[y] = quantile_mix(d[v], a, q, axis, method, keepdims, slope)
    if not slope:
        d[y] += quantile_mix(v, a, q, axis, method, keepdims, True) * lead_axes(d[q], y)


@linear(quantile_share, "g")
def _(g, a, q, axis, method, slope=False) -> y:
    d[g] = np.reshape(quantile_mix(d[y], a, q, axis, method, False, slope), np.shape(g))


@tangent(quantile_share)
def _(g, a, q, axis, method, slope=False) -> y:
    d[y] = quantile_share(d[g], a, q, axis, method, slope)
    if not slope:
        d[y] += quantile_share(g * lead_axes(d[q], g), a, q, axis, method, True)


@linear(lead_axes, "q", view=True)
def _(q, y) -> z:
    d[q] = np.reshape(d[z], np.shape(q))
