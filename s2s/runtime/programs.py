"""NumPy functions in terms of simpler ones: what the compiler differentiates in their place.

`program(np.cov, covariance)` in a template file says which stands for which.  These are ordinary
functions, with the results of the originals; generated code calls their derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

# Joining


def joined_rows(key: Any) -> Any:
    """`np.r_[key]` without directives in strings."""
    parts = key if isinstance(key, tuple) else (key,)
    return np.concatenate([stepped(p) if isinstance(p, slice) else np.atleast_1d(p) for p in parts])


def joined_columns(key: Any) -> Any:
    """`np.c_[key]` without directives in strings."""
    parts = key if isinstance(key, tuple) else (key,)
    columns = [column(stepped(p) if isinstance(p, slice) else p) for p in parts]
    return np.concatenate(columns, axis=-1)


def stepped(span: slice) -> Any:
    """The numbers that a slice stands for in `np.r_`."""
    return np.r_[span]


def column(x: Any) -> Any:
    """A vector as a column, a number as a matrix of one, anything else as it is."""
    return np.reshape(x, (-1, 1)) if np.ndim(x) < 2 else x


def differences(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """`np.diff` with what is put before and after."""
    if prepend is not None:
        a = np.concatenate((edge_of(prepend, a, axis), a), axis=axis)
    if append is not None:
        a = np.concatenate((a, edge_of(append, a, axis)), axis=axis)
    return np.diff(a, n, axis)


def edge_of(x: Any, a: Any, axis: int) -> Any:
    """What `np.diff` puts at an end: a number is repeated along the other axes."""
    if np.ndim(x) > 0:
        return x
    shape = [1 if k == axis % np.ndim(a) else n for k, n in enumerate(np.shape(a))]
    return np.broadcast_to(x, shape)


def differences_flat(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """`np.ediff1d`."""
    steps = np.diff(np.ravel(ary))
    if to_begin is not None:
        steps = np.concatenate((np.ravel(to_begin), steps))
    if to_end is not None:
        steps = np.concatenate((steps, np.ravel(to_end)))
    return steps


def linspace_with_step(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False,
    *, axis: int = 0,
) -> Any:  # fmt: skip
    """`np.linspace` with its step."""
    places = np.linspace(start, stop, num, endpoint, axis=axis)
    if not retstep:
        return places
    return places, (stop - start) / (num - 1 if endpoint else num)


def cumulative_sum(
    x: Any, /, *, axis: Any = None, dtype: Any = None, include_initial: bool = False
) -> Any:
    """`np.cumulative_sum`."""
    where = 0 if axis is None else axis
    sums = np.cumsum(x, axis=where)
    if include_initial:
        sums = np.concatenate((0 * np.take(sums, [0], where), sums), axis=where)
    return sums


def cumulative_prod(
    x: Any, /, *, axis: Any = None, dtype: Any = None, include_initial: bool = False
) -> Any:
    """`np.cumulative_prod`."""
    where = 0 if axis is None else axis
    products = np.cumprod(x, axis=where)
    if include_initial:
        products = np.concatenate((0 * np.take(x, [0], where) + 1, products), axis=where)
    return products


def product_without_nan(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """`np.nancumprod`."""
    return np.cumprod(np.where(np.isnan(a), 1, a), axis=axis)


# Statistics


def averaged(
    a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = False
) -> Any:
    """`np.average` with the sum of the weights."""
    mean = np.average(a, axis=axis, weights=weights, keepdims=keepdims)
    if not returned:
        return mean
    if weights is None:
        return mean, np.full(np.shape(mean), np.size(a) / max(np.size(mean), 1))
    total = np.sum(np.broadcast_to(_fitted(weights, a, axis), np.shape(a)), axis=axis)
    return mean, np.reshape(total, np.shape(mean))


def _fitted(weights: Any, a: Any, axis: Any) -> Any:
    """Weights of one axis lined up with an array."""
    if np.shape(weights) == np.shape(a) or axis is None:
        return weights
    shape = [n if k == axis % np.ndim(a) else 1 for k, n in enumerate(np.shape(a))]
    return np.reshape(weights, shape)


def covariance(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None,
    fweights: Any = None, aweights: Any = None,
) -> Any:  # fmt: skip
    """`np.cov`."""
    x = np.atleast_2d(m)
    if not rowvar and np.ndim(m) > 1:
        x = x.T
    if y is not None:
        other = np.atleast_2d(y)
        x = np.concatenate((x, other.T if not rowvar and np.ndim(y) > 1 else other))
    if ddof is None:
        ddof = 0 if bias else 1
    if fweights is None and aweights is None:
        off = x - np.mean(x, axis=1, keepdims=True)
        return np.squeeze(np.dot(off, np.conj(off.T)) * (1 / (x.shape[1] - ddof)))
    if aweights is None:
        w = np.asarray(fweights)
    else:
        w = np.asarray(aweights) if fweights is None else np.multiply(fweights, aweights)
    total = np.sum(w)
    if ddof == 0:
        left = total
    elif aweights is None:
        left = total - ddof
    else:
        left = total - ddof * np.sum(w * aweights) / total
    off = x - (np.sum(x * w, axis=1) / total)[:, None]
    return np.squeeze(np.dot(off, np.conj((off * w).T)) * (1 / left))


def correlation(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    """`np.corrcoef`."""
    c = np.cov(x, y, rowvar)
    if np.ndim(c) == 0:
        return c / c
    spread = np.sqrt(np.real(np.diagonal(c)))
    whole = c / spread[:, None] / spread[None, :]
    return whole if np.iscomplexobj(whole) else np.clip(whole, -1, 1)


def bin_edges(a: Any, bins: Any = 10, range: Any = None, weights: Any = None) -> Any:
    """`np.histogram_bin_edges` for a number of bins or for the edges themselves."""
    if isinstance(bins, str):
        raise TypeError("np.histogram is differentiated for a number of bins or for edges only")
    if np.ndim(bins) > 0:
        return bins
    low, high = (np.min(a), np.max(a)) if range is None else (range[0], range[1])
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, bins + 1)


def histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None,
              weights: Any = None) -> Any:  # fmt: skip
    """`np.histogram`: the counts are piecewise constant, the weights and the edges are not."""
    edges = bin_edges(a, bins, range)
    counts = _counted([np.ravel(a)], [edges], weights, density)
    return counts, edges


def histogram2d(x: Any, y: Any, bins: Any = 10, range: Any = None, density: Any = None,
                weights: Any = None) -> Any:  # fmt: skip
    """`np.histogram2d`."""
    both = isinstance(bins, list | tuple) and len(bins) == 2
    of_x = bin_edges(x, bins[0] if both else bins, None if range is None else range[0])
    of_y = bin_edges(y, bins[1] if both else bins, None if range is None else range[1])
    return _counted([x, y], [of_x, of_y], weights, density), of_x, of_y


def histogram_nd(sample: Any, bins: Any = 10, range: Any = None, density: Any = None,
                 weights: Any = None) -> Any:  # fmt: skip
    """`np.histogramdd` of an array of points."""
    points = np.transpose(sample)
    each = bins if isinstance(bins, list | tuple) else [bins for _ in points]
    spans = [None for _ in points] if range is None else range
    edges = [bin_edges(p, b, s) for p, b, s in zip(points, each, spans)]
    return _counted(points, edges, weights, density), edges


def _counted(points: Any, edges: Any, weights: Any, density: Any) -> Any:
    """The weight of the points in each bin."""
    shape = tuple(len(e) - 1 for e in edges)
    places = [np.searchsorted(e, p, side="right") - 1 for p, e in zip(points, edges)]
    places = [np.where(p == e[-1], len(e) - 2, k) for p, e, k in zip(points, edges, places)]
    inside = np.all([(k >= 0) & (k < n) for k, n in zip(places, shape)], axis=0)
    flat = np.ravel_multi_index([k[inside] for k in places], shape)
    size = int(np.prod(shape))
    if weights is None:
        counts = np.bincount(flat, minlength=size)
    else:
        counts = np.bincount(flat, np.ravel(weights)[inside], minlength=size)
    whole = np.reshape(counts, shape)
    if not density:
        return whole if len(shape) == 1 else whole * 1.0
    volume: Any = 1.0
    for k, e in enumerate(edges):
        volume = volume * np.reshape(np.diff(e), [-1 if j == k else 1 for j in _upto(len(shape))])
    return whole / volume / np.sum(whole)


def _upto(n: int) -> list[int]:
    """0 to `n - 1`, where `range` is an argument."""
    return list(range(n))


# Selection


def unique_parts(ar: Any, return_index: bool = False, return_inverse: bool = False,
                 return_counts: bool = False, axis: Any = None) -> Any:  # fmt: skip
    """`np.unique` with places and counts."""
    index, inverse, counts = unique_places(ar, axis)
    values = np.ravel(ar)[index] if axis is None else np.take(ar, index, axis)
    if return_index:
        if return_inverse:
            return (values, index, inverse, counts) if return_counts else (values, index, inverse)
        return (values, index, counts) if return_counts else (values, index)
    if return_inverse:
        return (values, inverse, counts) if return_counts else (values, inverse)
    return (values, counts) if return_counts else values


def unique_places(ar: Any, axis: Any) -> tuple[Any, Any, Any]:
    """Where the values of `np.unique` are, where each entry is among them, and how often."""
    return np.unique(ar, True, True, True, axis=axis)[1:]


def union(ar1: Any, ar2: Any) -> Any:
    """`np.union1d`."""
    return np.unique(np.concatenate((np.ravel(ar1), np.ravel(ar2))))


def intersection(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """`np.intersect1d`: the common values, as entries of the first array."""
    values = np.sort(np.ravel(ar1)) if assume_unique else np.unique(ar1)
    return values[np.isin(values, ar2)]


def set_difference(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """`np.setdiff1d`."""
    values = np.ravel(ar1) if assume_unique else np.unique(ar1)
    return values[~np.isin(values, ar2)]


def set_exclusive(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """`np.setxor1d`."""
    return np.sort(np.concatenate((np.setdiff1d(ar1, ar2), np.setdiff1d(ar2, ar1))))


# Functions given functions


def piecewise(x: Any, condlist: Any, funclist: Any) -> Any:
    """`np.piecewise`, for functions of the entries alone."""
    conditions = masks_of(condlist)
    y, k = np.zeros_like(x), 0
    for value in funclist:
        chosen = conditions[k]
        part = value(x[chosen]) if callable(value) else value
        y = placed(y, chosen, part)
        k += 1
    return y


def masks_of(condlist: Any) -> list[Any]:
    """Where each condition of `np.piecewise` holds, and where none does."""
    conditions = condlist if isinstance(condlist, list | tuple) else [condlist]
    conditions = [np.asarray(c, bool) for c in conditions]
    return [*conditions, ~np.any(conditions, axis=0)]


def placed(y: Any, mask: Any, part: Any) -> Any:
    """`y` with `part` where the mask is true."""
    places = np.cumsum(np.ravel(mask)).reshape(np.shape(mask)) - 1
    if np.ndim(part) == 0:
        return np.where(mask, part, y)
    if np.size(part) == 0:
        return y
    return np.where(mask, np.ravel(part)[np.maximum(places, 0)], y)


def along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """`np.apply_along_axis`."""
    moved = np.moveaxis(arr, axis, -1)
    lead = np.shape(moved)[:-1]
    lanes = np.reshape(moved, (-1, np.shape(moved)[-1]))
    each = np.stack([func1d(lane, *args, **kwargs) for lane in lanes])
    whole = np.reshape(each, lead + np.shape(each)[1:])
    place = axis % np.ndim(arr)
    extra = np.ndim(each) - 1
    return np.moveaxis(whole, range(len(lead), len(lead) + extra), range(place, place + extra))


def over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Any:
    """`np.apply_over_axes`."""
    y = a
    for axis in axes if isinstance(axes, list | tuple) else [axes]:
        reduced = func(y, axis)
        y = reduced if np.ndim(reduced) == np.ndim(y) else np.expand_dims(reduced, axis)
    return y


def from_function(function: Callable[..., Any], shape: Any, *, dtype: Any = float) -> Any:
    """`np.fromfunction` of one to three indices."""
    grid = np.indices(shape, dtype=dtype)
    if len(shape) == 1:
        return function(grid[0])
    if len(shape) == 2:
        return function(grid[0], grid[1])
    return function(grid[0], grid[1], grid[2])


def enumerated(arr: Any) -> list[Any]:
    """`np.ndenumerate` as a list."""
    return [(index, arr[index]) for index in np.ndindex(np.shape(arr))]


def every_entry(function: Callable[..., Any], a: Any) -> Any:
    """A function of numbers, of all entries of an array: `np.vectorize(function)(a)`."""
    each = [function(v) for v in np.ravel(a)]
    return np.reshape(np.array(each), np.shape(a))


def every_pair(function: Callable[..., Any], a: Any, b: Any) -> Any:
    """`np.vectorize(function)(a, b)`."""
    left, right = np.broadcast_arrays(a, b)
    each = [function(u, v) for u, v in zip(np.ravel(left), np.ravel(right))]
    return np.reshape(np.array(each), np.shape(left))


def padded_by_statistic(array: Any, pad_width: Any, mode: str) -> Any:
    """`np.pad` with the maximum, minimum, mean or median of each line."""
    y = np.asarray(array)
    for axis in range(np.ndim(array)):
        before, after = width_of(pad_width, np.ndim(array), axis)
        if mode == "maximum":
            level = np.max(y, axis=axis, keepdims=True)
        elif mode == "minimum":
            level = np.min(y, axis=axis, keepdims=True)
        elif mode == "mean":
            level = np.mean(y, axis=axis, keepdims=True)
        else:
            level = np.median(y, axis=axis, keepdims=True)
        y = np.concatenate(
            (np.repeat(level, before, axis=axis), y, np.repeat(level, after, axis=axis)), axis=axis
        )
    return y


def padded_by_ramp(array: Any, pad_width: Any, mode: str, *, end_values: Any = 0) -> Any:
    """`np.pad` with ramps from the edges to one value."""
    y = np.asarray(array)
    for axis in range(np.ndim(array)):
        before, after = width_of(pad_width, np.ndim(array), axis)
        first, last = np.take(y, [0], axis), np.take(y, [-1], axis)
        shape = [-1 if k == axis else 1 for k in range(np.ndim(array))]
        up = np.reshape(np.arange(before) / max(before, 1), shape)
        down = np.reshape(np.arange(after)[::-1] / max(after, 1), shape)
        left = end_values + (first - end_values) * up
        right = end_values + (last - end_values) * down
        y = np.concatenate((left, y, right), axis=axis)
    return y


def width_of(pad_width: Any, rank: int, axis: int) -> tuple[int, int]:
    """How much `np.pad` puts before and after along one axis."""
    if isinstance(pad_width, dict):
        given: Any = pad_width.get(axis, pad_width.get(axis - rank, 0))
        return (given, given) if np.ndim(given) == 0 else (given[0], given[1])
    pairs = np.broadcast_to(np.asarray(pad_width), (rank, 2))
    return int(pairs[axis, 0]), int(pairs[axis, 1])
