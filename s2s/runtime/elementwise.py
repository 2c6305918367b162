"""Slopes of elementwise functions whose formulas need a case distinction or scaling."""

from __future__ import annotations

from typing import Any

import numpy as np


def ratio(a: Any, b: Any) -> Any:
    """`a / b`, and 0 wherever `a` is 0, even where `b` is 0, too.

    Parameters
    ----------
    a, b : array or scalar
        Numerator and denominator.

    Returns
    -------
    array or scalar
        The quotient.

    Examples
    --------
    >>> ratio(np.array([0.0, 1.0]), np.array([0.0, 2.0]))
    array([0. , 0.5])
    """
    number = isinstance(b, (int, float, complex, np.generic))
    if number and b != 0:  # the type of b stays
        return np.divide(a, b)
    host = type(b).__module__ == "numpy"  # on a device it costs more to ask than to guard
    if host and isinstance(b, np.ndarray) and b.dtype.kind == "f" and b.size and b.min() > 0:
        return np.divide(a, b)  # nothing to guard: no 0 and no NaN
    return np.divide(a, np.where(np.equal(a, 0), 1, b)[()])


def over_or_zero(a: Any, b: Any) -> Any:
    """`a / b`, and 0 wherever `b` is 0.

    Parameters
    ----------
    a, b : array or scalar
        Numerator and denominator.

    Returns
    -------
    array or scalar
        The quotient.

    Examples
    --------
    >>> over_or_zero(np.array([1.0, 1.0]), np.array([0.0, 2.0]))
    array([0. , 0.5])
    """
    if isinstance(b, float):  # NumPy's own included
        return a / b if b else a * 0.0
    zero = np.equal(b, 0)
    host = type(zero).__module__ in ("numpy", "builtins")
    if host and not np.any(zero):
        return a / b
    return np.divide(np.where(zero, 0, a), np.where(zero, 1, b))


def reciprocal_or_zero(x: Any) -> Any:
    """`1 / x`, and 0 where `x` is 0.

    Parameters
    ----------
    x : array or scalar
        Real or complex.

    Returns
    -------
    array or scalar
        The reciprocal.

    Examples
    --------
    >>> reciprocal_or_zero(np.array([0.0, 4.0]))
    array([0.  , 0.25])
    """
    zero = np.equal(x, 0)
    return np.where(zero, 0, 1 / np.where(zero, 1, x))[()]


def phase(x: Any) -> Any:
    """The conjugate of `x / abs(x)`, and 0 where `x` is 0: the slope of a complex `abs`.

    Parameters
    ----------
    x : array or scalar
        Complex.

    Returns
    -------
    array or scalar
        Numbers on the unit circle.

    Examples
    --------
    >>> phase(np.array([0j, 3 + 4j]))
    array([0. -0.j , 0.6-0.8j])
    """
    size = np.abs(x)
    return np.conj(x) / np.where(size == 0, 1, size)[()]


def power_slope(a: Any, b: Any) -> Any:
    """`b * a ** (b - 1)`, and 0 wherever `b` is 0.

    Parameters
    ----------
    a, b : array or scalar
        Base and exponent.

    Returns
    -------
    array or scalar
        The slope of `a ** b` in `a`.

    Examples
    --------
    >>> power_slope(0.0, np.array([0, 1, 2]))
    array([0., 1., 0.])
    """
    exponent = np.where(np.equal(b, 0), 0, np.subtract(b, 1))
    if np.ndim(exponent) == 0:
        exponent = exponent.item() if not isinstance(b, np.generic) else exponent[()]
    base = a if np.asarray(a).dtype.kind in "fc" else np.asarray(a, dtype=float)[()]
    with np.errstate(divide="ignore"):
        return b * np.power(base, exponent)


def power_log(a: Any, b: Any, order: int = 1) -> Any:
    """`a ** b * log(a) ** order`, and 0 where `a` is 0 and `b` is not negative.

    Parameters
    ----------
    a, b : array or scalar
        Base and exponent; a negative real base gives NaN.
    order : int
        Which derivative of `a ** b` in `b` it is.

    Returns
    -------
    array or scalar
        In the shape of `a ** b`.

    Examples
    --------
    >>> power_log(np.array([0.0, 1.0]), 2.0)
    array([0., 0.])
    """
    flat = np.equal(a, 0) & (np.real(b) >= 0)
    base = np.where(flat, 1, a)[()]
    if base.dtype.kind in "biu":
        base = base * 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.power(base, b) * np.log(base) ** order


def tie_share(a: Any, b: Any, y: Any) -> Any:
    """The share of `a` in the choice `y` between `a` and `b`: 1, 0, or 1/2 at a tie.

    Parameters
    ----------
    a, b : array or scalar
        The candidates.
    y : array or scalar
        Their maximum or minimum.

    Returns
    -------
    array or scalar
        In the dtype of `y`.

    Examples
    --------
    >>> tie_share(np.array([1.0, 2.0, 3.0]), 2.0, np.array([2.0, 2.0, 3.0]))
    array([0. , 0.5, 1. ])
    """
    share, tie = np.equal(a, y), np.equal(a, b)
    if type(tie).__module__ not in ("numpy", "builtins") or np.count_nonzero(tie):
        share = share / (1.0 + tie)
    return share.astype(y.dtype if type(y) is np.ndarray else np.asarray(y).dtype)


def kept(g: Any, test: Any) -> Any:
    """An adjoint where a test holds, 0 elsewhere, even where it is infinite.

    Parameters
    ----------
    g : array or scalar
        The adjoint.
    test : array or bool
        Where it counts.

    Returns
    -------
    array or scalar
        Of the shape of both, broadcast.

    Examples
    --------
    >>> kept(np.array([np.inf, 1.0]), np.array([False, True]))
    array([0., 1.])
    """
    return np.where(test, g, 0.0)[()]


def inside(a: Any, low: Any, high: Any) -> Any:
    """Where `clip(a, low, high)` is `a`; a bound may be None.

    Parameters
    ----------
    a : array or scalar
        What is clipped.
    low, high : array, scalar or None
        The bounds.

    Returns
    -------
    array or bool
        A mask, true at the bounds themselves.

    Examples
    --------
    >>> inside(np.array([0.0, 1.0, 2.0]), 1.0, None)
    array([False,  True,  True])
    """
    keep = np.equal(a, a)
    if low is not None:
        keep = keep & np.less_equal(low, a)
    if high is not None:
        keep = keep & np.less_equal(a, high)
    return keep


def below(a: Any, low: Any, high: Any) -> Any:
    """Where `clip(a, low, high)` is `low` and not `a`; a bound may be None.

    Parameters
    ----------
    a : array or scalar
        What is clipped.
    low, high : array, scalar or None
        The bounds.

    Returns
    -------
    array or bool
        A mask.

    Examples
    --------
    >>> below(np.array([0.0, 1.0, 2.0]), 1.0, None)
    array([ True, False, False])
    """
    if low is None:
        return np.zeros(np.shape(a), dtype=bool)[()]
    return np.less(a, low) if high is None else np.less(a, low) & np.less_equal(low, high)


def above(a: Any, low: Any, high: Any) -> Any:
    """Where `clip(a, low, high)` is `high` and not `a`; a bound may be None.

    Parameters
    ----------
    a : array or scalar
        What is clipped.
    low, high : array, scalar or None
        The bounds.

    Returns
    -------
    array or bool
        A mask.

    Examples
    --------
    >>> above(np.array([0.0, 1.0, 2.0]), None, 1.0)
    array([False, False,  True])
    """
    if high is None:
        return np.zeros(np.shape(a), dtype=bool)[()]
    return np.greater(a, high) if low is None else np.greater(a, high) | np.greater(low, high)


def softmax_share(a: Any, b: Any) -> Any:
    """`exp(a) / (exp(a) + exp(b))`, and 1/2 where `a` and `b` are the same infinity.

    Parameters
    ----------
    a, b : array or scalar
        Logarithms of weights.

    Returns
    -------
    array or scalar
        The slope of `logaddexp(a, b)` in `a`.

    Examples
    --------
    >>> float(softmax_share(-np.inf, -np.inf))
    0.5
    """
    tie = np.equal(a, b)
    low = np.where(tie, 0, a)[()] if np.ndim(tie) else (0.0 if tie else a)
    high = np.where(tie, 0, b)[()] if np.ndim(tie) else (0.0 if tie else b)
    return np.exp(low - np.logaddexp(low, high))


def arctan2_slope(a: Any, b: Any) -> Any:
    """`b / (a * a + b * b)` without overflow, and 0 at the origin: the slope of `arctan2`.

    Parameters
    ----------
    a, b : array or scalar
        Ordinate and abscissa.

    Returns
    -------
    array or scalar
        The slope in `a`.

    Examples
    --------
    >>> round(float(arctan2_slope(3e200, 4e200)) * 1e201, 12)
    1.6
    """
    size = np.hypot(a, b)
    if np.ndim(size) == 0:
        return b / size / size if size else size * 0
    size = np.where(size == 0, 1, size)
    return b / size / size


def sinc_slope(x: Any, order: int) -> Any:
    """The derivative of `np.sinc` of the given order.

    Parameters
    ----------
    x : array or scalar
        Real or complex.
    order : int
        Which derivative; 0 is `np.sinc` itself.

    Returns
    -------
    array or scalar
        Accurate near 0, where the closed formula cancels.

    Examples
    --------
    >>> float(sinc_slope(0.0, 1)), round(float(sinc_slope(1e-8, 2)), 6)
    (0.0, -3.289868)
    """
    t = np.pi * np.asarray(x)
    near = np.abs(t) < 1.0 + order
    # The power series of sin(t) / t, term by term.
    small = np.where(near, t, 0)
    series, factor = np.zeros_like(small), 1.0
    for k in range(order, order + 40):
        if k > order:
            factor = factor / (k - order)
        if k % 2 == 0:
            series = series + factor * (-1) ** (k // 2) / (k + 1) * small ** (k - order)
    # t * g' + g = cos(t), differentiated again and again.
    large = np.where(near, 1, t)
    closed = np.sin(large) / large
    for n in range(1, order + 1):
        closed = (np.sin(large + n * (np.pi / 2)) - n * closed) / large
    return np.where(near, series, closed).astype(t.dtype)[()] * np.pi**order
