"""scipy.interpolate: splines in their data and where they are evaluated.

The derivative of a spline object is the array of the derivatives of its coefficients.
"""

requires = "scipy.interpolate"

import numpy as np
import scipy.interpolate

# Piecewise polynomials


@tangent(scipy.interpolate.PPoly.__call__)
def _(self, x, nu=0, extrapolate=None) -> y:
    how = extrapolate
    d[y] = pieces_value(self, d[self], x, nu) + place_product(self(x, nu + 1), d[x], self, x)


@adjoint(scipy.interpolate.PPoly.__call__)
def _(self, x, nu=0, extrapolate=None) -> y:
    how = extrapolate
    d[self] = pieces_adjoint(d[y], self, x, nu)
    d[x] = place_sum(self(x, nu + 1) * d[y], self, x)


@tangent(scipy.interpolate.PPoly)
def _(c, x, extrapolate=None, axis=0) -> s:
    how = extrapolate, axis
    d[s] = d[c]


@adjoint(scipy.interpolate.PPoly)
def _(c, x, extrapolate=None, axis=0) -> s:
    how = extrapolate, axis
    d[c] = d[s]


@tangent(scipy.interpolate.CubicSpline)
def _(x, y, axis=0, bc_type="not-a-knot", extrapolate=None) -> s:
    how = extrapolate
    d[s] = cubic_coefficients(x, d[y], axis, bc_type)


@adjoint(scipy.interpolate.CubicSpline)
def _(x, y, axis=0, bc_type="not-a-knot", extrapolate=None) -> s:
    how = extrapolate
    d[y] = cubic_coefficients_adjoint(d[s], x, y, axis, bc_type)


@tangent(scipy.interpolate.CubicHermiteSpline)
def _(x, y, dydx, axis=0, extrapolate=None) -> s:
    how = extrapolate
    d[s] = hermite_coefficients(x, d[y], d[dydx], axis)


@adjoint(scipy.interpolate.CubicHermiteSpline)
def _(x, y, dydx, axis=0, extrapolate=None) -> s:
    how = extrapolate
    d[y] = hermite_adjoint(d[s], x, y, axis, 0)
    d[dydx] = hermite_adjoint(d[s], x, y, axis, 1)


@composite(scipy.interpolate.Akima1DInterpolator, "y")
def _(x, y, axis=0, *, method="akima", extrapolate=None) -> s:
    # Akima, J. ACM 17, 1970: slopes between neighbours, weighted by how the next ones differ.
    how = extrapolate
    rows = np.moveaxis(y, axis, -1)
    inner = np.diff(rows) / np.diff(x)
    left = 2 * inner[..., :1] - inner[..., 1:2]
    right = 2 * inner[..., -1:] - inner[..., -2:-1]
    m = np.concatenate(
        (2 * left - inner[..., :1], left, inner, right, 2 * right - inner[..., -1:]), axis=-1
    )
    change = np.abs(np.diff(m))
    if method == "makima":
        change = change + np.abs(m[..., 1:] + m[..., :-1]) / 2
    after, before = change[..., 2:], change[..., :-2]
    whole = after + before
    flat = whole <= 1e-9 * np.max(whole, initial=-np.inf)
    mixed_ = (after * m[..., 1:-2] + before * m[..., 2:-1]) / np.where(flat, 1.0, whole)
    slopes = np.where(flat, (m[..., 3:] + m[..., :-3]) / 2, mixed_)
    return scipy.interpolate.CubicHermiteSpline(x, y, np.moveaxis(slopes, -1, axis), axis)


@composite(scipy.interpolate.PchipInterpolator, "y")
def _(x, y, axis=0, extrapolate=None) -> s:
    how = extrapolate
    rows = np.moveaxis(y, axis, -1)
    slopes = pchip_slopes(rows, np.diff(x))
    return scipy.interpolate.CubicHermiteSpline(x, y, np.moveaxis(slopes, -1, axis), axis)


@macro
def pchip_end(m, other, h, h_other):
    slope = ((2 * h + h_other) * m - h * other) / (h + h_other)
    wild = (np.sign(m) != np.sign(other)) & (np.abs(slope) > 3 * np.abs(m))
    return np.where(np.sign(slope) != np.sign(m), 0, np.where(wild, 3 * m, slope))


@macro
def pchip_slopes(rows, h):
    # Fritsch & Butland, SIAM J. Sci. Stat. Comput. 5, 1984: weighted harmonic means.
    m = np.diff(rows) / h
    low, high = m[..., :-1], m[..., 1:]
    first, second = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
    flat = (np.sign(low) != np.sign(high)) | (low == 0) | (high == 0)
    mean = first / np.where(flat, 1.0, low) + second / np.where(flat, 1.0, high)
    inner = np.where(flat, 0, (first + second) / mean)
    left = pchip_end(m[..., :1], m[..., 1:2], h[0], h[1])
    right = pchip_end(m[..., -1:], m[..., -2:-1], h[-1], h[-2])
    return np.concatenate((left, inner, right), axis=-1)


@tangent(scipy.interpolate.PPoly.derivative, gives=scipy.interpolate.PPoly)
def _(self, nu=1) -> s:
    d[s] = pieces_derivative(d[self], nu)


@adjoint(scipy.interpolate.PPoly.derivative)
def _(self, nu=1) -> s:
    d[self] = pieces_derivative_adjoint(d[s], nu)


@linear(pieces_derivative, "c")
def _(c, nu) -> y:
    d[c] = pieces_derivative_adjoint(d[y], nu)


@linear(pieces_derivative_adjoint, "g")
def _(g, nu) -> y:
    d[g] = pieces_derivative(d[y], nu)


@tangent(pieces_value)
def _(self, c, x, nu) -> y:
    d[y] = pieces_value(self, d[c], x, nu)
    d[y] += place_product(pieces_value(self, c, x, nu + 1), d[x], self, x)


@linear(pieces_value, "c")
def _(self, c, x, nu) -> y:
    d[c] = pieces_adjoint(d[y], self, x, nu)


@adjoint(pieces_value)
def _(self, c, x, nu) -> y:
    d[x] = place_sum(pieces_value(self, c, x, nu + 1) * d[y], self, x)


@tangent(pieces_adjoint)
def _(g, self, x, nu) -> y:
    d[y] = pieces_adjoint(d[g], self, x, nu)
    d[y] += pieces_adjoint(place_product(g, d[x], self, x), self, x, nu + 1)


@linear(pieces_adjoint, "g")
def _(g, self, x, nu) -> y:
    d[g] = pieces_value(self, d[y], x, nu)


@adjoint(pieces_adjoint)
def _(g, self, x, nu) -> y:
    d[x] = place_sum(g * pieces_value(self, d[y], x, nu + 1), self, x)


@tangent(hermite_coefficients)
def _(x, y, slopes, axis) -> c:
    d[c] = hermite_coefficients(x, d[y], d[slopes], axis)


@adjoint(hermite_coefficients)
def _(x, y, slopes, axis) -> c:
    d[y] = hermite_adjoint(d[c], x, y, axis, 0)
    d[slopes] = hermite_adjoint(d[c], x, slopes, axis, 1)


@linear(hermite_adjoint, "g")
def _(g, x, y, axis, which) -> z:
    zero = np.zeros_like(d[z])
    if which == 0:
        d[g] = hermite_coefficients(x, d[z], zero, axis)
    else:
        d[g] = hermite_coefficients(x, zero, d[z], axis)


@linear(cubic_coefficients, "y")
def _(x, y, axis, bc_type) -> c:
    d[y] = cubic_coefficients_adjoint(d[c], x, y, axis, bc_type)


@linear(cubic_coefficients_adjoint, "g")
def _(g, x, y, axis, bc_type) -> z:
    d[g] = cubic_coefficients(x, d[z], axis, bc_type)


# B-splines


@tangent(scipy.interpolate.BSpline.__call__)
def _(self, x, nu=0, extrapolate=None) -> y:
    how = extrapolate
    d[y] = basis_value(self, d[self], x, nu) + place_product(self(x, nu + 1), d[x], self, x)


@adjoint(scipy.interpolate.BSpline.__call__)
def _(self, x, nu=0, extrapolate=None) -> y:
    how = extrapolate
    d[self] = basis_adjoint(d[y], self, x, nu)
    d[x] = place_sum(self(x, nu + 1) * d[y], self, x)


@tangent(scipy.interpolate.BSpline)
def _(t, c, k, extrapolate=True, axis=0) -> s:
    how = extrapolate
    d[s] = np.moveaxis(d[c], axis, 0)


@adjoint(scipy.interpolate.BSpline)
def _(t, c, k, extrapolate=True, axis=0) -> s:
    how = extrapolate
    d[c] = np.moveaxis(d[s], 0, axis)


@tangent(scipy.interpolate.make_interp_spline, gives=scipy.interpolate.BSpline)
def _(x, y, k=3, t=None, bc_type=None, axis=0) -> s:
    d[s] = spline_coefficients(x, d[y], k, t, bc_type, axis)


@adjoint(scipy.interpolate.make_interp_spline)
def _(x, y, k=3, t=None, bc_type=None, axis=0) -> s:
    d[y] = spline_coefficients_adjoint(d[s], x, y, k, t, bc_type, axis)


@tangent(basis_value)
def _(self, c, x, nu) -> y:
    d[y] = basis_value(self, d[c], x, nu)
    d[y] += place_product(basis_value(self, c, x, nu + 1), d[x], self, x)


@linear(basis_value, "c")
def _(self, c, x, nu) -> y:
    d[c] = basis_adjoint(d[y], self, x, nu)


@adjoint(basis_value)
def _(self, c, x, nu) -> y:
    d[x] = place_sum(basis_value(self, c, x, nu + 1) * d[y], self, x)


@tangent(basis_adjoint)
def _(g, self, x, nu) -> y:
    d[y] = basis_adjoint(d[g], self, x, nu)
    d[y] += basis_adjoint(place_product(g, d[x], self, x), self, x, nu + 1)


@linear(basis_adjoint, "g")
def _(g, self, x, nu) -> y:
    d[g] = basis_value(self, d[y], x, nu)


@adjoint(basis_adjoint)
def _(g, self, x, nu) -> y:
    d[x] = place_sum(g * basis_value(self, d[y], x, nu + 1), self, x)


@linear(spline_coefficients, "y")
def _(x, y, k, t, bc_type, axis) -> c:
    d[y] = spline_coefficients_adjoint(d[c], x, y, k, t, bc_type, axis)


@linear(spline_coefficients_adjoint, "g")
def _(g, x, y, k, t, bc_type, axis) -> z:
    d[g] = spline_coefficients(x, d[z], k, t, bc_type, axis)


@tangent(scipy.interpolate.splrep)
def _(x, y, w=None, xb=None, xe=None, k=3) -> tck:
    d[tck] = 0, splrep_coefficients(x, d[y], k), 0


@adjoint(scipy.interpolate.splrep)
def _(x, y, w=None, xb=None, xe=None, k=3) -> tck:
    d[y] = splrep_adjoint(d[tck][1], x, y, k)


@tangent(scipy.interpolate.splev)
def _(x, tck, der=0, ext=0) -> y:
    how = ext
    d[y] = scipy.interpolate.splev(x, tck, der + 1) * d[x]
    if needs(d[tck]):
        d[y] += splev_value(tck, d[tck][1], x, der)


@adjoint(scipy.interpolate.splev)
def _(x, tck, der=0, ext=0) -> y:
    how = ext
    d[x] = scipy.interpolate.splev(x, tck, der + 1) * d[y]
    d[tck] = 0, splev_adjoint(d[y], tck, x, der), 0


# What a place contributes to each of several curves


@linear(place_product, "slope", "x")
def _(slope, x, self, like) -> y:
    d[slope] = place_product(d[y], x, self, like)
    d[x] = place_sum(slope * d[y], self, like)


@linear(place_sum, "g")
def _(g, self, like) -> y:
    d[g] = place_product(np.ones_like(g), d[y], self, like)
