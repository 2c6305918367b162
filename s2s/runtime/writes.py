"""Guards and adjoints of writes in place."""

from __future__ import annotations

from typing import Any

import numpy as np


def require_apart(x: Any, *others: Any) -> None:
    """Refuse arguments that share memory with `x`, which the function writes into.

    Raises
    ------
    ValueError
        If another argument may show the same memory: copy one of them before the call.
    """
    for other in others:
        arrays = isinstance(x, np.ndarray) and isinstance(other, np.ndarray)
        if other is x or (arrays and np.may_share_memory(x, other)):
            raise ValueError(
                "two arguments share memory and the function writes into one of them:"
                " pass a copy of one, `x.copy()`"
            )


def require_view(view: Any, base: Any) -> None:
    """Refuse to go on where what was taken for a view of `base` is a copy.

    Raises
    ------
    ValueError
        If it shares no memory: NumPy copies where the layout of `base` allows no view.
    """
    if view.size and not np.may_share_memory(view, base):
        raise ValueError(
            "an array that is updated in place was expected to be a view and is a copy:"
            " make the copy explicit with `.copy()`, or make its base contiguous"
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
