"""Tables that are interpolated: along one axis, and over regular grids."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s.runtime.scipy_curves import moved_in, moved_out
from s2s.runtime.scipy_values import polynomial_adjoint, polynomial_value


def table_sorted(y: Any, x: Any, assume_sorted: bool) -> Any:
    """The values of a table in the order of its places, as `interp1d` keeps them.

    Parameters
    ----------
    y, x : array
        Values with their axis first, and places.
    assume_sorted : bool
        Whether they are in order already.

    Returns
    -------
    array
        Rows exchanged.

    Examples
    --------
    >>> table_sorted(np.array([1.0, 2.0]), np.array([5.0, 3.0]), False)
    array([2., 1.])
    """
    return y if assume_sorted else np.asarray(y)[np.argsort(x, kind="mergesort")]


def table_unsorted(g: Any, x: Any, assume_sorted: bool) -> Any:
    """The inverse of `table_sorted`.

    Parameters
    ----------
    g, x : array
        Rows in order, and places.
    assume_sorted : bool
        Whether the places were in order.

    Returns
    -------
    array
        Rows as they were given.

    Examples
    --------
    >>> table_unsorted(np.array([2.0, 1.0]), np.array([5.0, 3.0]), False)
    array([1., 2.])
    """
    if assume_sorted:
        return g
    return np.asarray(g)[np.argsort(np.argsort(x, kind="mergesort"))]


def table_matrix(table: Any, x: Any) -> Any:
    """What the values of a table are multiplied with, for each place.

    Parameters
    ----------
    table : scipy.interpolate.interp1d
        The table.
    x : array or scalar
        Where; what the table fills in outside does not depend on its values.

    Returns
    -------
    array (places, values)
        One row for each place.

    Examples
    --------
    >>> from scipy.interpolate import interp1d
    >>> table_matrix(interp1d([0.0, 1.0], [0.0, 0.0]), 0.25)
    array([[0.75, 0.25]])
    """
    from scipy import interpolate

    outside: Any = "extrapolate" if table._extrapolate else 0.0
    made = interpolate.interp1d(
        table.x, np.eye(len(table.x)), kind=table._kind if table._kind != "spline" else
        table._spline.k, axis=0, bounds_error=False, fill_value=outside, assume_sorted=True,
    )  # fmt: skip
    return made(np.ravel(np.asarray(x, dtype=float)))


def table_value(table: Any, y: Any, x: Any) -> Any:
    """A table with other values.

    Parameters
    ----------
    table : scipy.interpolate.interp1d
        The table.
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
    >>> from scipy.interpolate import interp1d
    >>> table_value(interp1d([0.0, 1.0], [0.0, 0.0]), np.array([0.0, 4.0]), 0.25)
    array(1.)
    """
    return moved_out(table_matrix(table, x) @ y, table, x)


def table_adjoint(g: Any, table: Any, x: Any) -> Any:
    """The adjoint of the values in `table_value`.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    table, x : object
        As for `table_value`.

    Returns
    -------
    array
        Like the values.

    Examples
    --------
    >>> from scipy.interpolate import interp1d
    >>> table_adjoint(np.array(1.0), interp1d([0.0, 1.0], [0.0, 0.0]), 0.25)
    array([0.75, 0.25])
    """
    return np.tensordot(table_matrix(table, x), moved_in(np.asarray(g), table, x), ((0,), (0,)))


def table_slope(table: Any, x: Any) -> Any:
    """The slope of a table in the place where it is read.

    Parameters
    ----------
    table : scipy.interpolate.interp1d
        The table.
    x : array or scalar
        Where.

    Returns
    -------
    array
        In the shape of the values; 0 outside and between steps.

    Examples
    --------
    >>> from scipy.interpolate import interp1d
    >>> table_slope(interp1d([0.0, 1.0], [0.0, 4.0]), 0.25)
    array(4.)
    """
    at = np.ravel(np.asarray(x, dtype=float))
    values = np.moveaxis(np.asarray(table.y), table.axis, 0)
    inside = (at >= table.x[0]) & (at <= table.x[-1])
    if table._extrapolate:
        inside = np.ones_like(inside)
    if hasattr(table, "_spline"):
        rows = np.reshape(table._spline(at, 1), (len(at), *values.shape[1:]))
    elif table._kind == "linear":
        piece = np.clip(np.searchsorted(table.x, at) - 1, 0, len(table.x) - 2)
        steps = np.diff(table.x)[piece]
        rise = np.diff(values, axis=0)[piece]
        rows = rise / np.reshape(steps, (-1,) + (1,) * (rise.ndim - 1))
    else:
        rows = np.zeros((len(at), *values.shape[1:]))
    rows = np.where(np.reshape(inside, (-1,) + (1,) * (rows.ndim - 1)), rows, 0.0)
    return moved_out(rows, table, x)


def curve_value(curve: Any, y: Any, x: Any) -> Any:
    """A table or an interpolating polynomial with other values.

    Parameters
    ----------
    curve : object
        An `interp1d`, or a Krogh or barycentric interpolator.
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
    >>> from scipy.interpolate import interp1d
    >>> curve_value(interp1d([0.0, 1.0], [0.0, 0.0]), np.array([0.0, 4.0]), 0.25)
    array(1.)
    """
    made = table_value if hasattr(curve, "_kind") else polynomial_value
    return made(curve, y, x)


def curve_adjoint(g: Any, curve: Any, x: Any) -> Any:
    """The adjoint of the values in `curve_value`.

    Parameters
    ----------
    g : array
        The adjoint of the result.
    curve, x : object
        As for `curve_value`.

    Returns
    -------
    array
        Like the values.

    Examples
    --------
    >>> from scipy.interpolate import interp1d
    >>> curve_adjoint(np.array(1.0), interp1d([0.0, 1.0], [0.0, 0.0]), 0.25)
    array([0.75, 0.25])
    """
    made = table_adjoint if hasattr(curve, "_kind") else polynomial_adjoint
    return made(g, curve, x)


def curve_slope(curve: Any, x: Any) -> Any:
    """The slope of a curve in the place where it is evaluated.

    Parameters
    ----------
    curve, x : object
        As for `curve_value`.

    Returns
    -------
    array
        In the shape of the values.

    Examples
    --------
    >>> from scipy.interpolate import interp1d
    >>> curve_slope(interp1d([0.0, 1.0], [0.0, 4.0]), 0.25)
    array(4.)
    """
    return table_slope(curve, x) if hasattr(curve, "_kind") else curve.derivative(x)


def grid_taps(grid: Any, xi: Any) -> Any:
    """The entries and weights of a piecewise linear interpolation over a regular grid.

    Parameters
    ----------
    grid : scipy.interpolate.RegularGridInterpolator
        The grid, of method linear or nearest.
    xi : array (..., axes)
        Places.

    Returns
    -------
    places, weights, slopes : array (corners, ...), (corners, ...), (axes, corners, ...)
        Flat places in the values, weights, and how these change.

    Examples
    --------
    >>> from scipy.interpolate import RegularGridInterpolator
    >>> grid = RegularGridInterpolator((np.array([0.0, 2.0]),), np.zeros(2))
    >>> places, weights, slopes = grid_taps(grid, np.array([[0.5]]))
    >>> weights[:, 0], slopes[0, :, 0]
    (array([0.75, 0.25]), array([-0.5,  0.5]))
    """
    if grid.method not in ("linear", "nearest") or np.ndim(grid.values) != len(grid.grid):
        raise NotImplementedError("grids are differentiated for one value, linear or nearest")
    xi = np.asarray(xi, dtype=float)
    if xi.ndim == 1 and len(grid.grid) == 1:
        xi = xi[:, None]
    corners: list[tuple[Any, Any, list[Any]]] = [(0, 1.0, [])]
    for axis, knots in enumerate(grid.grid):
        at, n = xi[..., axis], len(knots)
        piece = np.clip(np.searchsorted(knots, at) - 1, 0, n - 2)
        step = knots[piece + 1] - knots[piece]
        part = (at - knots[piece]) / step
        outside = (at < knots[0]) | (at > knots[-1])
        if grid.fill_value is not None:
            inside = np.where(outside, 0.0, 1.0)
        else:
            inside = np.ones_like(part)
        if grid.method == "nearest":
            pairs = [(np.where(part <= 0.5, piece, piece + 1), inside, np.zeros_like(part))]
        else:
            slope = inside / step
            pairs = [(piece, (1 - part) * inside, -slope), (piece + 1, part * inside, slope)]
        corners = [
            (place * n + one, weight * w, [s * w for s in slopes] + [weight * slope])
            for place, weight, slopes in corners for one, w, slope in pairs
        ]  # fmt: skip
    places = np.array([p for p, _, _ in corners])
    weights = np.array([w for _, w, _ in corners])
    slopes = np.array([[s[k] for _, _, s in corners] for k in range(len(grid.grid))])
    return places, weights, slopes


def grid_slope(grid: Any, xi: Any) -> Any:
    """The slope of an interpolation over a regular grid.

    Parameters
    ----------
    grid, xi : object
        As for `grid_taps`.

    Returns
    -------
    array (..., axes)
        In the shape of the places.

    Examples
    --------
    >>> from scipy.interpolate import RegularGridInterpolator
    >>> grid = RegularGridInterpolator((np.array([0.0, 2.0]),), np.array([0.0, 6.0]))
    >>> grid_slope(grid, np.array([[0.5]]))
    array([[3.]])
    """
    places, _, slopes = grid_taps(grid, xi)
    total = np.sum(np.ravel(grid.values)[places] * slopes, axis=1)
    return np.reshape(np.moveaxis(total, 0, -1), np.shape(xi))
