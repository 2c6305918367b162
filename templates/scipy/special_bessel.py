"""scipy.special: Bessel functions and their kin (DLMF 10 and 11), integrals, hypergeometric."""

requires = "scipy.special"

import numpy as np
import scipy.special

# Bessel functions: recurrences in the order, DLMF 10.6.1, 10.29.1


@elementwise(scipy.special.jv, scipy.special.jn)
def _(v, z) -> y:
    d[z] = d[y] * (scipy.special.jv(v - 1, z) - scipy.special.jv(v + 1, z)) / 2


@elementwise(scipy.special.yv)
def _(v, z) -> y:
    d[z] = d[y] * (scipy.special.yv(v - 1, z) - scipy.special.yv(v + 1, z)) / 2


@elementwise(scipy.special.yn)
def _(n, x) -> y:
    d[x] = d[y] * (scipy.special.yn(n - 1, x) - scipy.special.yn(n + 1, x)) / 2


@elementwise(scipy.special.iv)
def _(v, z) -> y:
    d[z] = d[y] * (scipy.special.iv(v - 1, z) + scipy.special.iv(v + 1, z)) / 2


@elementwise(scipy.special.kv, scipy.special.kn)
def _(v, z) -> y:
    d[z] = -d[y] * (scipy.special.kv(v - 1, z) + scipy.special.kv(v + 1, z)) / 2


@elementwise(scipy.special.ive)
def _(v, z) -> y:
    whole = (scipy.special.ive(v - 1, z) + scipy.special.ive(v + 1, z)) / 2
    d[z] = d[y] * (whole - np.sign(z) * y)


@elementwise(scipy.special.kve)
def _(v, z) -> y:
    d[z] = d[y] * (y - (scipy.special.kve(v - 1, z) + scipy.special.kve(v + 1, z)) / 2)


@elementwise(scipy.special.hankel1)
def _(v, z) -> y:
    d[z] = d[y] * (scipy.special.hankel1(v - 1, z) - scipy.special.hankel1(v + 1, z)) / 2


@elementwise(scipy.special.hankel2)
def _(v, z) -> y:
    d[z] = d[y] * (scipy.special.hankel2(v - 1, z) - scipy.special.hankel2(v + 1, z)) / 2


@elementwise(scipy.special.hankel1e)
def _(v, z) -> y:
    whole = (scipy.special.hankel1e(v - 1, z) - scipy.special.hankel1e(v + 1, z)) / 2
    d[z] = d[y] * (whole - 1j * y)


@elementwise(scipy.special.hankel2e)
def _(v, z) -> y:
    whole = (scipy.special.hankel2e(v - 1, z) - scipy.special.hankel2e(v + 1, z)) / 2
    d[z] = d[y] * (whole + 1j * y)


@elementwise(scipy.special.j0)
def _(x) -> y:
    d[x] = -d[y] * scipy.special.j1(x)


@elementwise(scipy.special.j1)
def _(x) -> y:
    d[x] = d[y] * (scipy.special.j0(x) - scipy.special.jv(2, x)) / 2


@elementwise(scipy.special.y0)
def _(x) -> y:
    d[x] = -d[y] * scipy.special.y1(x)


@elementwise(scipy.special.y1)
def _(x) -> y:
    d[x] = d[y] * (scipy.special.y0(x) - scipy.special.yn(2, x)) / 2


@elementwise(scipy.special.i0)
def _(x) -> y:
    d[x] = d[y] * scipy.special.i1(x)


@elementwise(scipy.special.i1)
def _(x) -> y:
    d[x] = d[y] * (scipy.special.i0(x) + scipy.special.iv(2, x)) / 2


@elementwise(scipy.special.i0e)
def _(x) -> y:
    d[x] = d[y] * (scipy.special.i1e(x) - np.sign(x) * y)


@elementwise(scipy.special.i1e)
def _(x) -> y:
    whole = (scipy.special.i0e(x) + scipy.special.ive(2, x)) / 2
    d[x] = d[y] * (whole - np.sign(x) * y)


@elementwise(scipy.special.k0)
def _(x) -> y:
    d[x] = -d[y] * scipy.special.k1(x)


@elementwise(scipy.special.k1)
def _(x) -> y:
    d[x] = -d[y] * (scipy.special.k0(x) + scipy.special.kv(2, x)) / 2


@elementwise(scipy.special.k0e)
def _(x) -> y:
    d[x] = d[y] * (y - scipy.special.k1e(x))


@elementwise(scipy.special.k1e)
def _(x) -> y:
    d[x] = d[y] * (y - (scipy.special.k0e(x) + scipy.special.kve(2, x)) / 2)


# Their derivatives of order n, and those of spherical ones from the differential equation


@elementwise(scipy.special.jvp)
def _(v, z, n=1) -> y:
    d[z] = d[y] * scipy.special.jvp(v, z, n + 1)


@elementwise(scipy.special.yvp)
def _(v, z, n=1) -> y:
    d[z] = d[y] * scipy.special.yvp(v, z, n + 1)


@elementwise(scipy.special.ivp)
def _(v, z, n=1) -> y:
    d[z] = d[y] * scipy.special.ivp(v, z, n + 1)


@elementwise(scipy.special.kvp)
def _(v, z, n=1) -> y:
    d[z] = d[y] * scipy.special.kvp(v, z, n + 1)


@elementwise(scipy.special.h1vp)
def _(v, z, n=1) -> y:
    d[z] = d[y] * scipy.special.h1vp(v, z, n + 1)


@elementwise(scipy.special.h2vp)
def _(v, z, n=1) -> y:
    d[z] = d[y] * scipy.special.h2vp(v, z, n + 1)


@macro
def turned(value, slope, n, z, sign):
    # DLMF 10.47.1 and 10.47.2
    return (n * (n + 1) / (z * z) + sign) * value - 2 / z * slope


@elementwise(scipy.special.spherical_jn)
def _(n, z, derivative=False) -> y:
    if derivative:
        d[z] = d[y] * turned(scipy.special.spherical_jn(n, z), y, n, z, -1)
    else:
        d[z] = d[y] * scipy.special.spherical_jn(n, z, True)


@elementwise(scipy.special.spherical_yn)
def _(n, z, derivative=False) -> y:
    if derivative:
        d[z] = d[y] * turned(scipy.special.spherical_yn(n, z), y, n, z, -1)
    else:
        d[z] = d[y] * scipy.special.spherical_yn(n, z, True)


@elementwise(scipy.special.spherical_in)
def _(n, z, derivative=False) -> y:
    if derivative:
        d[z] = d[y] * turned(scipy.special.spherical_in(n, z), y, n, z, 1)
    else:
        d[z] = d[y] * scipy.special.spherical_in(n, z, True)


@elementwise(scipy.special.spherical_kn)
def _(n, z, derivative=False) -> y:
    if derivative:
        d[z] = d[y] * turned(scipy.special.spherical_kn(n, z), y, n, z, 1)
    else:
        d[z] = d[y] * scipy.special.spherical_kn(n, z, True)


# Kin: Struve (DLMF 11.4.27, 11.4.29), Airy (9.2.1), Kelvin (10.61), parabolic cylinder (12.2.2)


@elementwise(scipy.special.struve)
def _(v, x) -> y:
    d[x] = d[y] * (scipy.special.struve(v - 1, x) - v / x * y)


@elementwise(scipy.special.modstruve)
def _(v, x) -> y:
    d[x] = d[y] * (scipy.special.modstruve(v - 1, x) - v / x * y)


@tangent(scipy.special.airy)
def _(z) -> (ai, aip, bi, bip):
    d[ai] = aip * d[z]
    d[aip] = z * ai * d[z]
    d[bi] = bip * d[z]
    d[bip] = z * bi * d[z]


@elementwise(scipy.special.ber)
def _(x) -> y:
    d[x] = d[y] * scipy.special.berp(x)


@elementwise(scipy.special.bei)
def _(x) -> y:
    d[x] = d[y] * scipy.special.beip(x)


@elementwise(scipy.special.ker)
def _(x) -> y:
    d[x] = d[y] * scipy.special.kerp(x)


@elementwise(scipy.special.kei)
def _(x) -> y:
    d[x] = d[y] * scipy.special.keip(x)


@elementwise(scipy.special.berp)
def _(x) -> y:
    d[x] = -d[y] * (scipy.special.bei(x) + y / x)


@elementwise(scipy.special.beip)
def _(x) -> y:
    d[x] = d[y] * (scipy.special.ber(x) - y / x)


@elementwise(scipy.special.kerp)
def _(x) -> y:
    d[x] = -d[y] * (scipy.special.kei(x) + y / x)


@elementwise(scipy.special.keip)
def _(x) -> y:
    d[x] = d[y] * (scipy.special.ker(x) - y / x)


@tangent(scipy.special.pbdv)
def _(v, x) -> (value, slope):
    d[value] = slope * d[x]
    d[slope] = (x * x / 4 - v - 0.5) * value * d[x]


# Integrals


@elementwise(scipy.special.expi)
def _(x) -> y:
    d[x] = d[y] * np.exp(x) / x


@elementwise(scipy.special.exp1)
def _(x) -> y:
    d[x] = -d[y] * np.exp(-x) / x


@elementwise(scipy.special.expn)
def _(n, x) -> y:
    d[x] = -d[y] * np.where(n == 0, y * (1 + 1 / x), scipy.special.expn(np.maximum(n - 1, 0), x))


@elementwise(scipy.special.spence)
def _(x) -> y:
    d[x] = d[y] * np.where(x == 1, -1, np.log(x) / np.where(x == 1, 1, 1 - x))


@tangent(scipy.special.sici)
def _(x) -> (si, ci):
    d[si] = np.sinc(x / 3.141592653589793) * d[x]
    d[ci] = np.cos(x) / x * d[x]


@tangent(scipy.special.shichi)
def _(x) -> (shi, chi):
    d[shi] = np.sinh(x) / x * d[x]
    d[chi] = np.cosh(x) / x * d[x]


@tangent(scipy.special.fresnel)
def _(z) -> (s, c):
    d[s] = np.sin(1.5707963267948966 * z * z) * d[z]
    d[c] = np.cos(1.5707963267948966 * z * z) * d[z]


@elementwise(scipy.special.lambertw)
def _(z, k=0, tol=1e-08) -> w:
    precision = tol
    d[z] = d[w] * np.exp(-w) / (1 + w)


@elementwise(scipy.special.wrightomega)
def _(z) -> w:
    d[z] = d[w] * w / (1 + w)


@elementwise(scipy.special.wright_bessel)
def _(a, b, x) -> y:
    d[x] = d[y] * scipy.special.wright_bessel(a, a + b, x)


@elementwise(scipy.special.log_wright_bessel)
def _(a, b, x) -> y:
    d[x] = d[y] * np.exp(scipy.special.log_wright_bessel(a, a + b, x) - y)


@elementwise(scipy.special.kolmogorov)
def _(y) -> p:
    d[y] = d[p] * kolmogorov_slope(y)


@elementwise(scipy.special.kolmogi)
def _(p) -> y:
    d[p] = d[y] / kolmogorov_slope(y)


# Hypergeometric functions in their argument: DLMF 13.3.15, 13.3.22, 15.5.1, 16.3.1


@elementwise(scipy.special.hyp0f1)
def _(v, z) -> y:
    d[z] = d[y] * scipy.special.hyp0f1(v + 1, z) / v


@elementwise(scipy.special.hyp1f1)
def _(a, b, x) -> y:
    d[x] = d[y] * (a / b) * scipy.special.hyp1f1(a + 1, b + 1, x)


@elementwise(scipy.special.hyp2f1)
def _(a, b, c, z) -> y:
    d[z] = d[y] * (a * b / c) * scipy.special.hyp2f1(a + 1, b + 1, c + 1, z)


@elementwise(scipy.special.hyperu)
def _(a, b, x) -> y:
    d[x] = -d[y] * a * scipy.special.hyperu(a + 1, b + 1, x)
