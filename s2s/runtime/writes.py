"""Guards and adjoints of writes in place."""

from __future__ import annotations

from typing import Any

import numpy as np


def require_apart(x: Any, *others: Any) -> None:
    """Refuse arguments that share memory with `x`, which the function writes into.

    Parameters
    ----------
    x : array, list, tuple or dict
        The arrays in a container may not share memory with each other either.
    *others : object
        Other arguments.

    Raises
    ------
    ValueError
        If another argument may show the same memory: copy one of them before the call.
    """
    own = arrays_in(x)
    for k, a in enumerate(own):
        for b in own[:k]:
            if a is b or np.may_share_memory(a, b):
                raise ValueError(
                    "two arrays of an argument share memory and the function writes into one of"
                    " them: pass a copy of one, `x.copy()`"
                )
    for other in others:
        shared = other is x or any(np.may_share_memory(a, b) for a in own for b in arrays_in(other))
        if shared:
            raise ValueError(
                "two arguments share memory and the function writes into one of them:"
                " pass a copy of one, `x.copy()`"
            )


def require_another(x: Any, *others: Any) -> None:
    """Refuse arguments that are `x` itself, a container which the function changes.

    Raises
    ------
    ValueError
        If one of them is: copy one of them before the call.
    """
    if any(other is x for other in others):
        raise ValueError(
            "two arguments are one container, which the function changes: pass a copy of one"
        )


def arrays_in(x: Any) -> list[Any]:
    """The arrays in a structure of lists, tuples and dicts."""
    if isinstance(x, np.ndarray):
        return [x]
    if isinstance(x, dict):
        x = list(x.values())
    return [a for item in x for a in arrays_in(item)] if isinstance(x, (list, tuple)) else []


def copied(x: Any) -> Any:
    """A structure of lists, tuples and dicts with other arrays of the same contents in it.

    Examples
    --------
    >>> copied((np.ones(2), [1.0]))
    (array([1., 1.]), [1.0])
    """
    if isinstance(x, tuple):
        items = [copied(item) for item in x]
        return type(x)(*items) if hasattr(x, "_fields") else tuple(items)
    if isinstance(x, list):
        return [copied(item) for item in x]
    if isinstance(x, dict):
        new = x.copy()
        for key, item in x.items():
            new[key] = copied(item)
        return new
    return x.copy() if isinstance(x, np.ndarray) else x


def require_view(view: Any, base: Any) -> None:
    """Refuse to go on where what was taken for a view of `base` is a copy.

    Raises
    ------
    ValueError
        If it shares no memory: NumPy copies where the layout of `base` allows no view.
    """
    if isinstance(view, np.flatiter):  # of any layout, it writes into the array itself
        return
    if view.size and not np.may_share_memory(view, base):
        raise ValueError(
            "an array that is updated in place was expected to be a view and is a copy:"
            " make the copy explicit with `.copy()`, or make its base contiguous"
        )


def require_in_order(part: Any, value: Any) -> None:
    """Refuse a copy within one array that reads what it has overwritten.

    Parameters
    ----------
    part, value : array
        What is assigned to, and what is assigned to it: parts of one array.

    Raises
    ------
    ValueError
        Where NumPy copies item by item (along one dimension, with steps that differ) and comes
        to an item of `value` after it wrote it.

    Examples
    --------
    >>> z = np.arange(9.0).reshape(3, 3)
    >>> require_in_order(z[1], z[:, 1])
    """
    if not isinstance(part, np.ndarray) or not isinstance(value, np.ndarray):
        return
    if part.ndim != 1 or value.ndim == 0 or value.shape[-1] != part.size or part.size < 2:
        return
    to, by = part.strides[0], value.strides[-1]
    if to == by or to * by <= 0 or not np.may_share_memory(part, value):
        return
    order = np.arange(part.size)[:: 1 if to > 0 else -1]
    written, read = (a.__array_interface__["data"][0] + step * order
                     for a, step in ((part, to), (value, by)))  # fmt: skip
    _, at, when = np.intersect1d(written, read, assume_unique=True, return_indices=True)
    backward = read[0] < written[0] < read[-1] + abs(by)  # the order that NumPy takes
    if np.any(at > when if backward else at < when):
        raise ValueError(
            "this assignment within one array overlaps, and NumPy makes it item by item: it reads"
            " items that it has overwritten; assign a copy, `x[...] = y.copy()`"
        )


def written(shadow: Any, index: Any) -> Any:
    """The part of `shadow` at an index that was assigned to; 0 where a later item overwrote.

    Parameters
    ----------
    shadow : array
        The adjoint of what was assigned to.
    index : object
        Any index; of repeated integers the last assignment counts.

    Returns
    -------
    array or scalar
        In memory of its own.

    Examples
    --------
    >>> written(np.array([1.0, 2.0]), np.array([0, 0, 1]))
    array([0., 1., 2.])
    """
    part = shadow[index]
    if not isinstance(part, np.ndarray):
        return part
    parts = index if isinstance(index, tuple) else (index,)
    kinds = [np.asarray(p).dtype.kind for p in parts if np.ndim(p) > 0]
    if not any(kind in "iu" for kind in kinds):
        return part.copy()
    order = np.arange(part.size).reshape(part.shape)
    last = np.zeros(shadow.shape, dtype=int)
    last[index] = order
    return np.where(last[index] == order, part, 0)


def with_part(x: Any, index: Any, v: Any) -> Any:
    """A copy of `x` with `v` assigned to `x[index]`.

    Parameters
    ----------
    x : array
        Left as it is.
    index : object
        Any index; of repeated integers the last assignment counts.
    v : array or scalar
        What is assigned.

    Examples
    --------
    >>> with_part(np.zeros(3), slice(1, None), 2.0)
    array([0., 2., 2.])
    """
    new = x.copy()
    new[index] = v
    return new


def flat_index(x: Any, places: Any, mode: Any = "raise") -> Any:
    """The index of entries of `x` by their places in `x.flat`.

    Parameters
    ----------
    x : array
        What is indexed.
    places : object
        An index of `x.flat`: integers, a slice, a mask.
    mode : {"raise", "wrap", "clip"}
        As for `np.put`: what becomes of integers out of bounds.

    Returns
    -------
    tuple
        An index of `x`.

    Examples
    --------
    >>> x = np.zeros((2, 2))
    >>> x[flat_index(x, [0, -1])] = 1.0
    >>> x
    array([[1., 0.],
           [0., 1.]])
    """
    every = np.arange(x.size)
    if mode == "raise":
        basic = isinstance(places, int | slice) or places is ...
        found = every[places if basic else np.asarray(places)]
    else:
        found = np.take(every, places, mode=mode)
    return np.unravel_index(found, x.shape)


def mask_of(x: Any, mask: Any) -> Any:
    """A mask in the shape of `x`.

    Parameters
    ----------
    x : array
        What is masked.
    mask : array-like
        As many truth values.
    """
    return np.reshape(np.asarray(mask, bool), x.shape)


def diagonal_index(x: Any, wrap: bool = False) -> Any:
    """The index of the entries that `np.fill_diagonal` fills.

    Parameters
    ----------
    x : array
        Two axes, or more of one length.
    wrap : bool
        Whether the diagonal starts again in tall matrices.

    Examples
    --------
    >>> diagonal_index(np.zeros((2, 3)))
    (array([0, 1]), array([0, 1]))
    """
    if x.ndim == 2:
        step, end = x.shape[1] + 1, None if wrap else x.shape[1] * x.shape[1]
        return flat_index(x, slice(None, end, step))
    return (np.arange(x.shape[0]),) * x.ndim


def along_axis_index(x: Any, indices: Any, axis: int | None) -> Any:
    """The index of the entries that `np.put_along_axis` assigns to.

    Parameters
    ----------
    x : array
        What is indexed.
    indices : integer array
        Positions along the axis.
    axis : int or None
        The axis; None for the flattened array.

    Examples
    --------
    >>> along_axis_index(np.zeros((2, 3)), np.array([[2], [0]]), 1)
    (array([[0],
           [1]]), array([[2],
           [0]]))
    """
    if axis is None:
        return flat_index(x, indices)
    axis %= x.ndim
    grid = [np.arange(n).reshape([-1 if k == j else 1 for j in range(x.ndim)])
            for k, n in enumerate(x.shape)]  # fmt: skip
    return (*grid[:axis], indices, *grid[axis + 1 :])
