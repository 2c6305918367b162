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
    if isinstance(g, (list, tuple, dict)) or isinstance(x, (list, tuple, dict)):
        raise TypeError("an elementwise operation takes arrays, not a list or a tuple")
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
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)
