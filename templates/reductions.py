"""Sums, products, extremes, moments and running totals."""

import numpy as np

# Sums


@linear(np.sum, "a")
def _(a, axis=None, dtype=None, out=None, keepdims=False, initial=0, where=True) -> y:
    precision = dtype
    if where is True:
        d[a] = spread(d[y], a, axis, keepdims)
    else:
        d[a] = np.where(where, spread(d[y], a, axis, keepdims), 0)


@linear(np.add.reduce, "array")
def _(array, axis=0, dtype=None, out=None, keepdims=False, initial=0, where=True) -> y:
    precision = dtype
    if where is True:
        d[array] = spread(d[y], array, axis, keepdims)
    else:
        d[array] = np.where(where, spread(d[y], array, axis, keepdims), 0)


@linear(np.mean, "a")
def _(a, axis=None, dtype=None, out=None, keepdims=False, *, where=True) -> y:
    precision = dtype
    if where is not True:
        n = reduced_size(a, axis, where, keepdims)
        d[a] = np.where(where, spread(d[y] / n, a, axis, keepdims), 0)
    elif axis is None:
        d[a] = spread(d[y] / np.size(a), a, axis, keepdims)
    elif isinstance(axis, int):
        d[a] = spread(d[y] / np.shape(a)[axis], a, axis, keepdims)
    else:
        d[a] = spread(d[y] / reduced_size(a, axis), a, axis, keepdims)


@tangent(np.average)
def _(a, axis=None, weights=None, returned=False, *, keepdims=False) -> y:
    if weights is None:
        d[y] = np.mean(d[a], axis=axis, keepdims=keepdims)
    else:
        w = fit_weights(weights, a, axis)
        total = np.sum(w, axis=axis, keepdims=keepdims)
        off = a - expand_reduced(y, a, axis, keepdims)
        moved = d[a] * w + fit_weights(d[weights], a, axis) * off
        d[y] = np.sum(moved, axis=axis, keepdims=keepdims) / total


@linear(fit_weights, "weights")
def _(weights, a, axis) -> y:
    d[weights] = unfit_weights(d[y], weights, axis)


@linear(unfit_weights, "g")
def _(g, weights, axis) -> y:
    d[g] = spread_to(fit_weights(d[y], g, axis), g)


# Moments


@tangent(np.var)
def _(
    a, axis=None, dtype=None, out=None, ddof=0, keepdims=False,
    *, where=True, mean=None, correction=None,
) -> y:  # fmt: skip
    precision = dtype
    off = centered(a, axis, where)
    n = reduced_size(a, axis, where, keepdims) - (ddof if correction is None else correction)
    if np.iscomplexobj(a):
        d[y] = np.sum(np.real(np.conj(2 * off) * d[a]), axis=axis, keepdims=keepdims) / n
    else:
        d[y] = np.sum(2 * off * d[a], axis=axis, keepdims=keepdims) / n


@tangent(np.std)
def _(
    a, axis=None, dtype=None, out=None, ddof=0, keepdims=False,
    *, where=True, mean=None, correction=None,
) -> y:  # fmt: skip
    precision = dtype
    # At a constant the slope is 0: every deviation is, and 0 / 0 is taken as 0.
    off = ratio(centered(a, axis, where), expand_reduced(y, a, axis, keepdims))
    n = reduced_size(a, axis, where, keepdims) - (ddof if correction is None else correction)
    if np.iscomplexobj(a):
        d[y] = np.sum(np.real(np.conj(off) * d[a]), axis=axis, keepdims=keepdims) / n
    else:
        d[y] = np.sum(off * d[a], axis=axis, keepdims=keepdims) / n


@linear(centered, "a")
def _(a, axis=None, where=True) -> y:
    d[a] = centered(d[y], axis, where)


# Extremes: ties share equally


@tangent(np.max, np.amax, np.min, np.amin, np.nanmax, np.nanmin)
def _(a, axis=None, out=None, keepdims=False, initial=None, where=True) -> y:
    if initial is None:
        share = extreme_share(a, y, axis, keepdims, where)
        d[y] = np.sum(share * d[a], axis=axis, keepdims=keepdims)
    else:
        share = extreme_share(a, y, axis, keepdims, where, initial)
        first = start_share(a, y, axis, keepdims, where, initial)
        d[y] = np.sum(share * d[a], axis=axis, keepdims=keepdims) + first * d[initial]


@tangent(np.maximum.reduce, np.minimum.reduce, np.fmax.reduce, np.fmin.reduce)
def _(array, axis=0, dtype=None, out=None, keepdims=False, initial=None, where=True) -> y:
    if initial is None:
        share = extreme_share(array, y, axis, keepdims, where)
        d[y] = np.sum(share * d[array], axis=axis, keepdims=keepdims)
    else:
        share = extreme_share(array, y, axis, keepdims, where, initial)
        first = start_share(array, y, axis, keepdims, where, initial)
        d[y] = np.sum(share * d[array], axis=axis, keepdims=keepdims) + first * d[initial]


@tangent(np.ptp)
def _(a, axis=None, out=None, keepdims=False) -> y:
    high = np.max(a, axis=axis, keepdims=keepdims)
    low = np.min(a, axis=axis, keepdims=keepdims)
    share = extreme_share(a, high, axis, keepdims) - extreme_share(a, low, axis, keepdims)
    d[y] = np.sum(share * d[a], axis=axis, keepdims=keepdims)


@tangent(np.logaddexp.reduce)
def _(array, axis=0, dtype=None, out=None, keepdims=False, initial=None, where=True) -> y:
    share = softmax(array, axis)
    d[y] = np.sum(share * d[array], axis=axis, keepdims=keepdims)


@tangent(np.logaddexp2.reduce)
def _(array, axis=0, dtype=None, out=None, keepdims=False, initial=None, where=True) -> y:
    share = softmax(0.6931471805599453 * array, axis)
    d[y] = np.sum(share * d[array], axis=axis, keepdims=keepdims)


@tangent(softmax)
def _(x, axis=None) -> y:
    mean = np.sum(y * d[x], axis=axis, keepdims=True)
    d[y] = y * (d[x] - mean)


# Products: by the products of the others, exact where factors are 0


@tangent(np.prod)
def _(a, axis=None, dtype=None, out=None, keepdims=False, initial=1, where=True) -> y:
    precision = dtype
    others = exclusive_product(a if where is True else np.where(where, a, 1), axis)
    if where is not True:
        others = np.where(where, others, 0)
    d[y] = np.sum(others * d[a], axis=axis, keepdims=keepdims)


@tangent(np.multiply.reduce)
def _(array, axis=0, dtype=None, out=None, keepdims=False, initial=1, where=True) -> y:
    precision = dtype
    others = exclusive_product(array if where is True else np.where(where, array, 1), axis)
    if where is not True:
        others = np.where(where, others, 0)
    d[y] = np.sum(others * d[array], axis=axis, keepdims=keepdims)


@tangent(exclusive_product)
def _(a, axis=None) -> y:
    line = merge_axes(a, axis)
    moved = merge_axes(d[a], axis)
    before = prefix_product(line)
    after = np.flip(prefix_product(np.flip(line, -1)), -1)
    d_before = recurrence(shift(line), shift(moved * before))
    d_after = np.flip(
        recurrence(shift(np.flip(line, -1)), shift(np.flip(moved * after, -1))), -1
    )
    d[y] = split_axes(d_before * after + before * d_after, a, axis)


@tangent(prefix_product)
def _(a) -> y:
    d[y] = recurrence(shift(a), shift(d[a] * y))


@tangent(recurrence)
def _(a, g) -> s:
    d[s] = recurrence(a, d[g] + d[a] * shift(s))


@linear(recurrence, "g")
def _(a, g) -> s:
    d[g] = np.flip(recurrence(shift(np.flip(a, -1)), np.flip(d[s], -1)), -1)


@linear(shift, "x")
def _(x) -> y:
    d[x] = np.flip(shift(np.flip(d[y], -1)), -1)


@linear(merge_axes, "a")
def _(a, axis=None) -> y:
    d[a] = split_axes(d[y], a, axis)


@linear(split_axes, "g")
def _(g, like, axis=None) -> y:
    d[g] = merge_axes(d[y], axis)


# Running totals


@linear(np.cumsum, "a")
def _(a, axis=None, dtype=None, out=None) -> y:
    precision = dtype
    if axis is None:
        d[a] = np.reshape(np.flip(np.cumsum(np.flip(d[y]))), np.shape(a))
    else:
        d[a] = np.flip(np.cumsum(np.flip(d[y], axis), axis=axis), axis)


@tangent(np.cumprod)
def _(a, axis=None, dtype=None, out=None) -> y:
    precision = dtype
    if axis is None:
        d[y] = recurrence(np.ravel(a), np.ravel(d[a]) * shift_product(y))
    else:
        line = merge_axes(a, axis)
        moved = merge_axes(d[a], axis) * shift_product(merge_axes(y, axis))
        d[y] = split_axes(recurrence(line, moved), a, axis)


@tangent(shift_product)
def _(y) -> z:
    d[z] = shift(d[y])


@linear(np.diff, "a")
def _(a, n=1, axis=-1) -> y:
    turned = 1 - 2 * (n % 2)  # (-1) ** n
    d[a] = turned * np.diff(pad_axis(d[y], n, axis), n, axis)


@linear(pad_axis, "x")
def _(x, n, axis) -> y:
    d[x] = trim_axis(d[y], n, axis)


@linear(trim_axis, "x", view=True)
def _(x, n, axis) -> y:
    d[x] = pad_axis(d[y], n, axis)


@linear(np.trace, "a")
def _(a, offset=0, axis1=0, axis2=1, dtype=None, out=None) -> y:
    precision = dtype
    d[a] = put_diagonal(np.expand_dims(d[y], -1), a, offset, axis1, axis2)


@linear(np.ediff1d, "ary")
def _(ary, to_end=None, to_begin=None) -> y:
    d[ary] = np.reshape(-np.diff(pad_axis(d[y], 1, -1)), np.shape(ary))


# Without the NaN


@tangent(np.nansum)
def _(a, axis=None, dtype=None, out=None, keepdims=False, initial=0, where=True) -> y:
    precision = dtype
    kept = np.where(~np.isnan(a) & where, d[a], 0)
    d[y] = np.sum(kept, axis=axis, keepdims=keepdims)


@tangent(np.nanmean)
def _(a, axis=None, dtype=None, out=None, keepdims=False, *, where=True) -> y:
    precision = dtype
    present = ~np.isnan(a) & where
    kept = np.where(present, d[a], 0)
    d[y] = np.sum(kept, axis=axis, keepdims=keepdims) / reduced_size(a, axis, present, keepdims)


@tangent(np.nanprod)
def _(a, axis=None, dtype=None, out=None, keepdims=False, initial=1, where=True) -> y:
    precision = dtype
    present = ~np.isnan(a) & where
    others = np.where(present, exclusive_product(np.where(present, a, 1), axis), 0)
    d[y] = np.sum(others * d[a], axis=axis, keepdims=keepdims)


@tangent(np.nanvar)
def _(
    a, axis=None, dtype=None, out=None, ddof=0, keepdims=False,
    *, where=True, mean=None, correction=None,
) -> y:  # fmt: skip
    precision = dtype
    present = ~np.isnan(a) & where
    off = centered(a, axis, present)
    lost = ddof if correction is None else correction
    n = reduced_size(a, axis, present, keepdims) - lost
    if np.iscomplexobj(a):
        d[y] = np.sum(np.real(np.conj(2 * off) * d[a]), axis=axis, keepdims=keepdims) / n
    else:
        d[y] = np.sum(2 * off * d[a], axis=axis, keepdims=keepdims) / n


@tangent(np.nanstd)
def _(
    a, axis=None, dtype=None, out=None, ddof=0, keepdims=False,
    *, where=True, mean=None, correction=None,
) -> y:  # fmt: skip
    precision = dtype
    present = ~np.isnan(a) & where
    off = ratio(centered(a, axis, present), expand_reduced(y, a, axis, keepdims))
    lost = ddof if correction is None else correction
    n = reduced_size(a, axis, present, keepdims) - lost
    if np.iscomplexobj(a):
        d[y] = np.sum(np.real(np.conj(off) * d[a]), axis=axis, keepdims=keepdims) / n
    else:
        d[y] = np.sum(off * d[a], axis=axis, keepdims=keepdims) / n


@tangent(np.nancumsum)
def _(a, axis=None, dtype=None, out=None) -> y:
    precision = dtype
    d[y] = np.cumsum(np.where(np.isnan(a), 0, d[a]), axis=axis)
