"""Order statistics as weighted sums of the entries."""

from __future__ import annotations

from typing import Any

import numpy as np


def median_share(a: Any, axis: Any = None) -> Any:
    """The weight of each entry in the median: ties share equally.

    Parameters
    ----------
    a : array
        Data.
    axis : None, int or tuple of int
        Along which axes.

    Returns
    -------
    array
        In the shape and dtype of `a`.

    Examples
    --------
    >>> median_share(np.array([3.0, 1.0, 2.0, 9.0]))
    array([0.5, 0. , 0.5, 0. ])
    """
    a = np.asarray(a)
    whole = tuple(range(a.ndim))
    axes = whole if axis is None else axis if isinstance(axis, tuple) else (axis,)
    line = np.moveaxis(a, axes, range(-len(axes), 0))
    lead = line.shape[: a.ndim - len(axes)]
    size = int(np.prod(line.shape[a.ndim - len(axes) :]))
    ranked = np.sort(np.reshape(line, (*lead, size)), axis=-1)
    share: Any = 0
    for k in ((size - 1) // 2, size // 2):
        level = np.reshape(ranked[..., k], lead + (1,) * len(axes))
        hit = line == level
        share = share + 0.5 * hit / np.maximum(
            np.sum(hit, axis=tuple(range(-len(axes), 0)), keepdims=True), 1
        )
    return np.moveaxis(share, range(-len(axes), 0), axes).astype(a.dtype)


# The constants of Hyndman and Fan (1996) for the methods that interpolate between two ranks.
_PLOTTING = {
    "hazen": (0.5, 0.5), "weibull": (0.0, 0.0), "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8), "interpolated_inverted_cdf": (0.0, 1.0),
}  # fmt: skip


def _stretch(size: int, method: str) -> float:
    """How far apart the ranks of the quantiles 0 and 1 are."""
    alpha, beta = _PLOTTING.get(method, (1.0, 1.0))
    return size + 1 - alpha - beta


def _steep(size: int, method: str) -> float:
    """The slope of the rank in the quantile: 0 for methods that jump."""
    return _stretch(size, method) if method in ("linear", *_PLOTTING) else 0.0


_STEPS = ("inverted_cdf", "averaged_inverted_cdf", "closest_observation")


def _places(a: Any, q: Any, axis: Any, method: str) -> tuple[Any, Any, Any, Any, Any]:
    """The two ranks and the fraction of each quantile, the order, and the reduced axes."""
    a = np.asarray(a)
    whole = tuple(range(a.ndim))
    axes = whole if axis is None else axis if isinstance(axis, tuple) else (axis,)
    line = np.moveaxis(a, axes, range(-len(axes), 0))
    lead = line.shape[: a.ndim - len(axes)]
    size = int(np.prod(line.shape[a.ndim - len(axes) :]))
    order = np.argsort(np.reshape(line, (*lead, size)), axis=-1, kind="stable")
    q = np.ravel(np.asarray(q, dtype=float))
    if method in _STEPS:  # an entry, or the mean of two: NumPy says which of the ranks
        rank = np.quantile(np.arange(float(size)), q, method=method)  # type: ignore[call-overload]
        low = np.floor(rank).astype(int)
        return low, np.ceil(rank).astype(int), rank - low, order, axes
    alpha, beta = _PLOTTING.get(method, (1.0, 1.0))
    at = np.clip(q * _stretch(size, method) + alpha - 1, 0, size - 1)
    low = np.clip(np.floor(at).astype(int), 0, size - 1)
    high = np.minimum(low + 1, size - 1)
    rules = {
        **dict.fromkeys(("linear", *_PLOTTING), at - low),
        "lower": np.zeros(at.shape),
        "higher": (at > low) * 1.0,
        "midpoint": 0.5 * (at > low),
        "nearest": np.rint(at) - low,
    }
    if method not in rules:
        raise NotImplementedError(f"np.quantile is not differentiated with method={method!r}")
    return low, high, rules[method], order, axes


def quantile_mix(
    v: Any, a: Any, q: Any, axis: Any, method: str, keepdims: bool, slope: bool = False
) -> Any:
    """The quantiles' weighted sums, taken of `v` instead of `a`.

    Parameters
    ----------
    v : array
        In the shape of `a`.
    a, q, axis, method, keepdims
        As for `np.quantile`.
    slope : bool
        Whether to take the slope in `q` instead of the value.

    Returns
    -------
    array or scalar
        In the shape of `np.quantile(a, q)`.

    Examples
    --------
    >>> a, v = np.array([2.0, 4.0]), np.array([1.0, 5.0])
    >>> float(quantile_mix(v, a, 0.25, None, "linear", False))
    2.0
    """
    low, high, part, order, axes = _places(a, q, axis, method)
    line = np.moveaxis(np.asarray(v), axes, range(-len(axes), 0))
    ranked = np.take_along_axis(np.reshape(line, order.shape), order, -1)
    if slope:
        steep = _steep(order.shape[-1], method)
        mixed = (ranked[..., high] - ranked[..., low]) * steep
    else:
        mixed = ranked[..., low] * (1 - part) + ranked[..., high] * part
    mixed = np.moveaxis(mixed, -1, 0).astype(np.asarray(v).dtype)
    if keepdims:
        mixed = np.expand_dims(mixed, tuple(1 + k % np.ndim(a) for k in axes))
    return np.reshape(mixed, np.shape(q) + mixed.shape[1:])[()]


def quantile_share(
    g: Any, a: Any, q: Any, axis: Any, method: str, slope: bool = False
) -> Any:
    """The transpose of `quantile_mix`.

    Parameters
    ----------
    g : array or scalar
        The adjoint of the quantiles.
    a, q, axis, method
        As for `np.quantile`.
    slope : bool
        As for `quantile_mix`.

    Returns
    -------
    array
        In the shape of `a`.

    Examples
    --------
    >>> quantile_share(4.0, np.array([2.0, 4.0]), 0.25, None, "linear")
    array([3., 1.])
    """
    low, high, part, order, axes = _places(a, q, axis, method)
    g = np.moveaxis(np.reshape(g, (len(low), *order.shape[:-1])), 0, -1)
    ranked = np.zeros(order.shape, dtype=np.result_type(g, a))
    to_low, to_high = 1 - part, part
    if slope:
        to_high = np.full(len(low), float(_steep(order.shape[-1], method)))
        to_low = -to_high
    for k in range(len(low)):
        ranked[..., low[k]] += g[..., k] * to_low[k]
        ranked[..., high[k]] += g[..., k] * to_high[k]
    line = np.zeros_like(ranked)
    np.put_along_axis(line, order, ranked, -1)
    moved = np.moveaxis(np.asarray(a), axes, range(-len(axes), 0)).shape
    return np.moveaxis(np.reshape(line, moved), range(-len(axes), 0), axes)


def lead_axes(q: Any, y: Any) -> Any:
    """`q` with axes of size 1 behind its own, so that it broadcasts against the quantiles `y`.

    Parameters
    ----------
    q : array or scalar
        One number for each quantile.
    y : array or scalar
        The quantiles.

    Returns
    -------
    array or scalar
        A view.

    Examples
    --------
    >>> lead_axes(np.zeros(2), np.zeros((2, 3))).shape
    (2, 1)
    """
    return np.reshape(q, np.shape(q) + (1,) * (np.ndim(y) - np.ndim(q)))
