"""Elementwise functions.  The tangent swaps `d[y]` and `d[x]`; broadcasting is undone outside.

Complex rules are plain transposes: nothing is conjugated unasked.
"""

import numpy as np

# Arithmetic


@elementwise(np.add)
def _(a, b) -> y:
    d[a] = d[y]
    d[b] = d[y]


@elementwise(np.subtract)
def _(a, b) -> y:
    d[a] = d[y]
    d[b] = -d[y]


@elementwise(np.multiply)
def _(a, b) -> y:
    d[a] = d[y] * b
    d[b] = a * d[y]


@elementwise(np.divide)
def _(a, b) -> y:
    d[a] = d[y] / b
    d[b] = -(d[y] / b) * y


@elementwise(np.negative)
def _(x) -> y:
    d[x] = -d[y]


@elementwise(np.positive)
def _(x) -> y:
    d[x] = d[y]


@elementwise(np.real_if_close)
def _(a, tol=100) -> y:
    rounding = tol
    d[a] = d[y]


@elementwise(np.unwrap)
def _(p, discont=None, axis=-1, *, period=6.283185307179586) -> y:
    # Every entry is moved by a constant.
    steps = discont, axis, period
    d[p] = d[y]


@elementwise(np.power, np.float_power)
def _(a, b) -> y:
    # `x ** 0` is flat even at 0; `0 ** b` is flat for b >= 0; a negative base gives NaN for b.
    if isinstance(b, (int, float)):
        if b == 2:
            d[a] = d[y] * (2 * a)
        elif b != 0:
            d[a] = d[y] * (b * a ** (b - 1))
    else:
        d[a] = d[y] * power_slope(a, b)
    d[b] = d[y] * power_log(a, b)


@elementwise(power_slope)
def _(a, b) -> y:
    d[a] = d[y] * (b * power_slope(a, b - 1))
    d[b] = d[y] * (a ** (b - 1) + b * power_log(a, b - 1))


@elementwise(power_log)
def _(a, b, order=1) -> y:
    below = power_log(a, b - 1, order - 1) if order > 1 else a ** (b - 1)
    d[a] = d[y] * (b * power_log(a, b - 1, order) + order * below)
    d[b] = d[y] * power_log(a, b, order + 1)


@elementwise(ratio)
def _(a, b) -> y:
    d[a] = ratio(d[y], b)
    d[b] = -ratio(d[y] * y, b)


@elementwise(over_or_zero)
def _(a, b) -> y:
    d[a] = over_or_zero(d[y], b)
    d[b] = -over_or_zero(d[y] * y, b)


@elementwise(kept)
def _(g, test) -> y:
    d[g] = kept(d[y], test)


@elementwise(np.square)
def _(x) -> y:
    d[x] = d[y] * (2 * x)


@elementwise(np.sqrt)
def _(x) -> y:
    # A cotangent of 0 stays 0 at x = 0, where the slope is infinite.
    d[x] = ratio(d[y], 2 * y)


@elementwise(np.cbrt)
def _(x) -> y:
    d[x] = ratio(d[y], 3 * y * y)


@elementwise(np.reciprocal, reciprocal_or_zero)
def _(x) -> y:
    d[x] = -d[y] * y * y


@elementwise(np.remainder)
def _(a, b) -> y:
    d[a] = d[y]
    d[b] = -d[y] * np.floor_divide(a, b)


@elementwise(np.fmod)
def _(a, b) -> y:
    d[a] = d[y]
    d[b] = -d[y] * np.rint((a - y) / b)


@tangent(np.divmod)
def _(a, b) -> (q, r):
    d[r] = spread_to(d[a], r) - d[b] * q


@tangent(np.modf)
def _(x) -> (part, whole):
    d[part] = d[x]


@tangent(np.frexp)
def _(x) -> (mantissa, exponent):
    d[mantissa] = np.ldexp(d[x], -exponent)


@elementwise(np.ldexp)
def _(x, e) -> y:
    d[x] = np.ldexp(d[y], e)


@elementwise(np.nextafter)
def _(x, to) -> y:
    d[x] = d[y]


# Exponentials and logarithms


@elementwise(np.exp)
def _(x) -> y:
    d[x] = d[y] * y


@elementwise(np.exp2)
def _(x) -> y:
    d[x] = d[y] * y * 0.6931471805599453


@elementwise(np.expm1)
def _(x) -> y:
    d[x] = d[y] * np.exp(x)


@elementwise(np.log)
def _(x) -> y:
    d[x] = d[y] / x


@elementwise(np.log2)
def _(x) -> y:
    d[x] = d[y] / (0.6931471805599453 * x)


@elementwise(np.log10)
def _(x) -> y:
    d[x] = d[y] / (2.302585092994046 * x)


@elementwise(np.log1p)
def _(x) -> y:
    d[x] = d[y] / (1 + x)


@elementwise(np.logaddexp)
def _(a, b) -> y:
    d[a] = d[y] * softmax_share(a, b)
    d[b] = d[y] * softmax_share(b, a)


@elementwise(np.logaddexp2)
def _(a, b) -> y:
    d[a] = d[y] * softmax_share(0.6931471805599453 * a, 0.6931471805599453 * b)
    d[b] = d[y] * softmax_share(0.6931471805599453 * b, 0.6931471805599453 * a)


@elementwise(softmax_share)
def _(a, b) -> y:
    d[a] = d[y] * y * softmax_share(b, a)
    d[b] = -d[y] * y * softmax_share(b, a)


# Trigonometry


@elementwise(np.sin)
def _(x) -> y:
    d[x] = d[y] * np.cos(x)


@elementwise(np.cos)
def _(x) -> y:
    d[x] = -d[y] * np.sin(x)


@elementwise(np.tan)
def _(x) -> y:
    d[x] = d[y] * (1 + y * y)


@elementwise(np.arcsin)
def _(x) -> y:
    d[x] = d[y] / np.sqrt(1 - x * x)


@elementwise(np.arccos)
def _(x) -> y:
    d[x] = -d[y] / np.sqrt(1 - x * x)


@elementwise(np.arctan)
def _(x) -> y:
    d[x] = d[y] / (1 + x * x)


@elementwise(np.arctan2)
def _(a, b) -> y:
    d[a] = d[y] * arctan2_slope(a, b)
    d[b] = -d[y] * arctan2_slope(b, a)


@elementwise(arctan2_slope)
def _(a, b) -> y:
    d[a] = -2 * d[y] * y * arctan2_slope(b, a)
    d[b] = d[y] * (arctan2_slope(b, a) ** 2 - y**2)


@elementwise(np.hypot)
def _(a, b) -> y:
    d[a] = d[y] * ratio(a, y)
    d[b] = d[y] * ratio(b, y)


@elementwise(np.sinc)
def _(x) -> y:
    d[x] = d[y] * sinc_slope(x, 1)


@elementwise(sinc_slope)
def _(x, order) -> y:
    d[x] = d[y] * sinc_slope(x, order + 1)


@elementwise(np.sinh)
def _(x) -> y:
    d[x] = d[y] * np.cosh(x)


@elementwise(np.cosh)
def _(x) -> y:
    d[x] = d[y] * np.sinh(x)


@elementwise(np.tanh)
def _(x) -> y:
    d[x] = d[y] * (1 - y * y)


@elementwise(np.arcsinh)
def _(x) -> y:
    # cosh(y) is sqrt(1 + x * x) without the overflow of x * x.
    d[x] = d[y] / np.cosh(y)


@elementwise(np.arccosh)
def _(x) -> y:
    d[x] = d[y] / np.sinh(y)


@elementwise(np.arctanh)
def _(x) -> y:
    d[x] = d[y] / (1 - x * x)


@elementwise(np.rad2deg, np.degrees)
def _(x) -> y:
    d[x] = np.rad2deg(d[y])


@elementwise(np.deg2rad, np.radians)
def _(x) -> y:
    d[x] = np.deg2rad(d[y])


# Kinks and choices


@elementwise(np.fabs)
def _(x) -> y:
    d[x] = d[y] * np.sign(x)


@elementwise(np.maximum, np.minimum, np.fmax, np.fmin)
def _(a, b) -> y:
    share = tie_share(a, b, y)
    d[a] = d[y] * share
    if needs(d[a]):
        d[b] = d[y] - d[y] * share
    else:
        d[b] = d[y] * tie_share(b, a, y)


@elementwise(np.where)
def _(condition, x, y) -> z:
    d[x] = np.where(condition, d[z], 0)
    d[y] = np.where(condition, 0, d[z])


@elementwise(np.clip)
def _(a, a_min=None, a_max=None, out=None, *, min=None, max=None) -> y:
    # At a bound the slope is 1; where the bounds cross, the upper one wins.
    if min is not None or max is not None:
        d[a] = d[y] * inside(a, min, max)
        d[min] = d[y] * below(a, min, max)
        d[max] = d[y] * above(a, min, max)
    elif a_min is None and a_max is None:
        d[a] = d[y]
    elif a_min is None:
        d[a] = d[y] * (a <= a_max)
        d[a_max] = d[y] * (a > a_max)
    elif a_max is None:
        d[a] = d[y] * (a >= a_min)
        d[a_min] = d[y] * (a < a_min)
    else:
        d[a] = d[y] * ((a_min <= a) & (a <= a_max))
        d[a_min] = d[y] * ((a < a_min) & (a_min <= a_max))
        d[a_max] = d[y] * ((a > a_max) | (a_min > a_max))


@elementwise(np.copysign)
def _(a, b) -> y:
    d[a] = d[y] * np.sign(a) * np.copysign(1, b)


@elementwise(np.heaviside)
def _(x, at_zero) -> y:
    d[at_zero] = d[y] * (x == 0)


@elementwise(np.nan_to_num)
def _(x, copy=True, nan=0.0, posinf=None, neginf=None) -> y:
    d[x] = np.where(np.isfinite(x), d[y], 0)
    d[nan] = np.where(np.isnan(x), d[y], 0)
    if posinf is not None:
        d[posinf] = np.where(np.isposinf(x), d[y], 0)
    if neginf is not None:
        d[neginf] = np.where(np.isneginf(x), d[y], 0)


@tangent(np.interp)
def _(x, xp, fp, left=None, right=None, period=None) -> y:
    # At a knot: the slope to the right.
    slope = interp_slope(fp, x, xp, left, right, period)
    moved = knot_mix(d[fp], x, xp, left, right, period)
    d[y] = slope * d[x] + moved - slope * knot_mix(d[xp], x, xp, left, right, period)
    if left is not None:
        d[y] += np.less(x, xp[0]) * d[left]
    if right is not None:
        d[y] += np.greater(x, xp[-1]) * d[right]


@linear(knot_mix, "v")
def _(v, x, xp, left=None, right=None, period=None) -> y:
    d[v] = knot_sum(d[y], x, xp, left, right, period)


@tangent(knot_mix)
def _(v, x, xp, left=None, right=None, period=None) -> y:
    slope = interp_slope(v, x, xp, left, right, period)
    moved = d[x] - knot_mix(d[xp], x, xp, left, right, period)
    d[y] = knot_mix(d[v], x, xp, left, right, period) + slope * moved


@linear(knot_sum, "g")
def _(g, x, xp, left=None, right=None, period=None) -> y:
    d[g] = knot_mix(d[y], x, xp, left, right, period)


@tangent(knot_sum)
def _(g, x, xp, left=None, right=None, period=None) -> y:
    moved = g * (d[x] - knot_mix(d[xp], x, xp, left, right, period))
    d[y] = knot_sum(d[g], x, xp, left, right, period)
    d[y] += slope_sum(moved, x, xp, left, right, period)


@linear(interp_slope, "fp")
def _(fp, x, xp, left=None, right=None, period=None) -> y:
    d[fp] = slope_sum(d[y], x, xp, left, right, period)


@tangent(interp_slope)
def _(fp, x, xp, left=None, right=None, period=None) -> y:
    d[y] = interp_slope(d[fp], x, xp, left, right, period)
    d[y] += -y * interp_slope(d[xp], x, xp, left, right, period)


@linear(slope_sum, "g")
def _(g, x, xp, left=None, right=None, period=None) -> y:
    d[g] = interp_slope(d[y], x, xp, left, right, period)


@tangent(slope_sum)
def _(g, x, xp, left=None, right=None, period=None) -> y:
    d[y] = slope_sum(d[g], x, xp, left, right, period)
    steeper = g * interp_slope(d[xp], x, xp, left, right, period)
    d[y] += -slope_sum(steeper, x, xp, left, right, period)


# Complex numbers


@tangent(np.absolute)
def _(x) -> y:
    if np.iscomplexobj(x):
        d[y] = np.real(phase(x) * d[x])
    else:
        d[y] = np.sign(x) * d[x]


@adjoint(np.absolute)
def _(x) -> y:
    if np.iscomplexobj(x):
        d[x] = np.real(d[y]) * phase(x)
    else:
        d[x] = d[y] * np.sign(x)


@tangent(phase)
def _(x) -> y:
    # y is conj(x / abs(x)): turning with x, blind to its length.
    d[y] = np.conj(1j * np.conj(y) * np.imag(y * d[x])) * np.abs(reciprocal_or_zero(x))


@tangent(np.sign)
def _(x) -> y:
    # y is x / abs(x): turning with x, blind to its length; flat on the reals.
    if np.iscomplexobj(x):
        d[y] = 1j * y * np.imag(np.conj(y) * d[x]) * np.abs(reciprocal_or_zero(x))
    else:
        d[y] = 0 * d[x]


@linear(np.conjugate, "x")
def _(x) -> y:
    d[x] = np.conj(d[y])


@linear(np.real, "val", view="maybe")
def _(val) -> y:
    d[val] = np.real(d[y])


@linear(np.imag, "val", view="maybe")
def _(val) -> y:
    d[val] = -1j * np.real(d[y])


@tangent(np.angle)
def _(z, deg=False) -> y:
    if deg:
        d[y] = np.rad2deg(np.imag(reciprocal_or_zero(z) * d[z]))
    else:
        d[y] = np.imag(reciprocal_or_zero(z) * d[z])
