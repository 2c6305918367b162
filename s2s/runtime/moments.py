"""Sums from a start, moments about a given mean and quantiles, in terms of simpler functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s.runtime.reductions import reduced_size


def nan_median(a: Any, axis: Any = None, out: None = None, overwrite_input: bool = False,
               keepdims: bool = False) -> Any:  # fmt: skip
    """`np.nanmedian`."""
    return nan_quantile(a, 0.5, axis, keepdims=keepdims)


def nan_percentile(a: Any, q: Any, axis: Any = None, out: None = None,
                   overwrite_input: bool = False, method: Any = "linear",
                   keepdims: bool = False) -> Any:  # fmt: skip
    """`np.nanpercentile`."""
    return nan_quantile(a, np.true_divide(q, 100), axis, None, False, method, keepdims)


def nan_quantile(a: Any, q: Any, axis: Any = None, out: None = None,
                 overwrite_input: bool = False, method: Any = "linear",
                 keepdims: bool = False) -> Any:  # fmt: skip
    """`np.nanquantile`: lane by lane, without the NaN of each."""
    a = np.asarray(a)
    if axis is None:
        whole = np.quantile(a[~np.isnan(a)], q, method=method)
        return np.reshape(whole, np.shape(q) + (1,) * np.ndim(a)) if keepdims else whole
    axes = axis if isinstance(axis, tuple) else (axis,)
    moved = np.moveaxis(a, axes, range(-len(axes), 0))
    lead = np.shape(moved)[: np.ndim(a) - len(axes)]
    lanes = np.reshape(moved, (int(np.prod(lead)), -1))
    each = [_quantile_of(lane, q, method) for lane in lanes]
    found = np.moveaxis(np.reshape(np.stack(each), lead + np.shape(q)), range(len(lead)),
                        range(np.ndim(q), np.ndim(q) + len(lead)))  # fmt: skip
    if not keepdims:
        return found
    kept = [1 if k in [j % np.ndim(a) for j in axes] else n for k, n in enumerate(np.shape(a))]
    return np.reshape(found, np.shape(q) + tuple(kept))


def _quantile_of(lane: Any, q: Any, method: Any) -> Any:
    """The quantiles of what is not NaN."""
    kept = lane[~np.isnan(lane)]
    return np.quantile(kept, q, method=method) if np.size(kept) else np.full(np.shape(q), np.nan)


def weighted_quantile(a: Any, q: Any, axis: None = None, *, weights: Any, method: Any,
                      keepdims: bool = False) -> Any:  # fmt: skip
    """`np.quantile` with weights, of the flattened array: one of its entries."""
    flat = np.ravel(a)
    places = weighted_places(flat, q, weights, method)
    return np.reshape(flat[places], np.shape(q) + (1,) * np.ndim(a)) if keepdims else flat[places]


def weighted_percentile(a: Any, q: Any, axis: None = None, *, weights: Any, method: Any,
                        keepdims: bool = False) -> Any:  # fmt: skip
    """`np.percentile` with weights."""
    part = np.true_divide(q, 100)
    return weighted_quantile(a, part, weights=weights, method=method, keepdims=keepdims)


def weighted_places(flat: Any, q: Any, weights: Any, method: Any) -> Any:
    """Where the weighted quantiles are in the array."""
    order = np.argsort(flat, kind="stable")
    ranks = np.arange(np.size(flat))
    found = np.quantile(ranks, q, method=method, weights=np.ravel(weights)[order])
    return order[np.asarray(found).astype(int)]


def sum_from(a: Any, axis: Any = None, *, initial: Any, keepdims: bool = False,
             where: Any = True) -> Any:  # fmt: skip
    """`np.sum` with a start."""
    return np.sum(a, axis=axis, keepdims=keepdims, where=where) + initial


def product_from(a: Any, axis: Any = None, *, initial: Any, keepdims: bool = False,
                 where: Any = True) -> Any:  # fmt: skip
    """`np.prod` with a start."""
    return np.prod(a, axis=axis, keepdims=keepdims, where=where) * initial


def reduced_sum_from(array: Any, axis: Any = 0, *, initial: Any, keepdims: bool = False,
                     where: Any = True) -> Any:  # fmt: skip
    """`np.add.reduce` with a start."""
    return np.sum(array, axis=axis, keepdims=keepdims, where=where) + initial


def reduced_product_from(array: Any, axis: Any = 0, *, initial: Any, keepdims: bool = False,
                         where: Any = True) -> Any:  # fmt: skip
    """`np.multiply.reduce` with a start."""
    return np.prod(array, axis=axis, keepdims=keepdims, where=where) * initial


def sum_without_nan_from(a: Any, axis: Any = None, *, initial: Any, keepdims: bool = False,
                         where: Any = True) -> Any:  # fmt: skip
    """`np.nansum` with a start."""
    return np.nansum(a, axis=axis, keepdims=keepdims, where=where) + initial


def product_without_nan_from(a: Any, axis: Any = None, *, initial: Any, keepdims: bool = False,
                             where: Any = True) -> Any:  # fmt: skip
    """`np.nanprod` with a start."""
    return np.nanprod(a, axis=axis, keepdims=keepdims, where=where) * initial


def variance_about(a: Any, axis: Any = None, *, mean: Any, ddof: Any = 0, keepdims: bool = False,
                   where: Any = True, correction: Any = None) -> Any:  # fmt: skip
    """`np.var` about a mean that is given."""
    off = a - mean
    n = reduced_size(a, axis, where, keepdims) - (ddof if correction is None else correction)
    return np.sum(np.real(off * np.conj(off)), axis=axis, keepdims=keepdims, where=where) / n


def deviation_about(a: Any, axis: Any = None, *, mean: Any, ddof: Any = 0, keepdims: bool = False,
                    where: Any = True, correction: Any = None) -> Any:  # fmt: skip
    """`np.std` about a mean that is given."""
    return np.sqrt(variance_about(a, axis, mean=mean, ddof=ddof, keepdims=keepdims, where=where,
                                  correction=correction))  # fmt: skip
