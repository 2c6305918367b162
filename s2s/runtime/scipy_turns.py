"""Parts of the derivatives of rotations and of Hessenberg forms."""

from __future__ import annotations

from typing import Any

import numpy as np


def turn_factor(square: Any) -> Any:
    """`(t - sin(t)) / t**3` as a function of the square of `t`.

    Parameters
    ----------
    square : array
        Squares of angles.

    Returns
    -------
    array
        1/6 at 0.

    Examples
    --------
    >>> float(turn_factor(np.array(0.0)) * 6)
    1.0
    """
    near = square < 1e-2
    safe = np.where(near, 1.0, square)
    angle = np.sqrt(safe)
    series = (1 - square / 20 * (1 - square / 42 * (1 - square / 72))) / 6
    return np.where(near, series, (angle - np.sin(angle)) / (safe * angle))


def turns_of(g: Any, rotation: Any) -> Any:
    """The adjoint of a rotation: one vector for a single one, else one for each.

    Parameters
    ----------
    g : array (3,) or (n, 3)
        What falls on each vector that was turned.
    rotation : scipy.spatial.transform.Rotation
        One or several.

    Returns
    -------
    array
        Summed over the vectors that a single rotation turned.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> turns_of(np.ones((2, 3)), SimpleNamespace(single=True))
    array([2., 2., 2.])
    """
    if rotation.single:
        return np.sum(np.reshape(g, (-1, 3)), axis=0)
    return np.broadcast_to(g, (len(rotation), 3)) if np.ndim(g) == 1 else g


def hessenberg_moved(h: Any, q: Any, v: Any, turned: bool) -> Any:
    """How a Hessenberg form moves with its matrix, or the adjoint of that.

    Parameters
    ----------
    h, q : array (n, n)
        The form and its basis.
    v : array (n, n)
        The tangent of the matrix, or (with `turned`) the adjoint of the form.
    turned : bool
        Whether the adjoint is wanted.

    Returns
    -------
    array (n, n)
        From the turn of the basis that keeps the lower entries 0.

    Examples
    --------
    >>> hessenberg_moved(np.eye(2), np.eye(2), np.ones((2, 2)), False)
    array([[1., 1.],
           [1., 1.]])
    """
    n = np.shape(h)[0]
    inner = v if turned else q.T @ v @ q
    pairs = [(i, j) for j in range(1, n) for i in range(j + 1, n)]
    if pairs:
        columns = []
        for i, j in pairs:
            skew = np.zeros((n, n))
            skew[i, j], skew[j, i] = 1.0, -1.0
            columns.append(np.ravel(h @ skew - skew @ h))
        effect = np.stack(columns, axis=1)
        rows = [i * n + j - 1 for i, j in pairs]  # the entries below the subdiagonal
        if turned:
            pull = np.linalg.solve(effect[rows].T, effect.T @ np.ravel(inner))
            flat = np.ravel(inner).copy()
            flat[rows] -= pull
            inner = np.reshape(flat, (n, n))
        else:
            turn = -np.linalg.solve(effect[rows], np.ravel(inner)[rows])
            inner = inner + np.reshape(effect @ turn, (n, n))
    return q @ inner @ q.T if turned else inner
