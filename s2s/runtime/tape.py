"""What the blocks of tapes are rewritten to: reads and writes of variables as values."""

from __future__ import annotations

from typing import Any

import numpy as np


def assigned(entry: Any, value: Any) -> Any:
    """The value of a variable after an assignment; derivatives take it for another read.

    Parameters
    ----------
    entry : array
        The variable as it was when the block was entered.
    value : array_like
        What is assigned; no derivative flows into it.

    Returns
    -------
    array
        The value, with the dtype of the variable.

    Examples
    --------
    >>> assigned(np.float32(1.0), 2)
    array(2., dtype=float32)
    """
    return np.array(value, dtype=getattr(entry, "dtype", None))


def probed(x: Any, probe: Any) -> Any:
    """The value `x`, of which `probe` gets the gradient as well.

    Parameters
    ----------
    x : array
        A value in the middle of a program.
    probe : array
        Something of the same shape; its value does not count.

    Returns
    -------
    array
        `x`.

    Examples
    --------
    >>> probed(2.0, 0.0)
    2.0
    """
    return x


def detached(x: Any) -> Any:
    """The value `x`, a constant to derivatives.

    Parameters
    ----------
    x : object
        Anything.

    Returns
    -------
    object
        `x`.

    Examples
    --------
    >>> detached(2.0)
    2.0
    """
    return x


def replaced(x: Any, index: Any, value: Any) -> Any:
    """A copy of an array with other entries in some places.

    Parameters
    ----------
    x : array
        Not changed.
    index : object
        Where.
    value : array_like
        What is written there.

    Returns
    -------
    array
        The copy.

    Examples
    --------
    >>> replaced(np.zeros(3), 1, 5.0)
    array([0., 5., 0.])
    """
    new = np.array(x)
    new[index] = value
    return new
