"""Adjoints of convolutions, filters and transforms, and the constants of filters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def convolution_adjoint(g: Any, x: Any, other: Any) -> Any:
    """The adjoint of one operand of a convolution of any mode.

    Parameters
    ----------
    g : array
        The adjoint of the result: the middle of the full convolution.
    x : array
        The operand, for its shape.
    other : array
        The other operand.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> convolution_adjoint(np.array([1.0, 0.0, 0.0]), np.zeros(2), np.array([2.0, 3.0]))
    array([2., 0.])
    """
    from scipy import signal

    full = [n + m - 1 for n, m in zip(np.shape(x), np.shape(other))]
    whole = np.zeros(full, dtype=np.result_type(g, other))
    starts = [(n - m) // 2 for n, m in zip(full, np.shape(g))]
    whole[tuple(slice(s, s + n) for s, n in zip(starts, np.shape(g)))] = g
    return signal.convolve(whole, np.flip(other), "valid")


def middle_convolution(a: Any, b: Any, like: Any) -> Any:
    """The middle of a full convolution, in the shape of `like`.

    Parameters
    ----------
    a, b, like : array
        Operands, and what has the shape of the result.

    Returns
    -------
    array
        What `convolution_adjoint` is the adjoint of.

    Examples
    --------
    >>> middle_convolution(np.ones(2), np.ones(2), np.zeros(1))
    array([2.])
    """
    from scipy import signal

    whole = signal.convolve(a, b)
    starts = [(n - m) // 2 for n, m in zip(whole.shape, np.shape(like))]
    return whole[tuple(slice(s, s + n) for s, n in zip(starts, np.shape(like)))]


def taps_adjoint(g: Any, w: Any, b: Any, axis: int) -> Any:
    """The adjoint of the coefficients of a filter without feedback.

    Parameters
    ----------
    g, w : array
        The adjoint of what comes out, and what goes in.
    b : array
        The coefficients, for their shape.
    axis : int
        Along which the filter ran.

    Returns
    -------
    array
        Entry `k` is the sum of `g[n] * w[n - k]`.

    Examples
    --------
    >>> taps_adjoint(np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.zeros(2), 0)
    array([11.,  6.])
    """
    g, w = np.moveaxis(g, axis, -1), np.moveaxis(w, axis, -1)
    n = np.shape(w)[-1]
    taps = [np.sum(g[..., k:] * w[..., : max(n - k, 0)]) for k in range(np.size(b))]
    return np.reshape(np.array(taps), np.shape(b))


def sos_edge(sos: Any) -> int:
    """How far `sosfiltfilt` extends a signal.

    Parameters
    ----------
    sos : array (n, 6)
        Sections.

    Returns
    -------
    int
        Three times the number of taps.

    Examples
    --------
    >>> sos_edge(np.ones((1, 6)))
    9
    """
    taps = 2 * len(sos) + 1
    return int(3 * (taps - min((sos[:, 2] == 0).sum(), (sos[:, 5] == 0).sum())))


def savgol_ends(window_length: int, polyorder: int, deriv: int, delta: float) -> tuple[Any, Any]:
    """How the ends of a Savitzky-Golay filter depend on the first and last values.

    Parameters
    ----------
    window_length, polyorder, deriv : int
        As for `scipy.signal.savgol_filter`.
    delta : float
        The spacing.

    Returns
    -------
    left, right : array (window_length, window_length // 2)
        Matrices to multiply the values with, from the left.

    Examples
    --------
    >>> left, right = savgol_ends(3, 1, 0, 1.0)
    >>> np.round(left[:, 0], 12) + 0.0
    array([ 0.83333333,  0.33333333, -0.16666667])
    """
    from scipy import signal

    half = window_length // 2
    one = np.eye(window_length)
    fitted = signal.savgol_filter(one, window_length, polyorder, deriv, delta, axis=0)
    return fitted[:half].T, fitted[window_length - half :].T


def analytic_weights(n: int, x: Any, axis: int) -> Any:
    """The factors of frequencies in the Hilbert transform of `scipy.signal.hilbert`.

    Parameters
    ----------
    n : int
        The length of the transform.
    x : array
        The signal, for its rank.
    axis : int
        The axis of the transform.

    Returns
    -------
    array
        Broadcasts against the transform.

    Examples
    --------
    >>> analytic_weights(4, np.zeros(4), 0)
    array([1., 2., 1., 0.])
    """
    weights = np.zeros(n)
    weights[0] = 1
    weights[1 : (n + 1) // 2] = 2
    if n % 2 == 0:
        weights[n // 2] = 1
    shape = [1] * np.ndim(x)
    shape[axis] = n
    return np.reshape(weights, shape)


def stretched(x: Any, up: int, tail: int, axis: int) -> Any:
    """Zeros put between the values along an axis, and `tail - 1` after them.

    Parameters
    ----------
    x : array
        Values.
    up : int
        One value in so many.
    tail, axis : int
        How many places the last value takes, and the axis.

    Returns
    -------
    array
        Of length `(n - 1) * up + tail` along the axis.

    Examples
    --------
    >>> stretched(np.array([1.0, 2.0]), 2, 1, 0)
    array([1., 0., 2.])
    """
    moved = np.moveaxis(x, axis, 0)
    n = moved.shape[0]
    wide = np.zeros(((n - 1) * up + tail, *moved.shape[1:]), dtype=moved.dtype)
    wide[: (n - 1) * up + 1 : up] = moved
    return np.moveaxis(wide, 0, axis)


def unstretched(g: Any, x: Any, up: int, axis: int) -> Any:
    """The adjoint of `stretched`.

    Parameters
    ----------
    g, x : array
        The adjoint of the wider array, and the narrow one for its shape.
    up, axis : int
        As for `stretched`.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> unstretched(np.array([1.0, 5.0, 2.0]), np.zeros(2), 2, 0)
    array([1., 2.])
    """
    n = np.shape(x)[axis]
    return np.moveaxis(np.moveaxis(g, axis, 0)[: (n - 1) * up + 1 : up], 0, axis)


def polyphase_filter(n: int, up: int, down: int, window: Any) -> tuple[Any, int, int, int, int]:
    """The filter of `scipy.signal.resample_poly` and what of its output is kept.

    Parameters
    ----------
    n, up, down : int
        The length of the signal, and the rates.
    window : object
        A window for `firwin`, or the coefficients.

    Returns
    -------
    h, first, count, up, down
        Coefficients, the first value kept and how many, and the reduced rates.

    Examples
    --------
    >>> h, first, count, up, down = polyphase_filter(9, 4, 6, ("kaiser", 5.0))
    >>> len(h), first, count, up, down
    (64, 11, 6, 2, 3)
    """
    from scipy import signal

    common = math.gcd(up, down)
    up, down = up // common, down // common
    count = -(-n * up // down)
    if up == down == 1:
        return np.ones(1), 0, n, 1, 1
    if isinstance(window, list | np.ndarray):
        h = np.asarray(window, dtype=float)
        half = (h.size - 1) // 2
    else:
        half = 10 * max(up, down)
        h = signal.firwin(2 * half + 1, 1 / max(up, down), window=window)
    before = down - half % down
    first = (half + before) // down
    h = np.concatenate((np.zeros(before), h * up))
    while ((n - 1) * up + h.size - 1) // down + 1 < count + first:
        h = np.append(h, 0.0)
    return h, first, count, up, down


def decimation_filter(q: int, n: int | None, ftype: str) -> Any:
    """The filter of `scipy.signal.decimate`.

    Parameters
    ----------
    q : int
        The factor.
    n : int, optional
        The order.
    ftype : str
        iir or fir.

    Returns
    -------
    array
        Second-order sections, or the coefficients.

    Examples
    --------
    >>> decimation_filter(2, None, "iir").shape
    (4, 6)
    """
    from scipy import signal

    if ftype == "iir":
        return signal.cheby1(8 if n is None else n, 0.05, 0.8 / q, output="sos")
    return signal.firwin((2 * 10 * q if n is None else n) + 1, 1 / q, window="hamming")


def resample_adjoint(g: Any, x: Any, num: int, axis: int, window: Any) -> Any:
    """The adjoint of `scipy.signal.resample`, which is a matrix along one axis.

    Parameters
    ----------
    g, x : array
        The adjoint of the result, and the signal for its shape.
    num, axis : int
        The new length, and the axis.
    window : object
        As for `scipy.signal.resample`.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> resample_adjoint(np.ones(4), np.zeros(2), 4, 0, None)
    array([2., 2.])
    """
    from scipy import signal

    matrix = signal.resample(np.eye(np.shape(x)[axis]), num, window=window)
    return np.moveaxis(np.moveaxis(g, axis, -1) @ matrix, -1, axis)


def cspline_matrix(n: int, lamb: float) -> Any:
    """The coefficients of `scipy.signal.cspline1d` for unit impulses.

    Parameters
    ----------
    n : int
        The length of the signal.
    lamb : float
        How much is smoothed.

    Returns
    -------
    array (n, n)
        One row for each impulse.

    Examples
    --------
    >>> cspline_matrix(3, 0.0).shape
    (3, 3)
    """
    from scipy import signal

    return np.stack([signal.cspline1d(row, lamb) for row in np.eye(n)])
