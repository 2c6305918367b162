"""Bases of eigenvectors and singular vectors: their phases and what they are free to do."""

from __future__ import annotations

from typing import Any

import numpy as np


def real_entry(v: Any) -> Any:
    """Which entry of each complex column LAPACK has made real: the largest real one.

    Parameters
    ----------
    v : array (..., m, n)
        Columns of eigenvectors or singular vectors.

    Returns
    -------
    array (..., m, n)
        1.0 at that entry; 0.0 everywhere in a column without a real entry.

    Examples
    --------
    >>> real_entry(np.array([[1j, 1.0], [2.0, 1j]]))
    array([[0., 1.],
           [1., 0.]])
    """
    size = np.where(np.imag(v) == 0, np.abs(v), 0)
    if np.size(v) == 0:
        return size
    first = np.argmax(size, axis=-2)[..., None, :]
    rows = np.arange(np.shape(v)[-2])[:, None]
    return ((rows == first) & (size > 0)).astype(size.dtype)


def svd_columns(u: Any, vh: Any, n: int) -> Any:
    """Left and right singular vectors above each other, one pair a column.

    Parameters
    ----------
    u : array (..., m, p)
        Left vectors in columns.
    vh : array (..., q, k)
        Conjugates of the right vectors in rows.
    n : int
        How many pairs.

    Returns
    -------
    array (..., m + k, n)
        The pairs.

    Examples
    --------
    >>> svd_columns(np.eye(2), np.array([[1j]]), 1)
    array([[1.+0.j],
           [0.+0.j],
           [0.-1.j]])
    """
    right = np.conj(np.swapaxes(vh[..., :n, :], -1, -2))
    return np.concatenate((u[..., :, :n], right), axis=-2)


def moved_along(m: Any, v: Any) -> Any:
    """The movement `m` of the columns `v`, which are a basis of a space and nothing more.

    Parameters
    ----------
    m, v : array (..., m, n)
        A movement out of the space, and the basis.

    Returns
    -------
    array
        `m`; the adjoint checks that nobody asks for movements within the space.

    Examples
    --------
    >>> moved_along(np.ones((2, 1)), np.eye(2)[:, :1]).shape
    (2, 1)
    """
    return m


def basis_free(g: Any, v: Any) -> Any:
    """The gradient `g` of columns `v`, checked not to ask for turns of the basis within its space.

    Parameters
    ----------
    g, v : array (..., m, n)
        Gradient (not conjugated) and basis.

    Returns
    -------
    array
        `g`; on a device, NaN in the place of an error.

    Raises
    ------
    ValueError
        Where the loss depends on which basis LAPACK happens to choose.

    Examples
    --------
    >>> basis_free(np.eye(2), np.eye(2)).shape
    (2, 2)
    """
    inner = np.conj(np.swapaxes(v, -1, -2)) @ g
    turn = inner - np.conj(np.swapaxes(inner, -1, -2))
    limit = np.sqrt(np.finfo(turn.dtype).eps) * np.max(np.abs(g), initial=0)
    asked = np.any(np.abs(turn) > limit)
    if type(g).__module__ != "numpy":  # a device is not waited for: NaN says the same
        return np.where(asked, np.nan, g)
    if asked:
        raise ValueError(
            "the result depends on the basis that completes the factors (full_matrices=True, "
            "mode='complete'): any basis would do, so it has no derivative"
        )
    return g
