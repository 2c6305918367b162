"""scipy.special: the gamma family, its incomplete functions and their inverses."""

requires = "scipy.special"

import numpy as np
import scipy.special

constant(scipy.special.gammasgn, scipy.special.round, scipy.special.bernoulli)


@elementwise(scipy.special.gamma)
def _(x) -> y:
    d[x] = d[y] * y * scipy.special.digamma(x)


@elementwise(scipy.special.gammaln, scipy.special.loggamma)
def _(x) -> y:
    d[x] = d[y] * scipy.special.digamma(x)


@elementwise(scipy.special.rgamma)
def _(x) -> y:
    d[x] = d[y] * rgamma_slope(x)


@elementwise(scipy.special.digamma, scipy.special.psi)
def _(x) -> y:
    d[x] = d[y] * scipy.special.polygamma(1, x)


@elementwise(scipy.special.polygamma)
def _(n, x) -> y:
    d[x] = d[y] * scipy.special.polygamma(n + 1, x)


@elementwise(scipy.special.multigammaln)
def _(a, p) -> y:
    d[a] = d[y] * multigammaln_slope(a, p)


@elementwise(scipy.special.beta)
def _(a, b) -> y:
    whole = scipy.special.digamma(a + b)
    d[a] = d[y] * y * (scipy.special.digamma(a) - whole)
    d[b] = d[y] * y * (scipy.special.digamma(b) - whole)


@elementwise(scipy.special.betaln)
def _(a, b) -> y:
    whole = scipy.special.digamma(a + b)
    d[a] = d[y] * (scipy.special.digamma(a) - whole)
    d[b] = d[y] * (scipy.special.digamma(b) - whole)


@elementwise(scipy.special.binom)
def _(x, y) -> z:
    rest = scipy.special.digamma(x - y + 1)
    d[x] = d[z] * z * (scipy.special.digamma(x + 1) - rest)
    d[y] = d[z] * z * (rest - scipy.special.digamma(y + 1))


@elementwise(scipy.special.comb)
def _(N, k, *, exact=False, repetition=False) -> y:
    rest = scipy.special.digamma(N - k + 1)
    d[N] = d[y] * np.where(y == 0, 0, y * (scipy.special.digamma(N + 1) - rest))


@elementwise(scipy.special.factorial)
def _(n, exact=False, extend="zero") -> y:
    d[n] = d[y] * np.where(y == 0, 0, y * scipy.special.digamma(n + 1))


@elementwise(scipy.special.poch)
def _(z, m) -> y:
    whole = scipy.special.digamma(z + m)
    d[z] = d[y] * y * (whole - scipy.special.digamma(z))
    d[m] = d[y] * y * whole


@elementwise(scipy.special.zeta)
def _(x, q=1.0) -> y:
    d[x] = d[y] * zeta_slope(x, q)
    d[q] = -d[y] * x * scipy.special.zeta(x + 1, q)


@elementwise(scipy.special.zetac)
def _(x) -> y:
    d[x] = d[y] * zeta_slope(x, 1.0)


# Incomplete gamma functions.  `gammainc_moment(a, x, n)` integrates the density over (0, x) with
# a factor of (log(t) - digamma(a))^n, so that its slope in `a` is of the same kind.


@elementwise(scipy.special.gammainc)
def _(a, x) -> p:
    d[a] = d[p] * gammainc_moment(a, x, 1)
    d[x] = d[p] * gamma_density(a, x)


@elementwise(scipy.special.gammaincc)
def _(a, x) -> q:
    d[a] = -d[q] * gammainc_moment(a, x, 1)
    d[x] = -d[q] * gamma_density(a, x)


@elementwise(scipy.special.gammaincinv)
def _(a, p) -> x:
    d[a] = -d[x] * gammainc_moment(a, x, 1) / gamma_density(a, x)
    d[p] = d[x] / gamma_density(a, x)


@elementwise(scipy.special.gammainccinv)
def _(a, q) -> x:
    d[a] = -d[x] * gammainc_moment(a, x, 1) / gamma_density(a, x)
    d[q] = -d[x] / gamma_density(a, x)


@elementwise(gammainc_moment)
def _(a, x, n) -> y:
    spread = scipy.special.polygamma(1, a)
    d[a] = d[y] * (
        gammainc_moment(a, x, n + 1) - n * spread * gammainc_moment(a, x, max(n - 1, 0))
    )
    d[x] = d[y] * gamma_density(a, x) * (np.log(x) - scipy.special.digamma(a)) ** n


@elementwise(gamma_density)
def _(a, x) -> y:
    d[a] = d[y] * y * (np.log(x) - scipy.special.digamma(a))
    d[x] = d[y] * y * ((a - 1) / x - 1)


# Incomplete beta functions, likewise, with factors for log(t) and log(1 - t)


@elementwise(scipy.special.betainc)
def _(a, b, x) -> p:
    d[a] = d[p] * betainc_moment(a, b, x, 1, 0)
    d[b] = d[p] * betainc_moment(a, b, x, 0, 1)
    d[x] = d[p] * beta_density(a, b, x)


@elementwise(scipy.special.betaincc)
def _(a, b, x) -> q:
    d[a] = -d[q] * betainc_moment(a, b, x, 1, 0)
    d[b] = -d[q] * betainc_moment(a, b, x, 0, 1)
    d[x] = -d[q] * beta_density(a, b, x)


@elementwise(scipy.special.betaincinv)
def _(a, b, p) -> x:
    d[a] = -d[x] * betainc_moment(a, b, x, 1, 0) / beta_density(a, b, x)
    d[b] = -d[x] * betainc_moment(a, b, x, 0, 1) / beta_density(a, b, x)
    d[p] = d[x] / beta_density(a, b, x)


@elementwise(scipy.special.betainccinv)
def _(a, b, q) -> x:
    d[a] = -d[x] * betainc_moment(a, b, x, 1, 0) / beta_density(a, b, x)
    d[b] = -d[x] * betainc_moment(a, b, x, 0, 1) / beta_density(a, b, x)
    d[q] = -d[x] / beta_density(a, b, x)


@elementwise(betainc_moment)
def _(a, b, x, m, n) -> y:
    whole = scipy.special.polygamma(1, a + b)
    lower_m = m * betainc_moment(a, b, x, max(m - 1, 0), n)
    lower_n = n * betainc_moment(a, b, x, m, max(n - 1, 0))
    d[a] = d[y] * (
        betainc_moment(a, b, x, m + 1, n)
        - lower_m * (scipy.special.polygamma(1, a) - whole) + lower_n * whole
    )  # fmt: skip
    d[b] = d[y] * (
        betainc_moment(a, b, x, m, n + 1)
        + lower_m * whole - lower_n * (scipy.special.polygamma(1, b) - whole)
    )  # fmt: skip
    mean = scipy.special.digamma(a + b)
    d[x] = d[y] * beta_density(a, b, x) * (
        (np.log(x) - scipy.special.digamma(a) + mean) ** m
        * (np.log1p(-x) - scipy.special.digamma(b) + mean) ** n
    )  # fmt: skip


@elementwise(beta_density)
def _(a, b, x) -> y:
    mean = scipy.special.digamma(a + b)
    d[a] = d[y] * y * (np.log(x) - scipy.special.digamma(a) + mean)
    d[b] = d[y] * y * (np.log1p(-x) - scipy.special.digamma(b) + mean)
    d[x] = d[y] * y * ((a - 1) / x - (b - 1) / (1 - x))


@elementwise(scipy.special.btdtria)
def _(p, b, x) -> a:
    slope = betainc_moment(a, b, x, 1, 0)
    d[p] = d[a] / slope
    d[b] = -d[a] * betainc_moment(a, b, x, 0, 1) / slope
    d[x] = -d[a] * beta_density(a, b, x) / slope


@elementwise(scipy.special.btdtrib)
def _(a, p, x) -> b:
    slope = betainc_moment(a, b, x, 0, 1)
    d[a] = -d[b] * betainc_moment(a, b, x, 1, 0) / slope
    d[p] = d[b] / slope
    d[x] = -d[b] * beta_density(a, b, x) / slope


# Distribution functions that are incomplete gamma and beta functions


@composite(scipy.special.chdtr, "v", "x")
def _(v, x) -> p:
    return scipy.special.gammainc(v / 2, x / 2)


@composite(scipy.special.chdtrc, "v", "x")
def _(v, x) -> q:
    return scipy.special.gammaincc(v / 2, x / 2)


@composite(scipy.special.chdtri, "v", "p")
def _(v, p) -> x:
    return 2 * scipy.special.gammainccinv(v / 2, p)


@composite(scipy.special.gdtr, "a", "b", "x")
def _(a, b, x) -> p:
    return scipy.special.gammainc(b, a * x)


@composite(scipy.special.gdtrc, "a", "b", "x")
def _(a, b, x) -> q:
    return scipy.special.gammaincc(b, a * x)


@composite(scipy.special.pdtr, "m")
def _(k, m) -> p:
    return scipy.special.gammaincc(np.floor(k) + 1, m)


@composite(scipy.special.pdtrc, "m")
def _(k, m) -> q:
    return scipy.special.gammainc(np.floor(k) + 1, m)


@composite(scipy.special.bdtr, "p")
def _(k, n, p) -> y:
    return scipy.special.betaincc(np.floor(k) + 1, n - np.floor(k), p)


@composite(scipy.special.bdtrc, "p")
def _(k, n, p) -> y:
    return scipy.special.betainc(np.floor(k) + 1, n - np.floor(k), p)


@composite(scipy.special.nbdtr, "p")
def _(k, n, p) -> y:
    return scipy.special.betainc(n, k + 1, p)


@composite(scipy.special.nbdtrc, "p")
def _(k, n, p) -> y:
    return scipy.special.betaincc(n, k + 1, p)


@composite(scipy.special.fdtr, "dfn", "dfd", "x")
def _(dfn, dfd, x) -> p:
    return scipy.special.betainc(dfn / 2, dfd / 2, dfn * x / (dfd + dfn * x))


@composite(scipy.special.fdtrc, "dfn", "dfd", "x")
def _(dfn, dfd, x) -> q:
    return scipy.special.betainc(dfd / 2, dfn / 2, dfd / (dfd + dfn * x))


@composite(scipy.special.fdtri, "dfn", "dfd", "p")
def _(dfn, dfd, p) -> x:
    part = scipy.special.betaincinv(dfn / 2, dfd / 2, p)
    return dfd * part / (dfn * (1 - part))


@elementwise(scipy.special.stdtr)
def _(df, t) -> p:
    d[df] = d[p] * stdtr_slope(df, t)
    d[t] = d[p] * student_density(df, t)


@elementwise(scipy.special.stdtrit)
def _(df, p) -> t:
    d[df] = -d[t] * stdtr_slope(df, t) / student_density(df, t)
    d[p] = d[t] / student_density(df, t)


@macro
def stdtr_slope(df, t):
    # For t < 0 the function is half of I(df / (df + t^2); df/2, 1/2), and odd about 1/2.
    whole = df + t * t
    part = df / whole
    moved = betainc_moment(df / 2, 0.5, part, 1, 0) / 2
    moved = moved + beta_density(df / 2, 0.5, part) * t * t / (whole * whole)
    return -np.sign(t) * moved / 2


@elementwise(student_density)
def _(df, t) -> y:
    half = scipy.special.digamma((df + 1) / 2) - scipy.special.digamma(df / 2)
    whole = df + t * t
    d[df] = d[y] * y * (half - np.log1p(t * t / df) + (t * t - 1) / whole) / 2
    d[t] = -d[y] * y * (df + 1) * t / whole


@elementwise(scipy.special.chndtr)
def _(x, df, nc) -> p:
    # Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions 2, chapter 29.
    root = np.sqrt(x) - np.sqrt(nc)
    bessel = scipy.special.ive(df / 2 - 1, np.sqrt(nc * x))
    d[x] = d[p] * np.exp(-root * root / 2) * (x / nc) ** (df / 4 - 0.5) * bessel / 2
    d[nc] = d[p] * (scipy.special.chndtr(x, df + 2, nc) - p) / 2
