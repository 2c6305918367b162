"""scipy.interpolate: polynomials, tables and grids, by their values.

The derivative of one of these objects is the array of the derivatives of its values.
"""

requires = "scipy.interpolate"

import numpy as np
import scipy.interpolate

# Polynomials and tables, by their values


@tangent(
    scipy.interpolate.KroghInterpolator, scipy.interpolate.BarycentricInterpolator
)  # fmt: skip
def _(xi, yi, axis=0) -> s:
    d[s] = np.moveaxis(d[yi], axis, 0)


@adjoint(
    scipy.interpolate.KroghInterpolator, scipy.interpolate.BarycentricInterpolator
)  # fmt: skip
def _(xi, yi, axis=0) -> s:
    d[yi] = np.moveaxis(d[s], 0, axis)


@tangent(
    scipy.interpolate.KroghInterpolator.__call__, scipy.interpolate.interp1d.__call__,
    scipy.interpolate.BarycentricInterpolator.__call__,
)  # fmt: skip
def _(self, x) -> y:
    d[y] = curve_value(self, d[self], x) + place_product(curve_slope(self, x), d[x], self, x)


@adjoint(scipy.interpolate.KroghInterpolator.__call__, scipy.interpolate.interp1d.__call__)
def _(self, x) -> y:
    d[self] = curve_adjoint(d[y], self, x)
    d[x] = place_sum(curve_slope(self, x) * d[y], self, x)


@tangent(curve_value)
def _(curve, y, x) -> z:
    d[z] = curve_value(curve, d[y], x) + not_differentiated(d[x], "the slope of this curve")


@linear(curve_value, "y")
def _(curve, y, x) -> z:
    d[y] = curve_adjoint(d[z], curve, x)


@adjoint(curve_value)
def _(curve, y, x) -> z:
    d[x] = not_differentiated(d[z], "the slope of this curve")


@linear(curve_adjoint, "g")
def _(g, curve, x) -> y:
    d[g] = curve_value(curve, d[y], x)


@adjoint(curve_adjoint)
def _(g, curve, x) -> y:
    d[x] = not_differentiated(d[y], "the slope of this curve")


@tangent(curve_adjoint)
def _(g, curve, x) -> y:
    d[y] = curve_adjoint(d[g], curve, x) + not_differentiated(d[x], "the slope of this curve")


@tangent(scipy.interpolate.interp1d)
def _(
    x, y, kind="linear", axis=-1, copy=True, bounds_error=None, fill_value=np.nan,
    assume_sorted=False,
) -> s:  # fmt: skip
    how = kind, copy, bounds_error, fill_value
    d[s] = table_sorted(np.moveaxis(d[y], axis, 0), x, assume_sorted)


@adjoint(scipy.interpolate.interp1d)
def _(
    x, y, kind="linear", axis=-1, copy=True, bounds_error=None, fill_value=np.nan,
    assume_sorted=False,
) -> s:  # fmt: skip
    how = kind, copy, bounds_error, fill_value
    d[y] = np.moveaxis(table_unsorted(d[s], x, assume_sorted), 0, axis)


# Grids, piecewise linear


@tangent(scipy.interpolate.RegularGridInterpolator)
def _(points, values, method="linear", bounds_error=True, fill_value=np.nan) -> s:
    how = method, bounds_error, fill_value
    d[s] = d[values]


@adjoint(scipy.interpolate.RegularGridInterpolator)
def _(points, values, method="linear", bounds_error=True, fill_value=np.nan) -> s:
    how = method, bounds_error, fill_value
    d[values] = d[s]


@tangent(scipy.interpolate.RegularGridInterpolator.__call__)
def _(self, xi) -> y:
    d[y] = mixed(d[self], grid_taps(self, xi))
    d[y] += np.sum(grid_slope(self, xi) * d[xi], axis=-1)


@adjoint(scipy.interpolate.RegularGridInterpolator.__call__)
def _(self, xi) -> y:
    d[self] = unmixed(d[y], self.values, grid_taps(self, xi))
    d[xi] = grid_slope(self, xi) * d[y][..., None]


@composite(scipy.interpolate.interpn, "values", "xi")
def _(points, values, xi, method="linear", bounds_error=True, fill_value=np.nan) -> y:
    grid = scipy.interpolate.RegularGridInterpolator(points, values, method)
    return scipy.interpolate.RegularGridInterpolator.__call__(grid, xi)



@composite(scipy.interpolate.krogh_interpolate, "yi", "x")
def _(xi, yi, x, der=0, axis=0) -> y:
    made = scipy.interpolate.KroghInterpolator(xi, yi, axis)
    return scipy.interpolate.KroghInterpolator.__call__(made, x)


@composite(scipy.interpolate.barycentric_interpolate, "yi", "x")
def _(xi, yi, x, axis=0) -> y:
    made = scipy.interpolate.KroghInterpolator(xi, yi, axis)
    return scipy.interpolate.KroghInterpolator.__call__(made, x)


@composite(scipy.interpolate.pchip_interpolate, "yi", "x")
def _(xi, yi, x, der=0, axis=0) -> y:
    made = scipy.interpolate.PchipInterpolator(xi, yi, axis)
    return scipy.interpolate.PchipInterpolator.__call__(made, x, der)


@composite(scipy.interpolate.griddata, "values")
def _(points, values, xi, method="linear") -> y:
    basis = scipy.interpolate.griddata(points, np.eye(np.shape(values)[0]), xi, method, 0.0)
    return basis @ values


# Lagrange's polynomial, by its coefficients


@tangent(scipy.interpolate.lagrange, gives=np.poly1d)
def _(x, w) -> p:
    d[p] = d[w] @ lagrange_matrix(x)


@linear(scipy.interpolate.lagrange, "w")
def _(x, w) -> p:
    d[w] = lagrange_matrix(x) @ d[p]


@tangent(np.poly1d.__call__)
def _(self, val) -> y:
    d[y] = np.polyval(np.polyder(self.coeffs), val) * d[val]
    if needs(d[self]):
        d[y] += np.polyval(d[self], val)


@adjoint(np.poly1d.__call__)
def _(self, val) -> y:
    d[self] = np.ravel(d[y]) @ np.vander(np.ravel(val), np.size(self.coeffs))
    d[val] = d[y] * np.polyval(np.polyder(self.coeffs), val)


# Radial basis functions, by the values


@tangent(scipy.interpolate.RBFInterpolator)
def _(
    y, d, neighbors=None, smoothing=0.0, kernel="thin_plate_spline", epsilon=None, degree=None
) -> s:  # fmt: skip
    how = smoothing, kernel, epsilon, degree
    d[s] = d[d]


@adjoint(scipy.interpolate.RBFInterpolator)
def _(
    y, d, neighbors=None, smoothing=0.0, kernel="thin_plate_spline", epsilon=None, degree=None
) -> s:  # fmt: skip
    how = smoothing, kernel, epsilon, degree
    d[d] = d[s]


@tangent(scipy.interpolate.RBFInterpolator.__call__)
def _(self, x) -> y:
    d[y] = radial_matrix(self, x) @ d[self]


@adjoint(scipy.interpolate.RBFInterpolator.__call__)
def _(self, x) -> y:
    d[self] = mT(radial_matrix(self, x)) @ d[y]


# Surfaces and curves of given data


@elementwise(scipy.interpolate.RectBivariateSpline.ev)
def _(self, xi, yi, dx=0, dy=0) -> z:
    d[xi] = d[z] * scipy.interpolate.RectBivariateSpline.ev(self, xi, yi, dx + 1, dy)
    d[yi] = d[z] * scipy.interpolate.RectBivariateSpline.ev(self, xi, yi, dx, dy + 1)


@tangent(scipy.interpolate.RectBivariateSpline.__call__)
def _(self, x, y, dx=0, dy=0, grid=True) -> z:
    along_x = scipy.interpolate.RectBivariateSpline.__call__(self, x, y, dx + 1, dy, grid)
    along_y = scipy.interpolate.RectBivariateSpline.__call__(self, x, y, dx, dy + 1, grid)
    if grid:
        d[z] = along_x * np.reshape(d[x], (-1, 1)) + along_y * np.reshape(d[y], (1, -1))
    else:
        d[z] = along_x * d[x] + along_y * d[y]


@elementwise(scipy.interpolate.UnivariateSpline.__call__)
def _(self, x, nu=0, ext=None) -> y:
    how = ext
    d[x] = d[y] * scipy.interpolate.UnivariateSpline.__call__(self, x, nu + 1)
