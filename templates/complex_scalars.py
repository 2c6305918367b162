"""Complex numbers of Python: `cmath`, and NumPy's functions that turn complex by themselves."""

import cmath

import numpy as np


@elementwise(cmath.exp)
def _(z) -> y:
    d[z] = d[y] * y


@elementwise(cmath.log)
def _(z, base=2.718281828459045) -> y:
    # With a base: log(z) / log(base).
    d[z] = d[y] / (z * cmath.log(base))
    d[base] = -d[y] * y / (base * cmath.log(base))


@elementwise(cmath.log10)
def _(z) -> y:
    d[z] = d[y] / (2.302585092994046 * z)


@elementwise(cmath.sqrt)
def _(z) -> y:
    d[z] = ratio(d[y], 2 * y)


@elementwise(cmath.sin)
def _(z) -> y:
    d[z] = d[y] * cmath.cos(z)


@elementwise(cmath.cos)
def _(z) -> y:
    d[z] = -d[y] * cmath.sin(z)


@elementwise(cmath.tan)
def _(z) -> y:
    d[z] = d[y] * (1 + y * y)


@elementwise(cmath.asin)
def _(z) -> y:
    d[z] = d[y] / cmath.cos(y)


@elementwise(cmath.acos)
def _(z) -> y:
    d[z] = -d[y] / cmath.sin(y)


@elementwise(cmath.atan)
def _(z) -> y:
    d[z] = d[y] / (1 + z * z)


@elementwise(cmath.sinh)
def _(z) -> y:
    d[z] = d[y] * cmath.cosh(z)


@elementwise(cmath.cosh)
def _(z) -> y:
    d[z] = d[y] * cmath.sinh(z)


@elementwise(cmath.tanh)
def _(z) -> y:
    d[z] = d[y] * (1 - y * y)


@elementwise(cmath.asinh)
def _(z) -> y:
    d[z] = d[y] / cmath.cosh(y)


@elementwise(cmath.acosh)
def _(z) -> y:
    d[z] = d[y] / cmath.sinh(y)


@elementwise(cmath.atanh)
def _(z) -> y:
    d[z] = d[y] / (1 - z * z)


@tangent(cmath.phase)
def _(z) -> y:
    d[y] = np.imag(reciprocal_or_zero(z) * d[z])


@tangent(cmath.polar)
def _(z) -> (r, phi):
    d[r] = np.real(phase(z) * d[z])
    d[phi] = np.imag(reciprocal_or_zero(z) * d[z])


@tangent(cmath.rect)
def _(r, phi) -> y:
    d[y] = cmath.exp(1j * phi) * d[r] + 1j * y * d[phi]


constant(cmath.isnan, cmath.isinf, cmath.isfinite, cmath.isclose)

# Real where that is possible, complex elsewhere.  The slopes of the inverse functions are taken
# of the result, which knows the branch.


@elementwise(np.emath.sqrt)
def _(x) -> y:
    d[x] = ratio(d[y], 2 * y)


@elementwise(np.emath.log)
def _(x) -> y:
    d[x] = d[y] / x


@elementwise(np.emath.log2)
def _(x) -> y:
    d[x] = d[y] / (0.6931471805599453 * x)


@elementwise(np.emath.log10)
def _(x) -> y:
    d[x] = d[y] / (2.302585092994046 * x)


@elementwise(np.emath.logn)
def _(n, x) -> y:
    d[n] = -d[y] * y / (n * np.emath.log(n))
    d[x] = d[y] / (x * np.emath.log(n))


@elementwise(np.emath.power)
def _(x, p) -> y:
    d[x] = d[y] * p * np.emath.power(x, p - 1)
    d[p] = d[y] * y * np.emath.log(x)


@elementwise(np.emath.arcsin)
def _(x) -> y:
    d[x] = d[y] / np.cos(y)


@elementwise(np.emath.arccos)
def _(x) -> y:
    d[x] = -d[y] / np.sin(y)


@elementwise(np.emath.arctanh)
def _(x) -> y:
    d[x] = d[y] / (1 - x * x)
