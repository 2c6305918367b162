"""Splines of `splrep`, and interpolating polynomials, in their coefficients and values."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s.runtime.scipy_curves import moved_in, moved_out


def splrep_coefficients(x: Any, y: Any, k: int) -> Any:
    """The coefficients of `scipy.interpolate.splrep` as a linear function of the values.

    Parameters
    ----------
    x, y : array (n,)
        Places and values.
    k : int
        The degree.

    Returns
    -------
    array
        With zeros at the end.

    Examples
    --------
    >>> splrep_coefficients(np.arange(3.0), np.arange(3.0), 1).round(12) + 0.0
    array([0., 1., 2., 0., 0.])
    """
    from scipy import interpolate

    return interpolate.splrep(x, y, k=k)[1]


def splrep_adjoint(g: Any, x: Any, y: Any, k: int) -> Any:
    """The adjoint of `splrep_coefficients`.

    Parameters
    ----------
    g : array
        The adjoint of the coefficients.
    x, y, k : object
        As for `splrep_coefficients`.

    Returns
    -------
    array (n,)
        In the shape of the values.

    Examples
    --------
    >>> splrep_adjoint(np.arange(5.0), np.arange(3.0), np.zeros(3), 1).round(12) + 0.0
    array([0., 1., 2.])
    """
    return np.array([splrep_coefficients(x, row, k) @ g for row in np.eye(len(x))])


def splev_value(tck: Any, c: Any, x: Any, der: int) -> Any:
    """A spline of `splrep` with other coefficients.

    Parameters
    ----------
    tck : tuple
        Knots, coefficients and degree.
    c : array
        Other coefficients.
    x, der : object
        Where, and the derivative.

    Returns
    -------
    array
        The values.

    Examples
    --------
    >>> splev_value(([0.0, 0.0, 1.0, 1.0], None, 1), np.array([1.0, 3.0, 0.0, 0.0]), 0.5, 0)
    array(2.)
    """
    from scipy import interpolate

    return interpolate.splev(x, (tck[0], c, tck[2]), der)


def splev_adjoint(g: Any, tck: Any, x: Any, der: int) -> Any:
    """The adjoint of the coefficients in `splev_value`.

    Parameters
    ----------
    g : array
        The adjoint of the values.
    tck, x, der : object
        As for `splev_value`.

    Returns
    -------
    array
        Like the coefficients.

    Examples
    --------
    >>> tck = np.array([0.0, 0.0, 1.0, 1.0]), np.zeros(4), 1
    >>> splev_adjoint(1.0, tck, 0.5, 0)
    array([0.5, 0.5, 0. , 0. ])
    """
    from scipy import interpolate

    t, c, k = tck
    count = len(t) - k - 1
    matrix = interpolate.BSpline(np.asarray(t), np.eye(count), k)(np.ravel(x), der)
    total = np.zeros(len(c))
    total[:count] = np.ravel(g) @ matrix
    return total


def polynomial_value(poly: Any, y: Any, x: Any) -> Any:
    """An interpolating polynomial with other values.

    Parameters
    ----------
    poly : object
        A Krogh or barycentric interpolator.
    y : array
        Values, with their axis first.
    x : array or scalar
        Where.

    Returns
    -------
    array
        The values.

    Examples
    --------
    >>> from scipy.interpolate import KroghInterpolator
    >>> polynomial_value(KroghInterpolator([0.0, 1.0], [0.0, 0.0]), np.array([1.0, 3.0]), 0.5)
    array(2.)
    """
    from scipy import interpolate

    made = type(poly)(poly.xi, np.eye(len(poly.xi)))
    assert isinstance(made, interpolate.KroghInterpolator | interpolate.BarycentricInterpolator)
    return moved_out(made(np.ravel(x)) @ y, poly, x)


def polynomial_adjoint(g: Any, poly: Any, x: Any) -> Any:
    """The adjoint of the values in `polynomial_value`.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    poly, x : object
        As for `polynomial_value`.

    Returns
    -------
    array
        Like the values.

    Examples
    --------
    >>> from scipy.interpolate import KroghInterpolator
    >>> polynomial_adjoint(np.array(1.0), KroghInterpolator([0.0, 1.0], [0.0, 0.0]), 0.5)
    array([0.5, 0.5])
    """
    made = type(poly)(poly.xi, np.eye(len(poly.xi)))
    return np.tensordot(made(np.ravel(x)), moved_in(np.asarray(g), poly, x), ((0,), (0,)))


def pieces_derivative(c: Any, nu: int) -> Any:
    """The coefficients of the derivative of a piecewise polynomial.

    Parameters
    ----------
    c : array (order, pieces, ...)
        Coefficients, of the highest power first.
    nu : int
        Which derivative.

    Returns
    -------
    array
        Lower by `nu` orders.

    Examples
    --------
    >>> pieces_derivative(np.array([[3.0], [2.0], [1.0]]), 1)
    array([[6.],
           [2.]])
    """
    for _ in range(nu):
        powers = np.arange(len(c) - 1, 0, -1)
        c = c[:-1] * np.reshape(powers, (-1,) + (1,) * (c.ndim - 1))
    return c


def pieces_derivative_adjoint(g: Any, nu: int) -> Any:
    """The adjoint of `pieces_derivative`.

    Parameters
    ----------
    g : array
        The adjoint of the derivative's coefficients.
    nu : int
        Which derivative.

    Returns
    -------
    array (order, pieces, ...)
        Like the coefficients.

    Examples
    --------
    >>> pieces_derivative_adjoint(np.array([[1.0], [1.0]]), 1)
    array([[2.],
           [1.],
           [0.]])
    """
    for _ in range(nu):
        powers = np.arange(len(g), 0, -1)
        scaled = g * np.reshape(powers, (-1,) + (1,) * (g.ndim - 1))
        g = np.concatenate((scaled, np.zeros_like(g[:1])))
    return g


def radial_matrix(curve: Any, x: Any) -> Any:
    """What the values of a radial interpolation are multiplied with, for each place.

    Parameters
    ----------
    curve : scipy.interpolate.RBFInterpolator
        With all neighbours.
    x : array (places, axes)
        Where.

    Returns
    -------
    array (places, values)
        One row for each place.

    Examples
    --------
    >>> from scipy.interpolate import RBFInterpolator
    >>> curve = RBFInterpolator(np.arange(3.0)[:, None], np.zeros(3))
    >>> radial_matrix(curve, np.array([[1.0]])).round(9) + 0.0
    array([[0., 1., 0.]])
    """
    from scipy import interpolate

    powers = curve.powers
    degree = int(np.max(np.sum(powers, axis=1))) if len(powers) else -1
    made = interpolate.RBFInterpolator(
        curve.y, np.eye(len(curve.y)), smoothing=curve.smoothing, kernel=curve.kernel,
        epsilon=curve.epsilon, degree=degree,
    )  # fmt: skip
    return made(x)


def lagrange_matrix(x: Any) -> Any:
    """The coefficients of Lagrange's polynomials, of the highest power first.

    Parameters
    ----------
    x : array (n,)
        Places.

    Returns
    -------
    array (n, n)
        One row for each value.

    Examples
    --------
    >>> lagrange_matrix(np.array([0.0, 1.0]))
    array([[-1.,  1.],
           [ 1.,  0.]])
    """
    x = np.asarray(x, dtype=float)
    rows = []
    for k in range(len(x)):
        others = np.delete(x, k)
        rows.append(np.atleast_1d(np.poly(others)) / np.prod(x[k] - others))
    return np.array(rows)
