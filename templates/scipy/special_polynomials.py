"""scipy.special: orthogonal polynomials and spherical harmonics, DLMF 18.9 and 14.10."""

requires = "scipy.special"

import numpy as np
import scipy.special


@macro
def from_one(n, slope):
    # A polynomial of degree 0 is flat.
    return np.where(n == 0, 0, slope)


@elementwise(scipy.special.eval_legendre)
def _(n, x) -> y:
    lower = scipy.special.eval_jacobi(np.maximum(n - 1, 0), 1, 1, x)
    d[x] = d[y] * from_one(n, (n + 1) / 2 * lower)


@elementwise(scipy.special.eval_sh_legendre)
def _(n, x) -> y:
    lower = scipy.special.eval_jacobi(np.maximum(n - 1, 0), 1, 1, 2 * x - 1)
    d[x] = d[y] * from_one(n, (n + 1) * lower)


@elementwise(scipy.special.eval_jacobi)
def _(n, alpha, beta, x) -> y:
    lower = scipy.special.eval_jacobi(np.maximum(n - 1, 0), alpha + 1, beta + 1, x)
    d[x] = d[y] * from_one(n, (n + alpha + beta + 1) / 2 * lower)


@elementwise(scipy.special.eval_gegenbauer)
def _(n, alpha, x) -> y:
    lower = scipy.special.eval_gegenbauer(np.maximum(n - 1, 0), alpha + 1, x)
    d[x] = d[y] * from_one(n, 2 * alpha * lower)


@elementwise(scipy.special.eval_chebyt)
def _(n, x) -> y:
    d[x] = d[y] * from_one(n, n * scipy.special.eval_chebyu(np.maximum(n - 1, 0), x))


@elementwise(scipy.special.eval_chebyu)
def _(n, x) -> y:
    lower = scipy.special.eval_gegenbauer(np.maximum(n - 1, 0), 2, x)
    d[x] = d[y] * from_one(n, 2 * lower)


@elementwise(scipy.special.eval_chebyc)
def _(n, x) -> y:
    d[x] = d[y] * from_one(n, n * scipy.special.eval_chebyu(np.maximum(n - 1, 0), x / 2))


@elementwise(scipy.special.eval_chebys)
def _(n, x) -> y:
    d[x] = d[y] * from_one(n, scipy.special.eval_gegenbauer(np.maximum(n - 1, 0), 2, x / 2))


@elementwise(scipy.special.eval_sh_chebyt)
def _(n, x) -> y:
    lower = scipy.special.eval_chebyu(np.maximum(n - 1, 0), 2 * x - 1)
    d[x] = d[y] * from_one(n, 2 * n * lower)


@elementwise(scipy.special.eval_sh_chebyu)
def _(n, x) -> y:
    lower = scipy.special.eval_gegenbauer(np.maximum(n - 1, 0), 2, 2 * x - 1)
    d[x] = d[y] * from_one(n, 4 * lower)


@elementwise(scipy.special.eval_hermite)
def _(n, x) -> y:
    d[x] = d[y] * from_one(n, 2 * n * scipy.special.eval_hermite(np.maximum(n - 1, 0), x))


@elementwise(scipy.special.eval_hermitenorm)
def _(n, x) -> y:
    d[x] = d[y] * from_one(n, n * scipy.special.eval_hermitenorm(np.maximum(n - 1, 0), x))


@elementwise(scipy.special.eval_laguerre)
def _(n, x) -> y:
    d[x] = -d[y] * from_one(n, scipy.special.eval_genlaguerre(np.maximum(n - 1, 0), 1, x))


@elementwise(scipy.special.eval_genlaguerre)
def _(n, alpha, x) -> y:
    lower = scipy.special.eval_genlaguerre(np.maximum(n - 1, 0), alpha + 1, x)
    d[x] = -d[y] * from_one(n, lower)


@elementwise(scipy.special.lpmv)
def _(m, v, x) -> y:
    lower = scipy.special.lpmv(m, v - 1, x)
    d[x] = d[y] * (v * x * y - (v + m) * lower) / (x * x - 1)


@elementwise(scipy.special.sph_harm_y)
def _(n, m, theta, phi) -> y:
    size = np.sqrt((n - m) * (n + m + 1.0))
    next = np.where(size == 0, 0, scipy.special.sph_harm_y(n, np.minimum(m + 1, n), theta, phi))
    d[theta] = d[y] * (m / np.tan(theta) * y + size * np.exp(-1j * phi) * next)
    d[phi] = d[y] * (1j * m * y)
