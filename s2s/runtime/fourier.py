"""Half spectra, and sizes of Fourier transforms."""

from __future__ import annotations

from typing import Any

import numpy as np


def halved(g: Any, size: int, axis: int) -> Any:
    """Half a spectrum with the frequencies that stand for two of them halved.

    Parameters
    ----------
    g : array
        As `np.fft.rfft` gives it.
    size : int
        The length of the sequence.
    axis : int
        The axis of the spectrum.

    Returns
    -------
    array
        A new array; the first frequency, and the last of an even length, stay.

    Examples
    --------
    >>> halved(np.ones(3), 4, 0)
    array([1. , 0.5, 1. ])
    """
    out = np.array(g, copy=True)
    np.moveaxis(out, axis, -1)[..., 1 : (size + 1) // 2] *= 0.5
    return out


def doubled(g: Any, size: int, axis: int) -> Any:
    """Half a spectrum with the frequencies that stand for two of them doubled.

    Parameters
    ----------
    g : array
        As `np.fft.rfft` gives it.
    size : int
        The length of the sequence.
    axis : int
        The axis of the spectrum.

    Returns
    -------
    array
        A new array; the first frequency, and the last of an even length, stay.

    Examples
    --------
    >>> doubled(np.ones(3), 4, 0)
    array([1., 2., 1.])
    """
    out = np.array(g, copy=True)
    np.moveaxis(out, axis, -1)[..., 1 : (size + 1) // 2] *= 2
    return out


def resized(g: Any, x: Any) -> Any:
    """The array `g` cut, or padded with zeros, at the ends of its axes to the shape of `x`.

    Parameters
    ----------
    g : array
        As many axes as `x` has.
    x : array
        Gives the shape.

    Returns
    -------
    array
        `g` itself where the shapes agree.

    Examples
    --------
    >>> resized(np.array([1.0, 2.0, 3.0]), np.zeros(2)), resized(np.ones(1), np.zeros(2))
    (array([1., 2.]), array([1., 0.]))
    """
    shape, now = np.shape(x), np.shape(g)
    if now == shape:
        return g
    common = tuple(slice(min(m, n)) for m, n in zip(shape, now, strict=True))
    out = np.zeros_like(g, shape=shape)
    out[common] = g[common]
    return out


def fft_axes(a: Any, s: Any = None, axes: Any = None) -> tuple[int, ...]:
    """The axes that `np.fft.fftn(a, s, axes)` transforms.

    Parameters
    ----------
    a : array
        What is transformed.
    s, axes : sequence of int, optional
        As for `np.fft.fftn`.

    Returns
    -------
    tuple of int
        All axes, or the last ones where sizes are given for fewer.

    Examples
    --------
    >>> fft_axes(np.zeros((2, 3, 4)), (5, 5))
    (-2, -1)
    """
    if axes is not None:
        return tuple(axes)
    count = np.ndim(a) if s is None else len(s)
    return tuple(range(-count, 0))


def fft_sizes(a: Any, s: Any, axes: Any) -> tuple[int, ...]:
    """The sizes of the sequences that a transform over `axes` takes.

    Parameters
    ----------
    a : array
        What is transformed.
    s : sequence of int, optional
        The sizes asked for; -1 stands for that of `a`.
    axes : sequence of int
        The axes.

    Returns
    -------
    tuple of int
        One for each axis.

    Examples
    --------
    >>> fft_sizes(np.zeros((2, 3)), (5, -1), (0, 1))
    (5, 3)
    """
    shape = np.shape(a)
    given = [-1] * len(axes) if s is None else s
    return tuple(int(shape[k] if n == -1 else n) for n, k in zip(given, axes, strict=True))
