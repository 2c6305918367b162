"""Transposes of reading entries by index."""

from __future__ import annotations

from typing import Any

import numpy as np


def take_adjoint(g: Any, a: Any, indices: Any, axis: Any = None, mode: str = "raise") -> Any:
    """The adjoint of `np.take(a, indices, axis)`: repeated indices add up.

    Parameters
    ----------
    g : array or scalar
        The adjoint of what was taken.
    a : array
        Where it was taken from.
    indices : int or array of int
        What was taken.
    axis : int or None
        Along which axis.
    mode : str
        As for `np.take`.

    Returns
    -------
    array
        In the shape of `a`.

    Examples
    --------
    >>> take_adjoint(np.array([1.0, 2.0]), np.zeros(3), [1, 1])
    array([0., 3., 0.])
    """
    shape, indices = np.shape(a), np.asarray(indices)
    line = np.zeros(shape if axis is not None else int(np.prod(shape)), np.asarray(g).dtype)
    axis = 0 if axis is None else axis % len(shape)
    size = line.shape[axis]
    if mode == "wrap":
        indices = indices % size
    elif mode == "clip":
        indices = np.clip(indices, 0, size - 1)
    np.add.at(line, (slice(None),) * axis + (indices,), g)
    return np.reshape(line, shape)


def take_along_adjoint(g: Any, arr: Any, indices: Any, axis: Any = -1) -> Any:
    """The adjoint of `np.take_along_axis(arr, indices, axis)`.

    Parameters
    ----------
    g : array
        The adjoint of what was taken.
    arr : array
        Where it was taken from.
    indices : array of int
        As for `np.take_along_axis`.
    axis : int or None
        Along which axis.

    Returns
    -------
    array
        In the shape of `arr`.

    Examples
    --------
    >>> take_along_adjoint(np.ones((1, 2)), np.zeros((1, 3)), np.array([[2, 2]]))
    array([[0., 0., 2.]])
    """
    shape = np.shape(arr)
    if axis is None:
        line = np.zeros(int(np.prod(shape)), dtype=np.asarray(g).dtype)
        np.add.at(line, indices, g)
        return np.reshape(line, shape)
    out = np.zeros(shape, dtype=np.asarray(g).dtype)
    axis = axis % len(shape)
    grid: list[Any] = [
        np.arange(n).reshape([-1 if j == k else 1 for j in range(len(shape))])
        for k, n in enumerate(shape)
    ]
    grid[axis] = indices
    np.add.at(out, tuple(grid), g)
    return out


def delete_adjoint(g: Any, arr: Any, obj: Any, axis: Any = None) -> Any:
    """The adjoint of `np.delete(arr, obj, axis)`: zeros where entries were left out.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    arr : array
        What entries were left out of.
    obj, axis
        As for `np.delete`.

    Returns
    -------
    array
        In the shape of `arr`.

    Examples
    --------
    >>> delete_adjoint(np.array([1.0, 2.0]), np.zeros(3), 1)
    array([1., 0., 2.])
    """
    shape = np.shape(arr)
    line = np.zeros(shape if axis is not None else int(np.prod(shape)), np.asarray(g).dtype)
    axis = 0 if axis is None else axis % len(shape)
    kept = np.delete(np.arange(line.shape[axis]), obj)
    line[(slice(None),) * axis + (kept,)] = g
    return np.reshape(line, shape)


def retrim(v: Any, x: Any, trim: str) -> Any:
    """The entries of `v` where `np.trim_zeros(x, trim)` keeps those of `x`.

    Parameters
    ----------
    v : array
        In the shape of `x`.
    x : array
        What was trimmed.
    trim : str
        At which ends.

    Returns
    -------
    array
        A view.

    Examples
    --------
    >>> retrim(np.array([5.0, 6.0]), np.array([0.0, 1.0]), "fb")
    array([6.])
    """
    hits = np.flatnonzero(x)
    if len(hits) == 0:
        return v[:0]
    start = int(hits[0]) if "f" in trim.lower() else 0
    return v[start : int(hits[-1]) + 1 if "b" in trim.lower() else len(x)]


def untrim(g: Any, x: Any, trim: str) -> Any:
    """The adjoint of `np.trim_zeros(x, trim)` in one dimension.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    x : array
        What was trimmed.
    trim : str
        At which ends.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> untrim(np.array([5.0]), np.array([0.0, 1.0]), "fb")
    array([0., 5.])
    """
    start = 0
    if "f" in trim.lower():
        hits = np.flatnonzero(x)
        start = int(hits[0]) if len(hits) else len(x)
    out = np.zeros(np.shape(x), dtype=np.asarray(g).dtype)
    out[start : start + len(g)] = g
    return out
