"""Undoing and redoing broadcasting, and the adjoints of joining and rearranging."""

from __future__ import annotations

from typing import Any

import numpy as np


def unbroadcast(g: Any, x: Any) -> Any:
    """Sum `g` over the axes along which `x` was broadcast.

    Parameters
    ----------
    g : array or scalar
        An adjoint with the shape of a broadcast result.
    x : array or scalar
        The operand.

    Returns
    -------
    array or scalar
        `g` summed to the shape of `x`; `g` itself where nothing was broadcast.

    Examples
    --------
    >>> unbroadcast(np.ones((2, 3)), np.zeros(3))
    array([2., 2., 2.])
    >>> unbroadcast(np.ones((2, 3)), np.zeros((2, 1)))
    array([[3.],
           [3.]])
    """
    if type(g) is np.ndarray and type(x) is np.ndarray and g.shape == x.shape:
        return g  # the most frequent case, without asking further
    if isinstance(g, (list, tuple, dict)) or isinstance(x, (list, tuple, dict)):
        raise TypeError(
            "an elementwise operation was given a list or a tuple, which was not known when its"
            " derivative was written: write `[*a, *b]` to join lists, and `np.array(a)` to"
            " compute with one"
        )
    shape = np.shape(x)
    now = np.shape(g)
    if now == shape:
        return g
    if len(now) < len(shape):  # g is itself smaller: a constant along the missing axes
        return np.broadcast_to(g, shape)
    extra = len(now) - len(shape)
    if extra:
        g = g.sum(axis=tuple(range(extra)))
    axes = tuple(k for k, n in enumerate(shape) if n == 1 and now[extra + k] != 1)
    if axes:
        g = g.sum(axis=axes, keepdims=True)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


def part_to(g: Any, x: Any) -> Any:
    """Sum `g` to the shape of `x`, which may also be a container or an object: then it is `g`.

    Parameters
    ----------
    g : array, scalar or structure
        The adjoint of an item into which `x` was added.
    x : array, scalar or structure
        What was added.

    Returns
    -------
    array, scalar or structure
        `g` as an adjoint of `x`.

    Examples
    --------
    >>> part_to(np.ones(3), 2.0), part_to({"w": 1.0}, {"w": 2.0})
    (np.float64(3.0), {'w': 1.0})
    """
    if isinstance(x, (int, float, complex)) or hasattr(x, "shape"):
        return unbroadcast(g, x)
    return g


def spread_to(g: Any, x: Any) -> Any:
    """Broadcast `g` to the shape of `x`: the adjoint of a sum.

    Parameters
    ----------
    g : array or scalar
        An adjoint whose axes line up with those of `x`.
    x : array or scalar
        What was summed.

    Returns
    -------
    array or scalar
        A read-only view, or `g` itself where it has the shape already.

    Examples
    --------
    >>> spread_to(2.0, np.zeros((2, 2)))
    array([[2., 2.],
           [2., 2.]])
    """
    shape = np.shape(x)
    if np.shape(g) == shape:
        return g
    extra = np.ndim(g) - len(shape)
    if extra > 0:
        g = np.sum(g, axis=tuple(range(extra)))
    now = (1,) * -extra + np.shape(g)
    ones = tuple(k + min(extra, 0) for k, n in enumerate(shape) if n == 1 and now[k] != 1)
    if ones:  # an operand of size 1 against a larger one that `x` was not part of
        g = np.sum(g, axis=tuple(ones), keepdims=True)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


def put_diagonal(g: Any, a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Zeros like `a` with `g` on a diagonal: the adjoint of `np.diagonal`.

    Parameters
    ----------
    g : array
        The diagonal along its last axis; may broadcast.
    a : array
        Gives the shape.
    offset, axis1, axis2 : int
        As for `np.diagonal`.

    Returns
    -------
    array
        In the shape of `a`.

    Examples
    --------
    >>> put_diagonal(np.array([5.0]), np.zeros((2, 2)), 1)
    array([[0., 5.],
           [0., 0.]])
    """
    out = np.zeros(np.shape(a), dtype=np.asarray(g).dtype)
    last = np.moveaxis(out, (axis1, axis2), (-2, -1))
    size = max(0, min(last.shape[-2] + min(offset, 0), last.shape[-1] - max(offset, 0)))
    k = np.arange(size)
    last[..., k - min(offset, 0), k + max(offset, 0)] = g
    return out


def inverse_permutation(axes: Any) -> tuple[int, ...]:
    """The axes that undo `np.transpose(a, axes)`; negative ones count from the end.

    Parameters
    ----------
    axes : sequence of int
        A permutation.

    Returns
    -------
    tuple of int
        The inverse.

    Examples
    --------
    >>> inverse_permutation((2, 0, -2))
    (1, 2, 0)
    """
    return tuple(int(k) for k in np.argsort([k % len(axes) for k in axes]))


def unarray(g: Any, x: Any) -> Any:
    """The adjoint of `np.array(x)`: `g` taken apart where `x` is a list or a tuple.

    Parameters
    ----------
    g : array
        The adjoint of the array.
    x : array, scalar or nested sequence
        What the array was made of.

    Returns
    -------
    array, scalar or nested list
        In the structure of `x`.

    Examples
    --------
    >>> unarray(np.array([1.0, 2.0]), [0.0, 0.0])
    [np.float64(1.0), np.float64(2.0)]
    """
    if isinstance(x, (list, tuple)):
        return [unarray(part, item) for part, item in zip(g, x)]
    return g if np.shape(g) == np.shape(x) else np.reshape(g, np.shape(x))


def cast_dot(v: Any, dtype: Any) -> Any:
    """The tangent of `x.astype(dtype)`: zero for an integer dtype.

    Parameters
    ----------
    v : array or scalar
        The tangent of `x`.
    dtype : dtype
        What `x` is cast to.

    Returns
    -------
    array or scalar
        In that dtype, or float zeros.

    Examples
    --------
    >>> cast_dot(np.array([1.5]), int)
    array([0.])
    """
    kind = np.dtype(dtype)
    if kind.kind not in "fc":
        return np.zeros(np.shape(v))[()]
    if kind.kind == "f":
        v = np.real(v)
    return np.asarray(v).astype(kind)[()]


def cast_bar(g: Any, x: Any, dtype: Any) -> Any:
    """The adjoint of `x.astype(dtype)`: zero for an integer dtype, real for a real `x`.

    Parameters
    ----------
    g : array or scalar
        The adjoint of the result.
    x : array or scalar
        What was cast.
    dtype : dtype
        What it was cast to.

    Returns
    -------
    array or scalar
        In the dtype of `x` where that is inexact.

    Examples
    --------
    >>> cast_bar(np.ones(1), np.ones(1, np.float32), np.float64)
    array([1.], dtype=float32)
    """
    own = np.asarray(x).dtype
    if np.dtype(dtype).kind not in "fc" or own.kind not in "fc":
        return np.zeros(np.shape(x))[()]
    if own.kind == "f" or np.dtype(dtype).kind == "f":
        g = np.real(g)
    return np.asarray(g).astype(own)[()]


def along_axis_of(v: Any, y: Any, axis: int) -> Any:
    """An end of `np.linspace` lined up with the result, which has one axis more.

    Parameters
    ----------
    v : array or scalar
        The start or the stop, or a derivative of it.
    y : array
        The result.
    axis : int
        Along which axis the points lie.

    Returns
    -------
    array or scalar
        A view that broadcasts against `y`.

    Examples
    --------
    >>> along_axis_of(np.zeros(3), np.zeros((3, 5)), -1).shape
    (3, 1)
    """
    if np.ndim(v) == 0:
        return v
    whole = (1,) * (np.ndim(y) - 1 - np.ndim(v)) + np.shape(v)
    return np.expand_dims(np.reshape(v, whole), axis)


def linspace_weights(y: Any, num: int, endpoint: bool, axis: int) -> Any:
    """The weight of `stop` in each entry of `np.linspace(start, stop)`.

    Parameters
    ----------
    y : array
        The result.
    num : int
        How many.
    endpoint : bool
        Whether `stop` is among them.
    axis : int
        Along which axis they lie.

    Returns
    -------
    array
        With size 1 along the other axes.

    Examples
    --------
    >>> linspace_weights(np.zeros(3), 3, True, 0)
    array([0. , 0.5, 1. ])
    """
    shape = [1] * np.ndim(y)
    shape[axis] = num
    return np.reshape(np.linspace(0.0, 1.0, num, endpoint), shape)


def layout(a: Any, order: str) -> Any:
    """The order, "C" or "F", that "A" stands for; any other as it is.

    Parameters
    ----------
    a : array
        Whose memory decides.
    order : str
        As for `np.reshape`.
    """
    if order != "A":
        return order
    return "F" if isinstance(a, np.ndarray) and np.isfortran(a) else "C"


def ravelled(v: Any, a: Any, order: str) -> Any:
    """`v` in one row, its entries in the order in which `a.ravel(order)` takes those of `a`.

    Parameters
    ----------
    v : array
        In the shape of `a`.
    a : array
        Whose memory decides, for the orders "A" and "K".
    order : str
        As for `np.ravel`.

    Examples
    --------
    >>> ravelled(np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros((2, 2)).T, "K")
    array([1., 3., 2., 4.])
    """
    return np.ravel(v)[_order_of(a, order)]


def unravelled(g: Any, a: Any, order: str) -> Any:
    """The transpose of `ravelled`: a row in the shape of `a`.

    Parameters
    ----------
    g : array
        One entry for each of `a`.
    a, order
        As for `ravelled`.

    Examples
    --------
    >>> unravelled(np.array([1.0, 3.0, 2.0, 4.0]), np.zeros((2, 2)), "F")
    array([[1., 2.],
           [3., 4.]])
    """
    g = np.asarray(g)
    row = np.empty(g.shape, g.dtype)
    row[_order_of(a, order)] = g
    return row.reshape(np.shape(a))


def _order_of(a: Any, order: Any) -> Any:
    """The places, counted along rows, of the entries that `a.ravel(order)` gives."""
    places = np.empty_like(a, dtype=int)  # in the layout of `a`
    places[...] = np.arange(np.size(a)).reshape(np.shape(a))
    return places.ravel(order)
