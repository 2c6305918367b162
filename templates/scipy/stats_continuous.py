"""scipy.stats: continuous distributions by the slopes of their densities.

`logpdf[z]` and `logpdf[a]` are the slopes of the logarithm of the density in the standardised
variable and in a shape, `cdf[a]` that of the distribution function; see `s2s/rules/densities.py`.
"""

requires = "scipy.stats"

import numpy as np
import scipy.special
import scipy.stats


@macro
def normal_hazard(x):
    # The normal density over its distribution function.
    return 0.7978845608028654 / scipy.special.erfcx(-0.7071067811865476 * x)


@macro
def normal_density(x):
    return 0.3989422804014327 * np.exp(-x * x / 2)


# Without shapes


@distribution(scipy.stats.norm)
def _(z) -> logpdf:
    logpdf[z] = -z


@distribution(scipy.stats.halfnorm)
def _(z) -> logpdf:
    logpdf[z] = -z


@distribution(scipy.stats.expon)
def _(z) -> logpdf:
    logpdf[z] = -1


@distribution(scipy.stats.uniform)
def _(z) -> logpdf:
    logpdf[z] = 0


@distribution(scipy.stats.cauchy)
def _(z) -> logpdf:
    logpdf[z] = -2 * z / (1 + z * z)


@distribution(scipy.stats.halfcauchy)
def _(z) -> logpdf:
    logpdf[z] = -2 * z / (1 + z * z)


@distribution(scipy.stats.laplace)
def _(z) -> logpdf:
    logpdf[z] = -np.sign(z)


@distribution(scipy.stats.logistic)
def _(z) -> logpdf:
    logpdf[z] = -np.tanh(z / 2)


@distribution(scipy.stats.halflogistic)
def _(z) -> logpdf:
    logpdf[z] = -np.tanh(z / 2)


@distribution(scipy.stats.hypsecant)
def _(z) -> logpdf:
    logpdf[z] = -np.tanh(z)


@distribution(scipy.stats.gumbel_r)
def _(z) -> logpdf:
    logpdf[z] = np.expm1(-z)


@distribution(scipy.stats.gumbel_l)
def _(z) -> logpdf:
    logpdf[z] = -np.expm1(z)


@distribution(scipy.stats.moyal)
def _(z) -> logpdf:
    logpdf[z] = np.expm1(-z) / 2


@distribution(scipy.stats.rayleigh)
def _(z) -> logpdf:
    logpdf[z] = 1 / z - z


@distribution(scipy.stats.maxwell)
def _(z) -> logpdf:
    logpdf[z] = 2 / z - z


@distribution(scipy.stats.arcsine)
def _(z) -> logpdf:
    logpdf[z] = (0.5 / (1 - z)) - 0.5 / z


@distribution(scipy.stats.semicircular)
def _(z) -> logpdf:
    logpdf[z] = -z / (1 - z * z)


@distribution(scipy.stats.cosine)
def _(z) -> logpdf:
    logpdf[z] = -np.tan(z / 2)


@distribution(scipy.stats.levy)
def _(z) -> logpdf:
    logpdf[z] = (1 / z - 3) / (2 * z)


# The gamma family


@distribution(scipy.stats.gamma)
def _(z, a) -> logpdf:
    logpdf[z] = (a - 1) / z - 1
    logpdf[a] = np.log(z) - scipy.special.digamma(a)
    cdf[a] = gammainc_moment(a, z, 1)


@distribution(scipy.stats.erlang)
def _(z, a) -> logpdf:
    logpdf[z] = (a - 1) / z - 1
    logpdf[a] = np.log(z) - scipy.special.digamma(a)
    cdf[a] = gammainc_moment(a, z, 1)


@distribution(scipy.stats.invgamma)
def _(z, a) -> logpdf:
    logpdf[z] = (1 / z - a - 1) / z
    logpdf[a] = -np.log(z) - scipy.special.digamma(a)
    cdf[a] = -gammainc_moment(a, 1 / z, 1)


@distribution(scipy.stats.loggamma)
def _(z, c) -> logpdf:
    logpdf[z] = c - np.exp(z)
    logpdf[c] = z - scipy.special.digamma(c)
    cdf[c] = gammainc_moment(c, np.exp(z), 1)


@distribution(scipy.stats.dgamma)
def _(z, a) -> logpdf:
    logpdf[z] = np.sign(z) * ((a - 1) / np.abs(z) - 1)
    logpdf[a] = np.log(np.abs(z)) - scipy.special.digamma(a)
    cdf[a] = np.sign(z) * gammainc_moment(a, np.abs(z), 1) / 2


@distribution(scipy.stats.chi2)
def _(z, df) -> logpdf:
    logpdf[z] = (df / 2 - 1) / z - 0.5
    logpdf[df] = (np.log(z / 2) - scipy.special.digamma(df / 2)) / 2
    cdf[df] = gammainc_moment(df / 2, z / 2, 1) / 2


@distribution(scipy.stats.chi)
def _(z, df) -> logpdf:
    logpdf[z] = (df - 1) / z - z
    logpdf[df] = np.log(z) - 0.34657359027997264 - scipy.special.digamma(df / 2) / 2
    cdf[df] = gammainc_moment(df / 2, z * z / 2, 1) / 2


@distribution(scipy.stats.nakagami)
def _(z, nu) -> logpdf:
    logpdf[z] = (2 * nu - 1) / z - 2 * nu * z
    logpdf[nu] = np.log(nu) + 1 - scipy.special.digamma(nu) + 2 * np.log(z) - z * z
    cdf[nu] = gammainc_moment(nu, nu * z * z, 1) + gamma_density(nu, nu * z * z) * z * z


@distribution(scipy.stats.gennorm)
def _(z, beta) -> logpdf:
    size = np.abs(z)
    power = size**beta
    logpdf[z] = -np.sign(z) * power_slope(size, beta)
    logpdf[beta] = (1 + scipy.special.digamma(1 / beta) / beta) / beta - power_log(size, beta)
    moved = gamma_density(1 / beta, power) * power_log(size, beta)
    cdf[beta] = np.sign(z) / 2 * (moved - gammainc_moment(1 / beta, power, 1) / (beta * beta))


@distribution(scipy.stats.halfgennorm)
def _(z, beta) -> logpdf:
    power = z**beta
    logpdf[z] = -power_slope(z, beta)
    logpdf[beta] = (1 + scipy.special.digamma(1 / beta) / beta) / beta - power_log(z, beta)
    moved = gamma_density(1 / beta, power) * power_log(z, beta)
    cdf[beta] = moved - gammainc_moment(1 / beta, power, 1) / (beta * beta)


# The beta family


@distribution(scipy.stats.beta)
def _(z, a, b) -> logpdf:
    mean = scipy.special.digamma(a + b)
    logpdf[z] = (a - 1) / z - (b - 1) / (1 - z)
    logpdf[a] = np.log(z) - scipy.special.digamma(a) + mean
    logpdf[b] = np.log1p(-z) - scipy.special.digamma(b) + mean
    cdf[a] = betainc_moment(a, b, z, 1, 0)
    cdf[b] = betainc_moment(a, b, z, 0, 1)


@distribution(scipy.stats.betaprime)
def _(z, a, b) -> logpdf:
    mean = scipy.special.digamma(a + b)
    part = z / (1 + z)
    logpdf[z] = (a - 1) / z - (a + b) / (1 + z)
    logpdf[a] = np.log(part) - scipy.special.digamma(a) + mean
    logpdf[b] = -np.log1p(z) - scipy.special.digamma(b) + mean
    cdf[a] = betainc_moment(a, b, part, 1, 0)
    cdf[b] = betainc_moment(a, b, part, 0, 1)


@distribution(scipy.stats.t)
def _(z, df) -> logpdf:
    whole = df + z * z
    half = scipy.special.digamma((df + 1) / 2) - scipy.special.digamma(df / 2)
    logpdf[z] = -(df + 1) * z / whole
    logpdf[df] = (half - np.log1p(z * z / df) + (z * z - 1) / whole) / 2
    cdf[df] = stdtr_slope(df, z)


@distribution(scipy.stats.f)
def _(z, dfn, dfd) -> logpdf:
    whole = dfd + dfn * z
    mean = scipy.special.digamma((dfn + dfd) / 2)
    part = dfn * z / whole
    density = beta_density(dfn / 2, dfd / 2, part) / (whole * whole)
    logpdf[z] = (dfn / 2 - 1) / z - (dfn + dfd) * dfn / (2 * whole)
    logpdf[dfn] = (
        np.log(part) + 1 - (dfn + dfd) * z / whole - scipy.special.digamma(dfn / 2) + mean
    ) / 2
    logpdf[dfd] = (
        np.log(dfd / whole) + 1 - (dfn + dfd) / whole - scipy.special.digamma(dfd / 2) + mean
    ) / 2
    cdf[dfn] = betainc_moment(dfn / 2, dfd / 2, part, 1, 0) / 2 + density * dfd * z
    cdf[dfd] = betainc_moment(dfn / 2, dfd / 2, part, 0, 1) / 2 - density * dfn * z


@distribution(scipy.stats.powerlaw)
def _(z, a) -> logpdf:
    logpdf[z] = (a - 1) / z
    logpdf[a] = 1 / a + np.log(z)
    cdf[a] = power_log(z, a)


# Powers and exponentials


@distribution(scipy.stats.pareto)
def _(z, b) -> logpdf:
    logpdf[z] = -(b + 1) / z
    logpdf[b] = 1 / b - np.log(z)
    cdf[b] = z**-b * np.log(z)


@distribution(scipy.stats.lomax)
def _(z, c) -> logpdf:
    logpdf[z] = -(c + 1) / (1 + z)
    logpdf[c] = 1 / c - np.log1p(z)
    cdf[c] = (1 + z) ** -c * np.log1p(z)


@distribution(scipy.stats.genpareto)
def _(z, c) -> logpdf:
    # log1p(u) - u / (1 + u) over u^2, without cancellation at u = 0
    curve = scipy.special.hyp2f1(2.0, 2.0, 3.0, -c * z) / 2
    logpdf[z] = -(1 + c) / (1 + c * z)
    logpdf[c] = z * z * curve - z / (1 + c * z)
    cdf[c] = -scipy.stats.genpareto.sf(z, c) * z * z * curve


@distribution(scipy.stats.weibull_min)
def _(z, c) -> logpdf:
    power = z**c
    logpdf[z] = (c - 1) / z - power_slope(z, c)
    logpdf[c] = 1 / c + np.log(z) - power_log(z, c)
    cdf[c] = np.exp(-power) * power_log(z, c)


@distribution(scipy.stats.weibull_max)
def _(z, c) -> logpdf:
    power = (-z) ** c
    logpdf[z] = power_slope(-z, c) + (c - 1) / z
    logpdf[c] = 1 / c + np.log(-z) - power_log(-z, c)
    cdf[c] = -np.exp(-power) * power_log(-z, c)


@distribution(scipy.stats.fisk)
def _(z, c) -> logpdf:
    power = z**c
    logpdf[z] = (c - 1 - 2 * c * power / (1 + power)) / z
    logpdf[c] = 1 / c + np.log(z) - 2 * power_log(z, c) / (1 + power)
    cdf[c] = power_log(z, c) / (1 + power) ** 2


@distribution(scipy.stats.burr12)
def _(z, c, d) -> logpdf:
    power = z**c
    logpdf[z] = (c - 1 - (d + 1) * c * power / (1 + power)) / z
    logpdf[c] = 1 / c + np.log(z) - (d + 1) * power_log(z, c) / (1 + power)
    logpdf[d] = 1 / d - np.log1p(power)
    cdf[c] = d * (1 + power) ** (-d - 1) * power_log(z, c)
    cdf[d] = (1 + power) ** -d * np.log1p(power)


@distribution(scipy.stats.loglaplace)
def _(z, c) -> logpdf:
    below = z < 1
    logpdf[z] = np.where(below, c - 1, -c - 1) / z
    logpdf[c] = 1 / c - np.abs(np.log(z))
    cdf[c] = np.where(below, z**c, z**-c) * np.log(z) / 2


@distribution(scipy.stats.truncexpon)
def _(z, b) -> logpdf:
    logpdf[z] = -1
    logpdf[b] = -1 / np.expm1(b)
    cdf[b] = -scipy.stats.truncexpon.cdf(z, b) / np.expm1(b)


@distribution(scipy.stats.triang)
def _(z, c) -> logpdf:
    below = z < c
    logpdf[z] = np.where(below, 1 / z, -1 / (1 - z))
    logpdf[c] = np.where(below, -1 / c, 1 / (1 - c))
    cdf[c] = -np.where(below, (z / c) ** 2, ((1 - z) / (1 - c)) ** 2)


# From the normal distribution


@distribution(scipy.stats.lognorm)
def _(z, s) -> logpdf:
    log = np.log(z)
    logpdf[z] = -(1 + log / (s * s)) / z
    logpdf[s] = (log * log / (s * s) - 1) / s
    cdf[s] = -normal_density(log / s) * log / (s * s)


@distribution(scipy.stats.truncnorm)
def _(z, a, b) -> logpdf:
    logpdf[z] = -z
    logpdf[a] = scipy.stats.truncnorm.pdf(a, a, b)
    logpdf[b] = -scipy.stats.truncnorm.pdf(b, a, b)
    cdf[a] = -scipy.stats.truncnorm.pdf(a, a, b) * scipy.stats.truncnorm.sf(z, a, b)
    cdf[b] = -scipy.stats.truncnorm.pdf(b, a, b) * scipy.stats.truncnorm.cdf(z, a, b)


@distribution(scipy.stats.skewnorm)
def _(z, a) -> logpdf:
    whole = 1 + a * a
    logpdf[z] = a * normal_hazard(a * z) - z
    logpdf[a] = z * normal_hazard(a * z)
    cdf[a] = -np.exp(-z * z * whole / 2) / (3.141592653589793 * whole)


@distribution(scipy.stats.exponnorm)
def _(z, K) -> logpdf:
    hazard = normal_hazard(z - 1 / K)
    logpdf[z] = hazard - 1 / K
    logpdf[K] = ((z + hazard) / K - 1 / (K * K) - 1) / K
    cdf[K] = -scipy.stats.exponnorm.pdf(z, K) * ((z + hazard) - 1 / K) / K


@distribution(scipy.stats.invgauss)
def _(z, mu) -> logpdf:
    ratio_ = z / mu
    logpdf[z] = -(3 + (ratio_ - 1 / ratio_) / mu) / (2 * z)
    logpdf[mu] = (ratio_ - 1) / (mu * mu)
    tail = scipy.special.log_ndtr(-(ratio_ + 1) / np.sqrt(z))
    cdf[mu] = -2 / (mu * mu) * np.exp(2 / mu + tail)


@distribution(scipy.stats.foldnorm)
def _(z, c) -> logpdf:
    logpdf[z] = c * np.tanh(c * z) - z
    logpdf[c] = z * np.tanh(c * z) - c
    cdf[c] = normal_density(z + c) - normal_density(z - c)


@distribution(scipy.stats.johnsonsu)
def _(z, a, b) -> logpdf:
    log = np.arcsinh(z)
    moved = a + b * log
    logpdf[z] = -moved * b / np.hypot(1, z) - z / (1 + z * z)
    logpdf[a] = -moved
    logpdf[b] = 1 / b - moved * log
    cdf[a] = normal_density(moved)
    cdf[b] = normal_density(moved) * log


# On the circle, and with Bessel functions: the distribution function in the variable only


@distribution(scipy.stats.vonmises)
def _(z, kappa) -> logpdf:
    logpdf[z] = -kappa * np.sin(z)
    logpdf[kappa] = np.cos(z) - scipy.special.i1e(kappa) / scipy.special.i0e(kappa)


@distribution(scipy.stats.wrapcauchy)
def _(z, c) -> logpdf:
    whole = 1 + c * c - 2 * c * np.cos(z)
    logpdf[z] = -2 * c * np.sin(z) / whole
    logpdf[c] = 2 * (np.cos(z) - c) / whole - 2 * c / (1 - c * c)


@distribution(scipy.stats.rice)
def _(z, b) -> logpdf:
    bessel = scipy.special.i1e(z * b) / scipy.special.i0e(z * b)
    logpdf[z] = 1 / z - z + b * bessel
    logpdf[b] = z * bessel - b
