"""Segments of signals, and cosine and sine transforms."""

from __future__ import annotations

from typing import Any

import numpy as np


def segment_index(n: int, size: int, overlap: int) -> Any:
    """The places of overlapping segments.

    Parameters
    ----------
    n, size, overlap : int
        Lengths of the signal, of a segment, and of what two segments share.

    Returns
    -------
    array of int (segments, size)
        Rows of places.

    Examples
    --------
    >>> segment_index(4, 2, 1)
    array([[0, 1],
           [1, 2],
           [2, 3]])
    """
    starts = np.arange(0, n - size + 1, size - overlap)
    return starts[:, None] + np.arange(size)


def onesided_weights(nfft: int) -> Any:
    """How many frequencies each one of a one-sided spectrum stands for.

    Parameters
    ----------
    nfft : int
        The length of the transform.

    Returns
    -------
    array
        2, but 1 at both ends (at the upper one for even lengths).

    Examples
    --------
    >>> onesided_weights(4)
    array([1., 2., 1.])
    """
    weights = np.full(nfft // 2 + 1, 2.0)
    weights[0] = 1
    if nfft % 2 == 0:
        weights[-1] = 1
    return weights


def padded_last(x: Any, before: int, after: int) -> Any:
    """Zeros before and after the values along the last axis.

    Parameters
    ----------
    x : array
        Values.
    before, after : int
        How many.

    Returns
    -------
    array
        Longer along the last axis.

    Examples
    --------
    >>> padded_last(np.ones(1), 1, 2)
    array([0., 1., 0., 0.])
    """
    return np.pad(x, [(0, 0)] * (np.ndim(x) - 1) + [(before, after)])


def overlap_added(x: Any, step: int) -> Any:
    """Segments added up where they overlap.

    Parameters
    ----------
    x : array (..., segments, size)
        Segments.
    step : int
        From one to the next.

    Returns
    -------
    array (..., n)
        The sum.

    Examples
    --------
    >>> overlap_added(np.ones((2, 2)), 1)
    array([1., 2., 1.])
    """
    count, size = np.shape(x)[-2:]
    total = np.zeros((*np.shape(x)[:-2], (count - 1) * step + size), dtype=x.dtype)
    for k in range(count):
        total[..., k * step : k * step + size] += x[..., k, :]
    return total


def overlapping(g: Any, size: int, step: int) -> Any:
    """Overlapping segments of an array: the adjoint of `overlap_added`.

    Parameters
    ----------
    g : array (..., n)
        An array.
    size, step : int
        Of a segment, and from one to the next.

    Returns
    -------
    array (..., segments, size)
        Segments.

    Examples
    --------
    >>> overlapping(np.arange(3.0), 2, 1)
    array([[0., 1.],
           [1., 2.]])
    """
    starts = np.arange(0, np.shape(g)[-1] - size + 1, step)
    return g[..., starts[:, None] + np.arange(size)]


def trigonometric(x: Any, transform: Any, type: int, sizes: Any, axes: Any, norm: Any) -> Any:
    """A cosine or sine transform over one or several axes.

    Parameters
    ----------
    x : array
        Values.
    transform : callable
        `scipy.fft.dct`, `idct`, `dst` or `idst`.
    type : int
        1 to 4.
    sizes, axes : int, sequence of int, or None
        Lengths to cut or pad to, and axes; None for all.
    norm : str or None
        As for the transform.

    Returns
    -------
    array
        The transform.

    Examples
    --------
    >>> from scipy import fft
    >>> trigonometric(np.ones(2), fft.dct, 2, None, -1, None)
    array([4., 0.])
    """
    for axis, size in trigonometric_axes(x, sizes, axes):
        x = transform(x, type, size, axis, norm)
    return x


def trigonometric_axes(x: Any, sizes: Any, axes: Any) -> list[tuple[int, int | None]]:
    """The axes of a transform with the lengths along them.

    Parameters
    ----------
    x : array
        Values.
    sizes, axes : int, sequence of int, or None
        As for `trigonometric`.

    Returns
    -------
    list of (axis, length or None)
        In order.

    Examples
    --------
    >>> trigonometric_axes(np.zeros((2, 3)), None, None)
    [(0, None), (1, None)]
    """
    if axes is None:
        count = np.ndim(x) if sizes is None else len(np.atleast_1d(sizes))
        axes = range(np.ndim(x) - count, np.ndim(x))
    axes = [int(a) for a in np.atleast_1d(axes)]
    lengths = [None] * len(axes) if sizes is None else [int(n) for n in np.atleast_1d(sizes)]
    return list(zip(axes, lengths))


def trigonometric_adjoint(
    g: Any, x: Any, transform: Any, type: int, sizes: Any, axes: Any, norm: Any
) -> Any:
    """The adjoint of `trigonometric`: the transform of the transposed type, with weighted ends.

    Parameters
    ----------
    g, x : array
        The adjoint of the transform, and its argument for its shape.
    transform, type, sizes, axes, norm : object
        As for `trigonometric`.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> from scipy import fft
    >>> trigonometric_adjoint(np.array([1.0, 0.0]), np.zeros(2), fft.dct, 2, None, -1, None)
    array([2., 2.])
    """
    name = transform.__name__
    sine, inverse = "dst" in name, name.startswith("i")
    if inverse:  # the inverse of a type is its transpose, scaled the other way
        type = {2: 3, 3: 2}.get(type, type)
        norm = {None: "forward", "backward": "forward", "forward": "backward"}.get(norm, norm)
    for axis, size in trigonometric_axes(x, sizes, axes):
        n = np.shape(x)[axis]
        moved = one_adjoint(np.moveaxis(g, axis, -1), sine, type, norm)
        if size is not None and size < n:
            moved = np.pad(moved, [(0, 0)] * (moved.ndim - 1) + [(0, n - size)])
        g = np.moveaxis(moved[..., :n], -1, axis)
    return g


def one_adjoint(g: Any, sine: bool, type: int, norm: Any) -> Any:
    """The adjoint of a cosine or sine transform along the last axis.

    Parameters
    ----------
    g : array
        The adjoint of the transform.
    sine : bool
        Whether it is a sine transform.
    type : int
        1 to 4.
    norm : str or None
        As for the transform.

    Returns
    -------
    array
        In the shape of `g`.

    Examples
    --------
    >>> one_adjoint(np.array([0.0, 1.0]), True, 1, None).round(12)
    array([ 1.73205081, -1.73205081])
    """
    from scipy import fft

    transform = fft.dst if sine else fft.dct
    turned = {2: 3, 3: 2}.get(type, type)
    if norm == "ortho":
        return transform(g, turned, norm=norm)
    weights = np.ones(np.shape(g)[-1])
    # Of these types one end counts once where the other entries count twice.
    if type == 1 and not sine:
        weights[[0, -1]] = 0.5
        return transform(g / weights, turned, norm=norm) * weights
    if type in (2, 3):
        weights[-1 if sine else 0] = 0.5
        if type == 2:
            return transform(g / weights, turned, norm=norm)
        return transform(g, turned, norm=norm) * weights
    return transform(g, turned, norm=norm)
