"""scipy.stats: discrete distributions in their parameters, and distributions of vectors."""

requires = "scipy.stats"

import numpy as np
import scipy.special
import scipy.stats


@distribution(scipy.stats.poisson)
def _(k, mu) -> logpmf:
    logpmf[mu] = k / mu - 1
    cdf[mu] = -scipy.stats.poisson.pmf(np.floor(k), mu)


@distribution(scipy.stats.bernoulli)
def _(k, p) -> logpmf:
    logpmf[p] = k / p - (1 - k) / (1 - p)
    cdf[p] = np.where((k >= 0) & (k < 1), -1.0, 0.0)


@distribution(scipy.stats.binom)
def _(k, n, p) -> logpmf:
    logpmf[p] = (k - n * p) / (p * (1 - p))
    cdf[p] = -n * scipy.stats.binom.pmf(np.floor(k), n - 1, p)


@distribution(scipy.stats.geom)
def _(k, p) -> logpmf:
    logpmf[p] = 1 / p - (k - 1) / (1 - p)
    cdf[p] = np.floor(k) * (1 - p) ** (np.floor(k) - 1)


@distribution(scipy.stats.nbinom)
def _(k, n, p) -> logpmf:
    logpmf[n] = scipy.special.digamma(k + n) - scipy.special.digamma(n) + np.log(p)
    logpmf[p] = n / p - k / (1 - p)
    cdf[n] = betainc_moment(n, np.floor(k) + 1, p, 1, 0)
    cdf[p] = beta_density(n, np.floor(k) + 1, p)


@distribution(scipy.stats.betabinom)
def _(k, n, a, b) -> logpmf:
    rest = scipy.special.digamma(a + b) - scipy.special.digamma(n + a + b)
    logpmf[a] = scipy.special.digamma(k + a) - scipy.special.digamma(a) + rest
    logpmf[b] = scipy.special.digamma(n - k + b) - scipy.special.digamma(b) + rest


@distribution(scipy.stats.logser)
def _(k, p) -> logpmf:
    logpmf[p] = k / p + 1 / ((1 - p) * np.log1p(-p))


@distribution(scipy.stats.zipf)
def _(k, a) -> logpmf:
    logpmf[a] = -np.log(k) - zeta_slope(a, 1.0) / scipy.special.zeta(a)


@distribution(scipy.stats.planck)
def _(k, lambda_) -> logpmf:
    logpmf[lambda_] = 1 / np.expm1(lambda_) - k
    cdf[lambda_] = (np.floor(k) + 1) * np.exp(-lambda_ * (np.floor(k) + 1))


constant(
    scipy.stats.poisson.ppf, scipy.stats.bernoulli.ppf, scipy.stats.binom.ppf,
    scipy.stats.geom.ppf, scipy.stats.nbinom.ppf, scipy.stats.poisson.isf,
    scipy.stats.bernoulli.isf, scipy.stats.binom.isf, scipy.stats.geom.isf,
    scipy.stats.nbinom.isf,
)  # fmt: skip


@elementwise(scipy.stats.poisson.entropy)
def _(mu) -> y:
    d[mu] = d[y] * poisson_entropy_slope(mu)


# Distributions of vectors.  Constants are left out: only derivatives are taken of these.


@macro
def normal_log(x, mean, cov):
    off = x if mean is None else x - mean
    if ndim(cov) == 2:
        scaled = np.linalg.solve(cov, off[..., None])[..., 0]
        sign, log = np.linalg.slogdet(cov)
        return -np.sum(off * scaled, axis=-1) / 2 - log / 2
    each = -(off * off) / (2 * cov) - np.log(cov) / 2
    return each if mean is None else np.sum(each, axis=-1)


@macro
def singular_normal_log(x, mean, cov):
    off = x if mean is None else x - mean
    if ndim(cov) == 2:
        values = np.linalg.eigvalsh(cov)
        least = 2e-10 * np.max(np.abs(values))
        scaled = (np.linalg.pinv(cov, 2e-10, hermitian=True) @ off[..., None])[..., 0]
        log = np.sum(np.log(np.where(values > least, values, 1.0)))
        return -np.sum(off * scaled, axis=-1) / 2 - log / 2
    each = -(off * off) / (2 * cov) - np.log(cov) / 2
    return each if mean is None else np.sum(each, axis=-1)


@composite(scipy.stats.multivariate_normal.logpdf, "x", "mean", "cov")
def _(x, mean=None, cov=1, allow_singular=False) -> y:
    return singular_normal_log(x, mean, cov) if allow_singular else normal_log(x, mean, cov)


@composite(scipy.stats.multivariate_normal.pdf, "x", "mean", "cov")
def _(x, mean=None, cov=1, allow_singular=False) -> y:
    log = singular_normal_log(x, mean, cov) if allow_singular else normal_log(x, mean, cov)
    return log * y


@composite(scipy.stats.multivariate_normal.entropy, "mean", "cov")
def _(mean=None, cov=1) -> y:
    at = mean
    sign, log = np.linalg.slogdet(cov)
    return log / 2


@macro
def student_log(x, loc, shape, df, dim):
    off = x if loc is None else x - loc
    scaled = np.linalg.solve(shape, off[..., None])[..., 0]
    sign, log = np.linalg.slogdet(shape)
    gammas = scipy.special.gammaln((df + dim) / 2) - scipy.special.gammaln(df / 2)
    spread_ = np.log1p(np.sum(off * scaled, axis=-1) / df)
    return gammas - dim / 2 * np.log(df) - log / 2 - (df + dim) / 2 * spread_


@composite(scipy.stats.multivariate_t.logpdf, "x", "loc", "shape", "df")
def _(x, loc=None, shape=1, df=1) -> y:
    return student_log(x, loc, shape, df, np.shape(shape)[-1])


@composite(scipy.stats.multivariate_t.pdf, "x", "loc", "shape", "df")
def _(x, loc=None, shape=1, df=1) -> y:
    return student_log(x, loc, shape, df, np.shape(shape)[-1]) * y


@macro
def dirichlet_log(x, alpha):
    total = scipy.special.gammaln(np.sum(alpha)) - np.sum(scipy.special.gammaln(alpha))
    return np.dot(alpha - 1, np.log(x)) + total


@composite(scipy.stats.dirichlet.logpdf, "x", "alpha")
def _(x, alpha) -> y:
    return dirichlet_log(x, alpha)


@composite(scipy.stats.dirichlet.pdf, "x", "alpha")
def _(x, alpha) -> y:
    return np.exp(dirichlet_log(x, alpha))


@macro
def multinomial_log(x, p):
    # SciPy takes the last probability for what the others leave.
    first = p[..., :-1]
    last = 1 - np.sum(first, axis=-1)
    logs = np.sum(scipy.special.xlogy(x[..., :-1], first), axis=-1)
    return logs + scipy.special.xlogy(x[..., -1], last)


@composite(scipy.stats.multinomial.logpmf, "p")
def _(x, n, p) -> y:
    return multinomial_log(np.asarray(x), p)


@composite(scipy.stats.multinomial.pmf, "p")
def _(x, n, p) -> y:
    return multinomial_log(np.asarray(x), p) * y


@composite(scipy.stats.wishart.logpdf, "x", "df", "scale")
def _(x, df, scale) -> y:
    dim = np.shape(scale)[-1]
    sign, log_x = np.linalg.slogdet(x)
    sign_scale, log_scale = np.linalg.slogdet(scale)
    trace = np.trace(np.linalg.solve(scale, x))
    norm = scipy.special.multigammaln(df / 2, dim) + df * dim * 0.34657359027997264
    return ((df - dim - 1) * log_x - trace - df * log_scale) / 2 - norm
