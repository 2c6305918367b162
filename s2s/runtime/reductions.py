"""What the derivatives of reductions and running totals need beyond NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np


def reduced_size(a: Any, axis: Any = None, where: Any = True, keepdims: bool = False) -> Any:
    """How many entries of `a` go into each entry of a reduction.

    Parameters
    ----------
    a : array or scalar
        What is reduced.
    axis : None, int or tuple of int
        Along which axes.
    where : array of bool, optional
        Which entries take part.
    keepdims : bool
        As for the reduction; matters with `where` only.

    Returns
    -------
    int or array
        One number, or an array in the dtype of `a` where `where` is given.

    Examples
    --------
    >>> reduced_size(np.ones((2, 3, 4)), (0, -1))
    8
    """
    shape = np.shape(a)
    if where is not True:
        count = np.sum(np.broadcast_to(where, shape), axis=axis, keepdims=keepdims)
        return np.asarray(count, dtype=np.real(np.zeros(1, np.result_type(a, 0.0))).dtype)[()]
    if axis is None:
        return int(np.size(a))
    axes = axis if isinstance(axis, tuple) else (axis,)
    size = 1
    for k in axes:
        size *= shape[k]
    return size


def centered(a: Any, axis: Any = None, where: Any = True) -> Any:
    """`a` less its mean; 0 where `where` is false.

    Parameters
    ----------
    a : array or scalar
        Data.
    axis : None, int or tuple of int
        Along which axes.
    where : array of bool, optional
        Which entries take part.

    Returns
    -------
    array or scalar
        In the shape of `a`.

    Examples
    --------
    >>> centered(np.array([1.0, 2.0, 6.0]))
    array([-2., -1.,  3.])
    """
    if where is True:
        return a - np.mean(a, axis=axis, keepdims=True)
    kept = np.where(where, a, 0)
    count = np.sum(np.broadcast_to(where, np.shape(a)), axis=axis, keepdims=True)
    mean = np.sum(kept, axis=axis, keepdims=True) / np.maximum(count, 1)
    return np.where(where, kept - mean, 0).astype(kept.dtype)


def extreme_share(
    a: Any, y: Any, axis: Any = None, keepdims: bool = False, where: Any = True,
    initial: Any = None,
) -> Any:  # fmt: skip
    """The share of each entry in the extreme `y` of `a`: ties share equally.

    Parameters
    ----------
    a : array or scalar
        What was reduced.
    y : array or scalar
        Its maximum or minimum.
    axis, keepdims, where, initial
        As they were for the reduction.

    Returns
    -------
    array or scalar
        In the shape and dtype of `a`.

    Examples
    --------
    >>> extreme_share(np.array([3.0, 1.0, 3.0]), 3.0)
    array([0.5, 0. , 0.5])
    """
    if axis is not None and not keepdims:
        y = np.expand_dims(y, axis)
    share = np.equal(a, y) if where is True else np.equal(a, y) & where
    on_host = type(share).__module__ == "numpy"  # on a device, `np` is the module of its arrays
    if on_host and type(share) is np.ndarray and where is True and (
        np.count_nonzero(share) == np.size(y) and not np.count_nonzero(np.isnan(y))
    ):  # fmt: skip
        return share.astype(a.dtype)  # no ties
    count = np.sum(share, axis=axis, keepdims=True)
    if initial is not None:
        count = count + np.equal(y, initial)
    # On a device it is cheaper to divide than to wait for the answer.
    if type(count).__module__ != "numpy" or np.max(count, initial=0) > 1:
        share = share / np.maximum(count, 1)
    return share.astype(np.asarray(a).dtype).reshape(np.shape(a))[()]


def start_share(
    a: Any, y: Any, axis: Any, keepdims: bool, where: Any, initial: Any
) -> Any:
    """The share of `initial` in the extreme `y` of `a`: it ties with entries.

    Parameters
    ----------
    a, y, axis, keepdims, where, initial
        As for `extreme_share`.

    Examples
    --------
    >>> float(start_share(np.array([3.0, 1.0]), 3.0, None, False, True, 3.0))
    0.5
    """
    whole = y if axis is None or keepdims else np.expand_dims(y, axis)
    ties = np.sum(np.equal(a, whole) & where, axis=axis, keepdims=keepdims)
    return np.equal(y, initial) / (1 + ties)


def softmax(x: Any, axis: Any = None) -> Any:
    """`exp(x)` scaled to the sum 1; where every entry is `-inf`, equal shares.

    Parameters
    ----------
    x : array
        Logarithms of weights.
    axis : None, int or tuple of int
        Along which axes they sum to 1.

    Returns
    -------
    array
        The weights.

    Examples
    --------
    >>> softmax(np.array([-np.inf, -np.inf]))
    array([0.5, 0.5])
    """
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    weight = np.exp(np.where(np.equal(x, top), 0, x - np.where(np.isinf(top), 0, top)))
    return weight / np.sum(weight, axis=axis, keepdims=True)


def merge_axes(a: Any, axis: Any = None) -> Any:
    """The axes of a reduction as one last axis; all of them for None.

    Parameters
    ----------
    a : array
        An array.
    axis : None, int or tuple of int
        Which axes to merge.

    Returns
    -------
    array
        `split_axes` undoes it.

    Examples
    --------
    >>> merge_axes(np.zeros((2, 3, 4)), (0, 2)).shape
    (3, 8)
    """
    if axis is None:
        return np.reshape(a, -1)
    axes = axis if isinstance(axis, tuple) else (axis,)
    moved = np.moveaxis(a, axes, range(-len(axes), 0))
    rest = moved.shape[: moved.ndim - len(axes)]
    size = int(np.prod(moved.shape[moved.ndim - len(axes) :]))
    return np.reshape(moved, (*rest, size))


def split_axes(g: Any, like: Any, axis: Any = None) -> Any:
    """Put the last axis of `g` back where `merge_axes(like, axis)` took it from.

    Parameters
    ----------
    g : array
        In the shape of `merge_axes(like, axis)`.
    like : array
        Gives the shape.
    axis : None, int or tuple of int
        Which axes were merged.

    Returns
    -------
    array
        In the shape of `like`.

    Examples
    --------
    >>> split_axes(np.zeros((3, 8)), np.zeros((2, 3, 4)), (0, 2)).shape
    (2, 3, 4)
    """
    shape = np.shape(like)
    if axis is None:
        return np.reshape(g, shape)
    axes = axis if isinstance(axis, tuple) else (axis,)
    parts = tuple(shape[k] for k in axes)
    return np.moveaxis(np.reshape(g, (*g.shape[:-1], *parts)), range(-len(axes), 0), axes)


def prefix_product(a: Any) -> Any:
    """Along the last axis: the product of all entries before each one.

    Parameters
    ----------
    a : array
        Factors.

    Returns
    -------
    array
        In the shape of `a`; the first entry is 1.

    Examples
    --------
    >>> prefix_product(np.array([2.0, 0.0, 5.0]))
    array([1., 2., 0.])
    """
    y = np.ones_like(a)
    if y.shape[-1] > 1:
        y[..., 1:] = np.cumprod(a[..., :-1], axis=-1)
    return y


def exclusive_product(a: Any, axis: Any = None) -> Any:
    """For each entry, the product of the others along `axis`: exact where entries are 0.

    Parameters
    ----------
    a : array or scalar
        Factors.
    axis : None, int or tuple of int
        Along which axes.

    Returns
    -------
    array or scalar
        In the shape of `a`.

    Examples
    --------
    >>> exclusive_product(np.array([2.0, 0.0, 5.0]))
    array([ 0., 10.,  0.])
    """
    a = np.asarray(a)
    whole = tuple(range(a.ndim))
    axes = whole if axis is None else axis if isinstance(axis, tuple) else (axis,)
    moved = np.moveaxis(a, axes, range(-len(axes), 0))
    lead = moved.ndim - len(axes)
    line = np.reshape(moved, (*moved.shape[:lead], int(np.prod(moved.shape[lead:]))))
    y = np.ones_like(line)
    if y.shape[-1] > 1:
        y[..., 1:] = np.cumprod(line[..., :-1], axis=-1)
        y[..., :-1] *= np.cumprod(line[..., :0:-1], axis=-1)[..., ::-1]
    return np.moveaxis(np.reshape(y, moved.shape), range(-len(axes), 0), axes)[()]


def recurrence(a: Any, g: Any) -> Any:
    """Solve `s[k] = a[k] * s[k - 1] + g[k]` along the last axis, from `s[-1] = 0`.

    Parameters
    ----------
    a, g : array
        Coefficients and sources of the same shape.

    Returns
    -------
    array
        The solution.

    Examples
    --------
    >>> recurrence(np.array([0.0, 2.0, 3.0]), np.array([1.0, 0.0, 1.0]))
    array([1., 2., 7.])
    """
    s = np.array(g, dtype=np.result_type(a, g))
    for k in range(1, s.shape[-1]):
        s[..., k] += a[..., k] * s[..., k - 1]
    return s


def shift(x: Any) -> Any:
    """Move the entries one place along the last axis; the first becomes 0.

    Parameters
    ----------
    x : array
        An array.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> shift(np.array([1.0, 2.0, 3.0]))
    array([0., 1., 2.])
    """
    y = np.zeros_like(x)
    y[..., 1:] = x[..., :-1]
    return y


def shift_product(y: Any) -> Any:
    """The running product `y` before each entry: one place along, the first becomes 1.

    Parameters
    ----------
    y : array
        A running product along the last axis.

    Returns
    -------
    array
        In the shape of `y`.

    Examples
    --------
    >>> shift_product(np.array([2.0, 6.0, 24.0]))
    array([1., 2., 6.])
    """
    z = np.ones_like(y)
    z[..., 1:] = y[..., :-1]
    return z


def pad_axis(x: Any, n: int, axis: int) -> Any:
    """Put `n` zeros before and after `x` along an axis.

    Parameters
    ----------
    x : array
        An array.
    n : int
        How many.
    axis : int
        Where.

    Returns
    -------
    array
        Longer by `2 * n`.

    Examples
    --------
    >>> pad_axis(np.array([5.0]), 1, 0)
    array([0., 5., 0.])
    """
    widths = [(0, 0)] * np.ndim(x)
    widths[axis] = (n, n)
    return np.pad(x, widths)


def trim_axis(x: Any, n: int, axis: int) -> Any:
    """Leave out `n` entries at both ends of an axis.

    Parameters
    ----------
    x : array
        An array.
    n : int
        How many.
    axis : int
        Where.

    Returns
    -------
    array
        A view, shorter by `2 * n`.

    Examples
    --------
    >>> trim_axis(np.array([1.0, 2.0, 3.0]), 1, 0)
    array([2.])
    """
    index: list[Any] = [slice(None)] * np.ndim(x)
    index[axis] = slice(n, np.shape(x)[axis] - n)
    return x[tuple(index)]


def fit_weights(weights: Any, a: Any, axis: Any) -> Any:
    """The weights of `np.average(a, axis, weights)` lined up with `a`.

    Parameters
    ----------
    weights : array
        In the shape of `a`, or of its axes `axis` alone.
    a : array
        What is averaged.
    axis : None, int or tuple of int
        Along which axes.

    Returns
    -------
    array
        In the shape of `a`.

    Examples
    --------
    >>> fit_weights(np.array([1.0, 2.0]), np.ones((2, 2)), 0)
    array([[1., 1.],
           [2., 2.]])
    """
    shape = np.shape(a)
    if np.shape(weights) == shape or axis is None:
        return np.asarray(weights)
    axes = [k % len(shape) for k in (axis if isinstance(axis, tuple) else (axis,))]
    order = np.argsort(axes)
    placed = [shape[k] if k in axes else 1 for k in range(len(shape))]
    return np.broadcast_to(np.reshape(np.transpose(weights, order), placed), shape)


def unfit_weights(g: Any, weights: Any, axis: Any) -> Any:
    """The transpose of `fit_weights`: sum `g` to the shape of the weights.

    Parameters
    ----------
    g : array
        In the shape of what was averaged.
    weights : array
        The weights.
    axis : None, int or tuple of int
        Along which axes.

    Returns
    -------
    array
        In the shape of `weights`.

    Examples
    --------
    >>> unfit_weights(np.ones((2, 3)), np.ones(2), 0)
    array([3., 3.])
    """
    if np.shape(weights) == np.shape(g) or axis is None:
        return g
    axes = [k % np.ndim(g) for k in (axis if isinstance(axis, tuple) else (axis,))]
    rest = tuple(k for k in range(np.ndim(g)) if k not in axes)
    return np.transpose(np.sum(g, axis=rest), np.argsort(np.argsort(axes)))
