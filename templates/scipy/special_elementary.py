"""scipy.special: elementary functions, error functions, information, box-cox, elliptic ones."""

requires = "scipy.special"

import numpy as np
import scipy.special

# Elementary


@elementwise(scipy.special.expit)
def _(x) -> y:
    d[x] = d[y] * y * scipy.special.expit(-x)


@elementwise(scipy.special.logit)
def _(x) -> y:
    d[x] = d[y] / (x * (1 - x))


@elementwise(scipy.special.log_expit)
def _(x) -> y:
    d[x] = d[y] * scipy.special.expit(-x)


@elementwise(scipy.special.softplus)
def _(x) -> y:
    d[x] = d[y] * scipy.special.expit(x)


@elementwise(scipy.special.exp2)
def _(x) -> y:
    d[x] = d[y] * y * 0.6931471805599453


@elementwise(scipy.special.exp10)
def _(x) -> y:
    d[x] = d[y] * y * 2.302585092994046


@elementwise(scipy.special.expm1)
def _(x) -> y:
    d[x] = d[y] * np.exp(x)


@elementwise(scipy.special.log1p)
def _(x) -> y:
    d[x] = d[y] / (1 + x)


@elementwise(scipy.special.cbrt)
def _(x) -> y:
    d[x] = ratio(d[y], 3 * y * y)


@elementwise(scipy.special.cosm1)
def _(x) -> y:
    d[x] = -d[y] * np.sin(x)


@elementwise(scipy.special.exprel)
def _(x) -> y:
    # The integral of exp(x t) over t in (0, 1); its slope has a factor of t.
    d[x] = d[y] * scipy.special.hyp1f1(2.0, 3.0, x) / 2


@elementwise(scipy.special.sindg)
def _(x) -> y:
    d[x] = d[y] * 0.017453292519943295 * scipy.special.cosdg(x)


@elementwise(scipy.special.cosdg)
def _(x) -> y:
    d[x] = -d[y] * 0.017453292519943295 * scipy.special.sindg(x)


@elementwise(scipy.special.tandg)
def _(x) -> y:
    d[x] = d[y] * 0.017453292519943295 * (1 + y * y)


@elementwise(scipy.special.cotdg)
def _(x) -> y:
    d[x] = -d[y] * 0.017453292519943295 * (1 + y * y)


@elementwise(scipy.special.radian)
def _(degrees, m, s) -> y:
    d[degrees] = d[y] * 0.017453292519943295
    d[m] = d[y] * (0.017453292519943295 / 60)
    d[s] = d[y] * (0.017453292519943295 / 3600)


@elementwise(scipy.special.powm1)
def _(x, y) -> z:
    d[x] = d[z] * power_slope(x, y)
    d[y] = d[z] * power_log(x, y)


@composite(scipy.special.agm, "a", "b")
def _(a, b) -> y:
    # DLMF 19.8.5
    part = (a - b) / (a + b)
    return 0.7853981633974483 * (a + b) / scipy.special.ellipk(part * part)


@elementwise(scipy.special.diric)
def _(x, n) -> y:
    d[x] = d[y] * diric_slope(x, n)


# Logarithms and information


@elementwise(scipy.special.xlogy)
def _(x, y) -> z:
    d[x] = d[z] * np.log(y)
    d[y] = d[z] * x / y


@elementwise(scipy.special.xlog1py)
def _(x, y) -> z:
    d[x] = d[z] * np.log1p(y)
    d[y] = d[z] * x / (1 + y)


@elementwise(scipy.special.entr)
def _(x) -> y:
    d[x] = -d[y] * (np.log(x) + 1)


@elementwise(scipy.special.rel_entr)
def _(x, y) -> z:
    d[x] = d[z] * (np.log(x / y) + 1)
    d[y] = -d[z] * x / y


@elementwise(scipy.special.kl_div)
def _(x, y) -> z:
    d[x] = d[z] * np.log(x / y)
    d[y] = d[z] * (1 - x / y)


@elementwise(scipy.special.huber)
def _(delta, r) -> y:
    near = np.abs(r) <= delta
    d[delta] = d[y] * np.where(near, 0, np.abs(r) - delta)
    d[r] = d[y] * np.where(near, r, delta * np.sign(r))


@elementwise(scipy.special.pseudo_huber)
def _(delta, r) -> y:
    size = np.hypot(1, r / delta)
    d[delta] = d[y] * (2 * y / delta - r * r / (delta * size))
    d[r] = d[y] * r / size


@elementwise(scipy.special.boxcox)
def _(x, lmbda) -> y:
    log = np.log(x)
    d[x] = d[y] * x ** (lmbda - 1)
    d[lmbda] = d[y] * log * log * scipy.special.hyp1f1(2.0, 3.0, lmbda * log) / 2


@elementwise(scipy.special.boxcox1p)
def _(x, lmbda) -> y:
    log = np.log1p(x)
    d[x] = d[y] * (1 + x) ** (lmbda - 1)
    d[lmbda] = d[y] * log * log * scipy.special.hyp1f1(2.0, 3.0, lmbda * log) / 2


@elementwise(scipy.special.inv_boxcox)
def _(y, lmbda) -> x:
    d[y] = d[x] * x ** (1 - lmbda)
    d[lmbda] = -d[x] * x * y * y * scipy.special.hyp2f1(2.0, 2.0, 3.0, -lmbda * y) / 2


@elementwise(scipy.special.inv_boxcox1p)
def _(y, lmbda) -> x:
    whole = 1 + x
    d[y] = d[x] * whole ** (1 - lmbda)
    d[lmbda] = -d[x] * whole * y * y * scipy.special.hyp2f1(2.0, 2.0, 3.0, -lmbda * y) / 2


@tangent(scipy.special.logsumexp)
def _(a, axis=None, b=None, keepdims=False, return_sign=False) -> y:
    if b is None:
        d[y] = np.sum(softmax(a, axis) * d[a], axis=axis, keepdims=keepdims)
    else:
        size = np.exp(a - expand_reduced(y, a, axis, keepdims))
        d[y] = np.sum(size * (b * d[a] + d[b]), axis=axis, keepdims=keepdims)


@tangent(scipy.special.softmax)
def _(x, axis=None) -> y:
    d[y] = y * (d[x] - np.sum(y * d[x], axis=axis, keepdims=True))


@tangent(scipy.special.log_softmax)
def _(x, axis=None) -> y:
    d[y] = d[x] - np.sum(np.exp(y) * d[x], axis=axis, keepdims=True)


# Error functions


@elementwise(scipy.special.erf)
def _(x) -> y:
    d[x] = d[y] * (1.1283791670955126 * np.exp(-x * x))


@elementwise(scipy.special.erfc)
def _(x) -> y:
    d[x] = -d[y] * (1.1283791670955126 * np.exp(-x * x))


@elementwise(scipy.special.erfi)
def _(x) -> y:
    d[x] = d[y] * (1.1283791670955126 * np.exp(x * x))


@elementwise(scipy.special.erfcx)
def _(x) -> y:
    d[x] = d[y] * erfcx_slope(x)


@elementwise(erfcx_slope)
def _(x) -> y:
    d[x] = d[y] * (2 * scipy.special.erfcx(x) + 2 * x * y)


@elementwise(scipy.special.dawsn)
def _(x) -> y:
    d[x] = d[y] * dawsn_slope(x)


@elementwise(dawsn_slope)
def _(x) -> y:
    d[x] = -d[y] * (2 * scipy.special.dawsn(x) + 2 * x * y)


@elementwise(scipy.special.wofz)
def _(z) -> w:
    d[z] = d[w] * (1.1283791670955126j - 2 * z * w)


@elementwise(scipy.special.erfinv)
def _(y) -> x:
    d[y] = d[x] * (0.8862269254527579 * np.exp(x * x))


@elementwise(scipy.special.erfcinv)
def _(y) -> x:
    d[y] = -d[x] * (0.8862269254527579 * np.exp(x * x))


@elementwise(scipy.special.ndtr)
def _(x) -> y:
    d[x] = d[y] * (0.3989422804014327 * np.exp(-x * x / 2))


@elementwise(scipy.special.ndtri)
def _(p) -> x:
    d[p] = d[x] * (2.5066282746310002 * np.exp(x * x / 2))


@elementwise(scipy.special.log_ndtr)
def _(x) -> y:
    # The density over the distribution function, without underflow on the left.
    d[x] = d[y] * (0.7978845608028654 / scipy.special.erfcx(-0.7071067811865476 * x))


@elementwise(scipy.special.ndtri_exp)
def _(y) -> x:
    d[y] = d[x] * (1.2533141373155001 * scipy.special.erfcx(-0.7071067811865476 * x))


@elementwise(scipy.special.owens_t)
def _(h, a) -> y:
    whole = 1 + a * a
    d[h] = -d[y] * np.exp(-h * h / 2) * scipy.special.erf(a * h / 1.4142135623730951) / (
        2 * 2.5066282746310002
    )
    d[a] = d[y] * np.exp(-h * h * whole / 2) / (6.283185307179586 * whole)


@elementwise(scipy.special.voigt_profile)
def _(x, sigma, gamma) -> y:
    # The real part of w(z) / (sigma sqrt(2 pi)), DLMF 7.19.
    z = (x + 1j * gamma) / (sigma * 1.4142135623730951)
    slope = (1.1283791670955126j - 2 * z * scipy.special.wofz(z)) / (
        3.5449077018110318 * sigma * sigma
    )
    d[x] = d[y] * np.real(slope)
    d[gamma] = -d[y] * np.imag(slope)
    d[sigma] = -d[y] * (y / sigma + np.real(slope * z) * 1.4142135623730951)


# Elliptic integrals, by Carlson's symmetric forms: no cancellation at m = 0


@elementwise(scipy.special.ellipk)
def _(m) -> y:
    d[m] = d[y] * scipy.special.elliprd(0.0, 1.0, 1 - m) / 6


@elementwise(scipy.special.ellipkm1)
def _(p) -> y:
    d[p] = -d[y] * scipy.special.elliprd(0.0, 1.0, p) / 6


@elementwise(scipy.special.ellipe)
def _(m) -> y:
    d[m] = -d[y] * scipy.special.elliprd(0.0, 1 - m, 1.0) / 6


@elementwise(scipy.special.ellipkinc)
def _(phi, m) -> y:
    d[phi] = d[y] / np.sqrt(1 - m * np.sin(phi) ** 2)
    d[m] = d[y] * ellipkinc_slope(phi, m)


@elementwise(scipy.special.ellipeinc)
def _(phi, m) -> y:
    d[phi] = d[y] * np.sqrt(1 - m * np.sin(phi) ** 2)
    d[m] = d[y] * ellipeinc_slope(phi, m)


@tangent(scipy.special.ellipj)
def _(u, m) -> (sn, cn, dn, ph):
    moved = d[u] * dn - d[m] * dn * ellipkinc_slope(ph, m)
    d[sn] = cn * moved
    d[cn] = -sn * moved
    d[dn] = -(m * sn * cn * moved + d[m] * sn * sn / 2) / dn
    d[ph] = moved


@elementwise(scipy.special.elliprf)
def _(x, y, z) -> r:
    # DLMF 19.18.1
    d[x] = -d[r] * scipy.special.elliprd(y, z, x) / 6
    d[y] = -d[r] * scipy.special.elliprd(z, x, y) / 6
    d[z] = -d[r] * scipy.special.elliprd(x, y, z) / 6


@elementwise(scipy.special.elliprc)
def _(x, y) -> r:
    d[x] = -d[r] * scipy.special.elliprd(y, y, x) / 6
    d[y] = -d[r] * scipy.special.elliprd(x, y, y) / 3
