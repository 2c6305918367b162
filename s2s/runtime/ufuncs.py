"""Methods of ufuncs as functions, and the loops that stand for them where derivatives flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Binary = Callable[[Any, Any], Any]


def scattered(f: Any, x: Any, indices: Any, b: Any) -> Any:
    """A copy of `x` after `f.at(x, indices, b)`.

    Parameters
    ----------
    f : ufunc
        Of two arguments.
    x, indices, b : array_like
        As for `f.at`.

    Examples
    --------
    >>> scattered(np.multiply, np.ones(3), [0, 1, 1], 2.0)
    array([2., 4., 1.])
    """
    new = x.copy()
    f.at(new, indices, b)
    return new


def scattered_loop(f: Binary, x: Any, indices: Any, b: Any) -> Any:
    """`scattered`, one position after the other."""
    places = places_of(x, indices)
    y, values = np.array(np.ravel(x)), np.ravel(np.broadcast_to(b, np.shape(places)))
    flat = np.ravel(places)
    for k in range(len(flat)):
        y[flat[k]] = f(y[flat[k]], values[k])
    return np.reshape(y, np.shape(x))


def scattered_each(f: Any, x: Any, indices: Any) -> Any:
    """A copy of `x` after `f.at(x, indices)`.

    Parameters
    ----------
    f : ufunc
        Of one argument.
    x, indices : array_like
        As for `f.at`.
    """
    new = x.copy()
    f.at(new, indices)
    return new


def scattered_each_loop(f: Callable[[Any], Any], x: Any, indices: Any) -> Any:
    """`scattered_each`, one position after the other."""
    y, flat = np.array(np.ravel(x)), np.ravel(places_of(x, indices))
    for k in range(len(flat)):
        y[flat[k]] = f(y[flat[k]])
    return np.reshape(y, np.shape(x))


def places_of(x: Any, indices: Any) -> Any:
    """The places in the flat array of what an index picks.

    Parameters
    ----------
    x : array
        What is indexed.
    indices : object
        Any index.
    """
    return np.arange(x.size).reshape(x.shape)[indices]


def reduced(f: Any, array: Any, axis: Any = 0, **options: Any) -> Any:
    """`f.reduce(array, axis, **options)`.

    Parameters
    ----------
    f : ufunc
        Of two arguments.
    array, axis, **options : object
        As for `f.reduce`.
    """
    return f.reduce(array, axis, **options)


def reduced_loop(
    f: Binary, array: Any, axis: Any = 0, keepdims: bool = False, initial: Any = None
) -> Any:
    """`reduced`, one entry after the other."""
    x = lanes_of(np.asarray(array), axis)
    y = x[0] if initial is None else f(initial, x[0])
    for k in range(1, len(x)):
        y = f(y, x[k])
    return np.reshape(y, kept_shape(array, axis)) if keepdims else y


def lanes_of(x: Any, axis: Any) -> Any:
    """The axes that are reduced as one, in front of the others."""
    if axis is None:
        return np.ravel(x)
    if isinstance(axis, tuple):
        moved = np.moveaxis(x, axis, tuple(range(len(axis))))
        return np.reshape(moved, (-1, *np.shape(moved)[len(axis) :]))
    return np.moveaxis(x, axis, 0)


def kept_shape(x: Any, axis: Any) -> tuple[int, ...]:
    """The shape of `x` with ones for the axes that are reduced.

    Parameters
    ----------
    x : array_like
        What is reduced.
    axis : None, int or tuple of int
        Over which axes.
    """
    rank = np.ndim(x)
    axes = range(rank) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = {k % rank for k in axes}
    return tuple(1 if k in gone else n for k, n in enumerate(np.shape(x)))


def accumulated(f: Any, array: Any, axis: Any = 0) -> Any:
    """`f.accumulate(array, axis)`.

    Parameters
    ----------
    f : ufunc
        Of two arguments.
    array, axis : object
        As for `f.accumulate`.
    """
    return f.accumulate(array, axis)


def accumulated_loop(f: Binary, array: Any, axis: int = 0) -> Any:
    """`accumulated`, one entry after the other."""
    x = np.moveaxis(np.asarray(array), axis, 0)
    parts = [x[0]]
    for k in range(1, len(x)):
        parts.append(f(parts[-1], x[k]))
    return np.moveaxis(np.stack(parts), 0, axis)


def reduced_at(f: Any, array: Any, indices: Any, axis: int = 0) -> Any:
    """`f.reduceat(array, indices, axis)`.

    Parameters
    ----------
    f : ufunc
        Of two arguments.
    array, indices, axis : object
        As for `f.reduceat`.
    """
    return f.reduceat(array, indices, axis)


def reduced_at_loop(f: Binary, array: Any, indices: Any, axis: int = 0) -> Any:
    """`reduced_at`, one entry after the other."""
    x = np.moveaxis(np.asarray(array), axis, 0)
    parts = []
    for start, stop in spans_of(indices, len(x)):
        y = x[start]
        for k in range(start + 1, stop):
            y = f(y, x[k])
        parts.append(y)
    return np.moveaxis(np.stack(parts), 0, axis)


def spans_of(indices: Any, size: int) -> list[tuple[int, int]]:
    """Where each sum of `reduceat` starts and stops.

    Parameters
    ----------
    indices : sequence of int
        As for `reduceat`.
    size : int
        Of the axis.

    Examples
    --------
    >>> spans_of([0, 3, 1], 5)
    [(0, 3), (3, 4), (1, 5)]
    """
    starts = [int(k) for k in indices]
    stops = [*starts[1:], size]
    return [(a, b if b > a else a + 1) for a, b in zip(starts, stops)]
