"""Transposes of joining, repeating, padding, selecting and finite differences."""

from __future__ import annotations

from typing import Any

import numpy as np


def join(arrays: Any, how: str, axis: Any = 0) -> Any:
    """Join arrays with the NumPy function named `how`.

    Parameters
    ----------
    arrays : sequence of array
        The parts.
    how : str
        concatenate, stack, vstack, hstack, dstack or column_stack.
    axis : int or None
        For the first two.

    Returns
    -------
    array
        The whole; `split_like` takes it apart.

    Examples
    --------
    >>> join([np.ones(1), np.zeros(1)], "concatenate")
    array([1., 0.])
    """
    if how in ("concatenate", "stack"):
        return getattr(np, how)(arrays, axis=axis)
    return getattr(np, how)(arrays)


def split_like(g: Any, arrays: Any, how: str, axis: Any = 0) -> Any:
    """Take `g` apart the way `arrays` were joined.

    Parameters
    ----------
    g : array
        In the shape of the whole.
    arrays : sequence of array
        The parts, for their shapes.
    how : str
        concatenate, stack, vstack, hstack, dstack or column_stack.
    axis : int or None
        For the first two.

    Returns
    -------
    list of array
        Views of `g` in the shapes of the parts; an array where `arrays` is one.

    Examples
    --------
    >>> split_like(np.array([1.0, 2.0, 3.0]), (np.zeros(1), np.zeros(2)), "hstack")
    [array([1.]), array([2., 3.])]
    """
    if isinstance(arrays, np.ndarray):  # whose rows were joined
        return np.stack(split_like(g, list(arrays), how, axis))
    if how == "stack":
        return list(np.moveaxis(g, axis, 0))
    shapes = [np.shape(item) for item in arrays]
    if how == "concatenate" and axis is None:
        g, axis = np.ravel(g), 0
        sizes = [int(np.prod(shape)) for shape in shapes]
    elif how == "column_stack":
        axis, sizes = 1, [shape[1] if len(shape) > 1 else 1 for shape in shapes]
    else:
        rank = {"hstack": 1, "vstack": 2, "dstack": 3}.get(how, 0)
        if how != "concatenate":
            axis = {"hstack": 0 if np.ndim(g) == 1 else 1, "vstack": 0, "dstack": 2}[how]
        grow = {1: np.atleast_1d, 2: np.atleast_2d, 3: np.atleast_3d}.get(rank, np.asarray)
        sizes = [np.shape(grow(item))[axis] for item in arrays]
    parts, start = [], 0
    line = np.moveaxis(g, axis, 0)
    for shape, size in zip(shapes, sizes):
        part = np.moveaxis(line[start : start + size], 0, axis)
        parts.append(np.reshape(part, shape))
        start += size
    return parts


def untile(g: Any, a: Any, reps: Any) -> Any:
    """The adjoint of `np.tile(a, reps)`: the sum of the copies.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    a : array or scalar
        What was repeated.
    reps : int or sequence of int
        How often.

    Returns
    -------
    array
        In the shape of `a`.

    Examples
    --------
    >>> untile(np.array([1.0, 2.0, 3.0, 4.0]), np.zeros(2), 2)
    array([4., 6.])
    """
    counts = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    rank = max(len(counts), np.ndim(a))
    counts = (1,) * (rank - len(counts)) + counts
    shape = (1,) * (rank - np.ndim(a)) + np.shape(a)
    blocks = np.reshape(g, [n for pair in zip(counts, shape) for n in pair])
    return np.reshape(np.sum(blocks, axis=tuple(range(0, 2 * rank, 2))), np.shape(a))


def unrepeat(g: Any, a: Any, repeats: Any, axis: Any = None) -> Any:
    """The adjoint of `np.repeat(a, repeats, axis)`: the sum over the copies of each entry.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    a : array or scalar
        What was repeated.
    repeats : int or array of int
        How often each entry.
    axis : int or None
        Along which axis.

    Returns
    -------
    array
        In the shape of `a`.

    Examples
    --------
    >>> unrepeat(np.array([1.0, 2.0, 3.0]), np.zeros(2), [1, 2])
    array([1., 5.])
    """
    shape = np.shape(a)
    line = np.zeros(int(np.prod(shape)) if axis is None else np.shape(np.moveaxis(a, axis, 0)),
                    dtype=np.asarray(g).dtype)  # fmt: skip
    where = np.repeat(np.arange(len(line)), repeats)
    np.add.at(line, where, g if axis is None else np.moveaxis(g, axis, 0))
    return np.reshape(line, shape) if axis is None else np.moveaxis(line, 0, axis)


_MOVING = ("constant", "edge", "reflect", "symmetric", "wrap", "empty")  # modes that copy entries


def pad_linear(x: Any, pad_width: Any, mode: str) -> Any:
    """`np.pad` as a linear function: constants outside are 0.

    Parameters
    ----------
    x : array
        What is padded.
    pad_width, mode
        As for `np.pad`.

    Returns
    -------
    array
        The padded array.

    Examples
    --------
    >>> pad_linear(np.array([1.0, 2.0]), 1, "edge")
    array([1., 1., 2., 2.])
    """
    if mode not in _MOVING:
        raise NotImplementedError(f"np.pad is not differentiated with mode={mode!r}")
    return np.pad(x, pad_width, "constant" if mode == "empty" else mode)  # type: ignore[call-overload]


def pad_adjoint(g: Any, x: Any, pad_width: Any, mode: str) -> Any:
    """The adjoint of `pad_linear`.

    Parameters
    ----------
    g : array
        The adjoint of the padded array.
    x : array
        What was padded.
    pad_width, mode
        As for `np.pad`.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> pad_adjoint(np.array([1.0, 2.0, 3.0, 4.0]), np.zeros(2), 1, "edge")
    array([3., 7.])
    """
    if mode not in _MOVING:
        raise NotImplementedError(f"np.pad is not differentiated with mode={mode!r}")
    # Where each padded entry comes from; -1 for the constants.
    place = np.arange(np.size(x)).reshape(np.shape(x))
    if mode in ("constant", "empty"):
        source = np.pad(place, pad_width, "constant", constant_values=-1)
    else:
        source = np.pad(place, pad_width, mode)  # type: ignore[call-overload]
    out = np.zeros(np.size(x), dtype=np.asarray(g).dtype)
    inner = source >= 0
    np.add.at(out, source[inner], np.asarray(g)[inner])
    return out.reshape(np.shape(x))


def pad_mask(x: Any, pad_width: Any) -> Any:
    """1 where `np.pad(x, pad_width)` puts a constant, 0 inside.

    Parameters
    ----------
    x : array
        What is padded.
    pad_width
        As for `np.pad`.

    Returns
    -------
    array
        In the shape of the padded array and the dtype of `x`.

    Examples
    --------
    >>> pad_mask(np.array([5.0]), 1)
    array([1., 0., 1.])
    """
    return np.pad(np.zeros_like(x), pad_width, constant_values=1)


def select_adjoint(g: Any, condlist: Any, choicelist: Any) -> list[Any]:
    """The adjoints of the choices of `np.select(condlist, choicelist)`.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    condlist : sequence of array of bool
        The first true one chooses.
    choicelist : sequence of array
        The choices, for their shapes.

    Returns
    -------
    list of array
        One for each choice.

    Examples
    --------
    >>> select_adjoint(np.ones(2), [np.array([True, False])], [np.zeros(2)])
    [array([1., 0.])]
    """
    bars, free = [], np.array(True)
    for test, choice in zip(condlist, choicelist):
        bar = np.where(np.logical_and(test, free), g, 0)
        free = free & np.logical_not(test)
        shape = np.shape(choice)
        extra = bar.ndim - len(shape)
        bar = np.sum(bar, axis=tuple(range(extra)))
        ones = tuple(k for k, n in enumerate(shape) if n == 1)
        bars.append(np.sum(bar, axis=ones, keepdims=True))
    return bars


def select_default(g: Any, condlist: Any) -> Any:
    """`g` where no condition holds: the adjoint of the default of `np.select`.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    condlist : sequence of array of bool
        The conditions.

    Returns
    -------
    array
        In the shape of `g`.

    Examples
    --------
    >>> select_default(np.ones(2), [np.array([True, False])])
    array([0., 1.])
    """
    free = np.array(True)
    for test in condlist:
        free = free & np.logical_not(test)
    return np.where(free, g, 0)


def gradient_adjoint(
    g: Any, f: Any, spacing: Any, axis: Any = None, edge_order: int = 1
) -> Any:
    """The adjoint of `np.gradient(f, *spacing)`.

    Parameters
    ----------
    g : array or list of array
        The adjoint of the result, one for each axis.
    f : array
        What was differentiated.
    spacing, axis, edge_order
        As for `np.gradient`.

    Returns
    -------
    array
        In the shape of `f`.

    Examples
    --------
    >>> gradient_adjoint(np.array([1.0, 0.0, 0.0]), np.zeros(3), ())
    array([-1.,  1.,  0.])
    """
    rank = np.ndim(f)
    axes = range(rank) if axis is None else (axis,) if np.ndim(axis) == 0 else axis
    steps = list(spacing) or [1.0]
    steps = steps * len(axes) if len(steps) == 1 else steps
    bars = g if isinstance(g, (list, tuple)) else [g]
    total: Any = 0
    for k, step, bar in zip(axes, steps, bars):
        unit: Any = np.eye(np.shape(f)[k])
        rule = np.gradient(unit, step, axis=0, edge_order=2 if edge_order == 2 else 1)
        total = total + np.moveaxis(np.tensordot(bar, rule, (k, 0)), -1, k)
    return np.asarray(total).astype(np.asarray(bars[0]).dtype)


def trapezoid_weights(y: Any, x: Any, dx: Any, axis: int) -> Any:
    """The weight of each entry of `y` in `np.trapezoid(y, x, dx, axis)`.

    Parameters
    ----------
    y, x, dx, axis
        As for `np.trapezoid`.

    Returns
    -------
    array
        Broadcasts against `y`.

    Examples
    --------
    >>> trapezoid_weights(np.zeros(3), None, 2.0, -1)
    array([1., 2., 1.])
    """
    size = np.shape(y)[axis]
    if x is None:
        width = np.full(size - 1, dx)
    else:
        width = np.diff(x, axis=-1 if np.ndim(x) == 1 else axis)
    if np.ndim(width) == 1:
        width = np.moveaxis(np.reshape(width, (-1,) + (1,) * (np.ndim(y) - 1)), 0, axis)
    pads = [(0, 0)] * np.ndim(y)
    pads[axis] = (1, 0)
    behind = np.pad(width, pads)
    pads[axis] = (0, 1)
    return (behind + np.pad(width, pads)) / 2


def trapezoid_slopes(y: Any, axis: int) -> Any:
    """How `np.trapezoid(y, x, axis=axis)` changes with each entry of `x`.

    Parameters
    ----------
    y : array
        The heights.
    axis : int
        Along which axis.

    Returns
    -------
    array
        In the shape of `y`.

    Examples
    --------
    >>> trapezoid_slopes(np.array([1.0, 2.0, 4.0]), -1)
    array([-1.5, -1.5,  3. ])
    """
    line = np.moveaxis(np.asarray(y), axis, -1)
    middle = (line[..., 1:] + line[..., :-1]) / 2
    slopes = np.zeros_like(line)
    slopes[..., 1:] += middle
    slopes[..., :-1] -= middle
    return np.moveaxis(slopes, -1, axis)
