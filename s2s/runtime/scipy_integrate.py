"""Weights of rules over samples."""

from __future__ import annotations

from typing import Any

import numpy as np


def simpson_weights(n: int, x: Any = None) -> Any:
    """What Simpson's rule multiplies samples with.

    Parameters
    ----------
    n : int
        How many samples there are.
    x : array, optional
        Their places; a spacing of 1 otherwise.

    Returns
    -------
    array (n,)
        Weights.

    Examples
    --------
    >>> simpson_weights(3) * 3
    array([1., 4., 1.])
    """
    from scipy import integrate

    return integrate.simpson(np.eye(n), x=x, axis=0)


def romb_weights(n: int) -> Any:
    """What Romberg's rule multiplies samples with, for a spacing of 1.

    Parameters
    ----------
    n : int
        How many samples there are: a power of 2, and 1.

    Returns
    -------
    array (n,)
        Weights.

    Examples
    --------
    >>> romb_weights(3) * 3
    array([1., 4., 1.])
    """
    from scipy import integrate

    return integrate.romb(np.eye(n), axis=0)


def along_axis(w: Any, x: Any, axis: int) -> Any:
    """A vector that lies along an axis of an array.

    Parameters
    ----------
    w, x : array
        The vector, and the array for its rank.
    axis : int
        The axis.

    Returns
    -------
    array
        Of size 1 along the other axes.

    Examples
    --------
    >>> along_axis(np.ones(3), np.zeros((2, 2)), 0).shape
    (3, 1)
    """
    rank = np.ndim(x)
    return np.reshape(w, [-1 if k == axis % rank else 1 for k in range(rank)])
