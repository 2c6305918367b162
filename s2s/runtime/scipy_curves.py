"""Splines and tables as linear functions of their coefficients or values."""

from __future__ import annotations

from typing import Any

import numpy as np


def place_product(slope: Any, x: Any, spline: Any, like: Any) -> Any:
    """The slopes of curves times the tangent of the place where they are evaluated.

    Parameters
    ----------
    slope : array
        The axes of the place stand where the axis of the data was.
    x, like : array or scalar
        The tangent, and the place.
    spline : object
        The curves, with an axis.

    Returns
    -------
    array
        In the shape of `slope`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> place_product(np.ones((2, 3)), np.array([1.0, 2.0]), SimpleNamespace(axis=0), np.zeros(2))
    array([[1., 1., 1.],
           [2., 2., 2.]])
    """
    axis = curve_axis(spline, np.ndim(slope) - np.ndim(like))
    shape = [1] * axis + list(np.shape(like)) + [1] * (np.ndim(slope) - axis - np.ndim(like))
    return slope * np.reshape(x, shape)


def place_sum(g: Any, spline: Any, like: Any) -> Any:
    """The sum over the curves: the adjoint of `place_product` for slopes of 1.

    Parameters
    ----------
    g : array
        One entry for each place and curve.
    spline, like : object
        The curves, and the place.

    Returns
    -------
    array
        In the shape of the place.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> place_sum(np.ones((2, 3)), SimpleNamespace(axis=0), np.zeros(2))
    array([3., 3.])
    """
    rank = np.ndim(like)
    axis = curve_axis(spline, np.ndim(g) - rank)
    rest = tuple(k for k in range(np.ndim(g)) if not axis <= k < axis + rank)
    return np.sum(g, axis=rest)


def curve_axis(spline: Any, rest: int) -> int:
    """Where the axes of the place stand in the result.

    Parameters
    ----------
    spline : object
        The curves.
    rest : int
        How many other axes there are.

    Returns
    -------
    int
        The first one.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> curve_axis(SimpleNamespace(_y_axis=-1), 1)
    1
    """
    axis = getattr(spline, "axis", getattr(spline, "_y_axis", 0))
    return int(axis) % (rest + 1)


def moved_in(g: Any, spline: Any, x: Any) -> Any:
    """The axes of the place flattened and put first.

    Parameters
    ----------
    g : array
        The result of evaluating curves.
    spline, x : object
        The curves, and the place.

    Returns
    -------
    array (places, ...)
        The other axes follow.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> moved_in(np.zeros((3, 2)), SimpleNamespace(axis=1), np.zeros(2)).shape
    (2, 3)
    """
    rank = np.ndim(x)
    axis = curve_axis(spline, np.ndim(g) - rank)
    moved = np.moveaxis(g, range(axis, axis + rank), range(rank))
    return np.reshape(moved, (int(np.size(x)), *moved.shape[rank:]))


def moved_out(y: Any, spline: Any, x: Any) -> Any:
    """The inverse of `moved_in`.

    Parameters
    ----------
    y : array (places, ...)
        Values.
    spline, x : object
        The curves, and the place.

    Returns
    -------
    array
        As the curves give it.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> moved_out(np.zeros((2, 3)), SimpleNamespace(axis=1), np.zeros(2)).shape
    (3, 2)
    """
    rank = np.ndim(x)
    whole = np.reshape(y, (*np.shape(x), *np.shape(y)[1:]))
    axis = curve_axis(spline, np.ndim(y) - 1)
    return np.moveaxis(whole, range(rank), range(axis, axis + rank))


def pieces_value(spline: Any, c: Any, x: Any, nu: int) -> Any:
    """A piecewise polynomial with other coefficients.

    Parameters
    ----------
    spline : scipy.interpolate.PPoly
        The intervals.
    c : array
        Coefficients, like `spline.c`.
    x : array or scalar
        Where.
    nu : int
        The derivative.

    Returns
    -------
    array
        The values.

    Examples
    --------
    >>> from scipy.interpolate import PPoly
    >>> s = PPoly(np.zeros((2, 1)), np.array([0.0, 1.0]))
    >>> pieces_value(s, np.array([[2.0], [1.0]]), 0.5, 0)
    array(2.)
    """
    from scipy import interpolate

    made = interpolate.PPoly.construct_fast(
        np.asarray(c, dtype=float), spline.x, spline.extrapolate, spline.axis
    )
    return made(x, nu)


def pieces_adjoint(g: Any, spline: Any, x: Any, nu: int) -> Any:
    """The adjoint of the coefficients in `pieces_value`.

    Parameters
    ----------
    g : array
        The adjoint of the values.
    spline, x, nu : object
        As for `pieces_value`.

    Returns
    -------
    array
        In the shape of `spline.c`.

    Examples
    --------
    >>> from scipy.interpolate import PPoly
    >>> s = PPoly(np.zeros((2, 1)), np.array([0.0, 1.0]))
    >>> pieces_adjoint(np.array(1.0), s, 0.5, 0)
    array([[0.5],
           [1. ]])
    """
    rows = moved_in(np.asarray(g), spline, x)
    at = np.ravel(np.asarray(x, dtype=float))
    knots = spline.x
    if spline.extrapolate == "periodic":
        at = knots[0] + (at - knots[0]) % (knots[-1] - knots[0])
    piece = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(knots) - 2)
    off = at - knots[piece]
    order = spline.c.shape[0] - 1
    total = np.zeros(spline.c.shape)
    for k in range(order + 1):
        power = order - k  # the coefficient of off ** power
        if power >= nu:
            factor = np.prod(np.arange(power - nu + 1, power + 1))
            weight = factor * off ** (power - nu)
            np.add.at(total[k], piece, np.reshape(weight, (-1,) + (1,) * (rows.ndim - 1)) * rows)
    return total


def cubic_coefficients(x: Any, y: Any, axis: int, bc_type: Any) -> Any:
    """The coefficients of a cubic spline as a linear function of its values.

    Parameters
    ----------
    x, y : array
        Knots and values.
    axis : int
        The axis of the values.
    bc_type : object
        The conditions at the ends; derivatives given there count as 0.

    Returns
    -------
    array
        Like the attribute `c` of the spline.

    Examples
    --------
    >>> cubic_coefficients(np.arange(3.0), np.arange(3.0), 0, "natural").round(12) + 0.0
    array([[0., 0.],
           [0., 0.],
           [1., 1.],
           [0., 1.]])
    """
    from scipy import interpolate

    if not isinstance(bc_type, str):
        bc_type = tuple(
            end if isinstance(end, str) else (end[0], 0 * np.asarray(end[1])) for end in bc_type
        )
    return interpolate.CubicSpline(x, y, axis, bc_type).c


def cubic_coefficients_adjoint(g: Any, x: Any, y: Any, axis: int, bc_type: Any) -> Any:
    """The adjoint of `cubic_coefficients`.

    Parameters
    ----------
    g : array
        The adjoint of the coefficients.
    x, y, axis, bc_type : object
        As for `cubic_coefficients`; the values for their shape.

    Returns
    -------
    array
        In the shape of the values.

    Examples
    --------
    >>> g = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [1.0, 2.0]])
    >>> cubic_coefficients_adjoint(g, np.arange(3.0), np.zeros(3), 0, "natural")
    array([1., 2., 0.])
    """
    ends = bc_type
    if not isinstance(bc_type, str):
        ends = tuple(e if isinstance(e, str) else (e[0], np.zeros(len(x))) for e in bc_type)
    basis = cubic_coefficients(x, np.eye(len(x)), 0, ends)
    return np.moveaxis(np.tensordot(basis, g, ((0, 1), (0, 1))), 0, axis)


def hermite_coefficients(x: Any, y: Any, slopes: Any, axis: int) -> Any:
    """The coefficients of a cubic Hermite spline.

    Parameters
    ----------
    x, y, slopes : array
        Knots, values and slopes.
    axis : int
        The axis of the values.

    Returns
    -------
    array
        Like the attribute `c` of the spline.

    Examples
    --------
    >>> hermite_coefficients(np.arange(2.0), np.arange(2.0), np.ones(2), 0)[:, 0]
    array([0., 0., 1., 0.])
    """
    from scipy import interpolate

    shape = np.broadcast_shapes(np.shape(y), np.shape(slopes))
    y, slopes = np.broadcast_to(y, shape), np.broadcast_to(slopes, shape)
    return interpolate.CubicHermiteSpline(x, y, slopes, axis).c


def hermite_adjoint(g: Any, x: Any, y: Any, axis: int, which: int) -> Any:
    """The adjoint of the values (0) or slopes (1) in `hermite_coefficients`.

    Parameters
    ----------
    g : array
        The adjoint of the coefficients.
    x, y : array
        Knots, and values for their shape.
    axis, which : int
        The axis of the values, and which adjoint.

    Returns
    -------
    array
        In the shape of the values.

    Examples
    --------
    >>> g = np.array([[0.0], [0.0], [1.0], [0.0]])
    >>> hermite_adjoint(g, np.arange(2.0), np.zeros(2), 0, 1)
    array([1., 0.])
    """
    one, none = np.eye(len(x)), np.zeros((len(x), len(x)))
    basis = hermite_coefficients(x, *((none, one) if which else (one, none)), 0)
    return np.moveaxis(np.tensordot(basis, g, ((0, 1), (0, 1))), 0, axis)


def basis_value(spline: Any, c: Any, x: Any, nu: int) -> Any:
    """A B-spline with other coefficients.

    Parameters
    ----------
    spline : scipy.interpolate.BSpline
        The knots.
    c : array
        Coefficients, with their axis first.
    x : array or scalar
        Where.
    nu : int
        The derivative.

    Returns
    -------
    array
        The values.

    Examples
    --------
    >>> from scipy.interpolate import BSpline
    >>> basis_value(BSpline([0.0, 1.0, 2.0], [0.0, 0.0], 0), np.array([3.0, 4.0]), 1.5, 0)
    array(4.)
    """
    return moved_out(basis_matrix(spline, x, nu) @ c, spline, x)


def basis_matrix(spline: Any, x: Any, nu: int) -> Any:
    """The values of the basis of a B-spline.

    Parameters
    ----------
    spline : scipy.interpolate.BSpline
        The knots.
    x : array or scalar
        Where.
    nu : int
        The derivative.

    Returns
    -------
    array (places, coefficients)
        One row for each place.

    Examples
    --------
    >>> from scipy.interpolate import BSpline
    >>> basis_matrix(BSpline([0.0, 1.0, 2.0], [0.0, 0.0], 0), 1.5, 0)
    array([[0., 1.]])
    """
    from scipy import interpolate

    count = spline.c.shape[0]
    made = interpolate.BSpline(spline.t, np.eye(count), spline.k, spline.extrapolate)
    return made(np.ravel(np.asarray(x, dtype=float)), nu)


def basis_adjoint(g: Any, spline: Any, x: Any, nu: int) -> Any:
    """The adjoint of the coefficients in `basis_value`.

    Parameters
    ----------
    g : array
        The adjoint of the values.
    spline, x, nu : object
        As for `basis_value`.

    Returns
    -------
    array
        Like the coefficients.

    Examples
    --------
    >>> from scipy.interpolate import BSpline
    >>> basis_adjoint(np.array(3.0), BSpline([0.0, 1.0, 2.0], [0.0, 0.0], 0), 1.5, 0)
    array([0., 3.])
    """
    rows = moved_in(np.asarray(g), spline, x)
    return np.tensordot(basis_matrix(spline, x, nu), rows, ((0,), (0,)))


def spline_coefficients(x: Any, y: Any, k: int, t: Any, bc_type: Any, axis: int) -> Any:
    """The coefficients of an interpolating B-spline as a linear function of its values.

    Parameters
    ----------
    x, y : array
        Places and values.
    k, t, bc_type, axis : object
        As for `scipy.interpolate.make_interp_spline`; conditions by name only.

    Returns
    -------
    array
        With their axis first.

    Examples
    --------
    >>> spline_coefficients(np.arange(3.0), np.arange(3.0), 1, None, None, 0)
    array([0., 1., 2.])
    """
    from scipy import interpolate

    if bc_type is not None and not isinstance(bc_type, str):
        raise NotImplementedError("make_interp_spline is differentiated with bc_type as a name")
    return interpolate.make_interp_spline(x, np.moveaxis(y, axis, 0), k, t, bc_type).c


def spline_coefficients_adjoint(
    g: Any, x: Any, y: Any, k: int, t: Any, bc_type: Any, axis: int
) -> Any:
    """The adjoint of `spline_coefficients`.

    Parameters
    ----------
    g : array
        The adjoint of the coefficients.
    x, y, k, t, bc_type, axis : object
        As for `spline_coefficients`; the values for their shape.

    Returns
    -------
    array
        In the shape of the values.

    Examples
    --------
    >>> g = np.array([1.0, 2.0, 3.0])
    >>> spline_coefficients_adjoint(g, np.arange(3.0), np.zeros(3), 1, None, None, 0)
    array([1., 2., 3.])
    """
    basis = spline_coefficients(x, np.eye(len(x)), k, t, bc_type, 0)
    return np.moveaxis(np.tensordot(basis, g, ((0,), (0,))), 0, axis)
