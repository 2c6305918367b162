"""scipy.stats: functions of samples, as expressions of NumPy that are differentiated."""

requires = "scipy.stats"

import numpy as np
import scipy.special
import scipy.stats

constant(scipy.stats.rankdata, scipy.stats.percentileofscore, scipy.stats.cumfreq)


@macro
def centred(a, axis):
    return a - np.mean(a, axis=axis, keepdims=True)


# Means and moments


@composite(scipy.stats.gmean, "a", "weights")
def _(a, axis=0, dtype=None, weights=None, *, keepdims=False) -> y:
    if weights is None:
        return np.exp(np.mean(np.log(a), axis=axis, keepdims=keepdims))
    total = np.sum(weights * np.log(a), axis=axis, keepdims=keepdims)
    return np.exp(total / np.sum(weights + 0 * a, axis=axis, keepdims=keepdims))


@composite(scipy.stats.hmean, "a", "weights")
def _(a, axis=0, dtype=None, *, weights=None, keepdims=False) -> y:
    if weights is None:
        return 1 / np.mean(1 / a, axis=axis, keepdims=keepdims)
    total = np.sum(weights / a, axis=axis, keepdims=keepdims)
    return np.sum(weights + 0 * a, axis=axis, keepdims=keepdims) / total


@composite(scipy.stats.pmean, "a", "p")
def _(a, p, *, axis=0, keepdims=False) -> y:
    return np.mean(a**p, axis=axis, keepdims=keepdims) ** (1 / p)


@composite(scipy.stats.tmean, "a")
def _(a, limits=None, inclusive=(True, True), axis=None, *, keepdims=False) -> y:
    return np.mean(a, axis=axis, keepdims=keepdims)


@composite(scipy.stats.tvar, "a")
def _(a, limits=None, inclusive=(True, True), axis=0, ddof=1, *, keepdims=False) -> y:
    return np.var(a, axis=axis, ddof=ddof, keepdims=keepdims)


@composite(scipy.stats.tstd, "a")
def _(a, limits=None, inclusive=(True, True), axis=0, ddof=1, *, keepdims=False) -> y:
    return np.std(a, axis=axis, ddof=ddof, keepdims=keepdims)


@composite(scipy.stats.tsem, "a")
def _(a, limits=None, inclusive=(True, True), axis=0, ddof=1, *, keepdims=False) -> y:
    root = np.sqrt(reduced_size(a, axis))
    return np.std(a, axis=axis, ddof=ddof, keepdims=keepdims) / root


@composite(scipy.stats.sem, "a")
def _(a, axis=0, ddof=1, nan_policy="propagate", *, keepdims=False) -> y:
    root = np.sqrt(reduced_size(a, axis))
    return np.std(a, axis=axis, ddof=ddof, keepdims=keepdims) / root


@composite(scipy.stats.moment, "a", "center")
def _(a, order=1, axis=0, nan_policy="propagate", *, center=None, keepdims=False) -> y:
    off = centred(a, axis) if center is None else a - center
    return np.mean(off**order, axis=axis, keepdims=keepdims)


@composite(scipy.stats.variation, "a")
def _(a, axis=0, nan_policy="propagate", ddof=0, *, keepdims=False) -> y:
    spread_ = np.std(a, axis=axis, ddof=ddof, keepdims=keepdims)
    return spread_ / np.mean(a, axis=axis, keepdims=keepdims)


@composite(scipy.stats.gstd, "a")
def _(a, axis=0, ddof=1, *, keepdims=False) -> y:
    return np.exp(np.std(np.log(a), axis=axis, ddof=ddof, keepdims=keepdims))


@composite(scipy.stats.skew, "a")
def _(a, axis=0, bias=True, nan_policy="propagate", *, keepdims=False) -> y:
    off = centred(a, axis)
    second = np.mean(off**2, axis=axis, keepdims=keepdims)
    n = np.size(a) if axis is None else np.shape(a)[axis]
    scale = 1.0 if bias else (n * (n - 1)) ** 0.5 / (n - 2)
    return np.mean(off**3, axis=axis, keepdims=keepdims) / second**1.5 * scale


@composite(scipy.stats.kurtosis, "a")
def _(a, axis=0, fisher=True, bias=True, nan_policy="propagate", *, keepdims=False) -> y:
    shifted = fisher
    off = centred(a, axis)
    second = np.mean(off**2, axis=axis, keepdims=keepdims)
    n = np.size(a) if axis is None else np.shape(a)[axis]
    scale = 1.0 if bias else (n * n - 1) / ((n - 2) * (n - 3))
    return np.mean(off**4, axis=axis, keepdims=keepdims) / second**2 * scale


@composite(scipy.stats.zscore, "a")
def _(a, axis=0, ddof=0) -> y:
    return centred(a, axis) / np.std(a, axis=axis, ddof=ddof, keepdims=True)


@composite(scipy.stats.gzscore, "a")
def _(a, *, axis=0, ddof=0) -> y:
    logs = np.log(a)
    return centred(logs, axis) / np.std(logs, axis=axis, ddof=ddof, keepdims=True)


@composite(scipy.stats.zmap, "scores", "compare")
def _(scores, compare, axis=0, ddof=0) -> y:
    mean = np.mean(compare, axis=axis, keepdims=True)
    return (scores - mean) / np.std(compare, axis=axis, ddof=ddof, keepdims=True)


# Order statistics and distances


@composite(scipy.stats.iqr, "x")
def _(
    x, axis=None, rng=(25, 75), scale=1.0, nan_policy="propagate", interpolation="linear",
    keepdims=False,
) -> y:  # fmt: skip
    low = np.percentile(x, rng[0], axis=axis, method=interpolation, keepdims=keepdims)
    high = np.percentile(x, rng[1], axis=axis, method=interpolation, keepdims=keepdims)
    return (high - low) / scale


@composite(scipy.stats.median_abs_deviation, "x")
def _(x, axis=0, center=None, scale=1.0, nan_policy="propagate", *, keepdims=False) -> y:
    off = np.abs(x - np.median(x, axis=axis, keepdims=True))
    return np.median(off, axis=axis, keepdims=keepdims) / scale


@composite(scipy.stats.trim_mean, "a")
def _(a, proportiontocut, axis=0) -> y:
    count = np.shape(a)[axis]
    cut = int(proportiontocut * count)
    kept = np.take(np.sort(a, axis=axis), np.arange(cut, count - cut), axis=axis)
    return np.mean(kept, axis=axis)


@composite(scipy.stats.wasserstein_distance, "u_values", "v_values")
def _(u_values, v_values) -> y:
    steps = np.diff(np.sort(np.concatenate((u_values, v_values))))
    return np.sum(np.abs(cdf_gaps(u_values, v_values)) * steps)


@composite(scipy.stats.energy_distance, "u_values", "v_values")
def _(u_values, v_values) -> y:
    steps = np.diff(np.sort(np.concatenate((u_values, v_values))))
    return np.sqrt(2 * np.sum(cdf_gaps(u_values, v_values) ** 2 * steps))


constant(cdf_gaps)


@composite(scipy.stats.entropy, "pk", "qk")
def _(pk, qk=None, base=None, axis=0, *, keepdims=False) -> y:
    unit = 1 if base is None else np.log(base)
    p = pk / np.sum(pk, axis=axis, keepdims=True)
    if qk is None:
        return np.sum(scipy.special.entr(p), axis=axis, keepdims=keepdims) / unit
    q = qk / np.sum(qk, axis=axis, keepdims=True)
    return np.sum(scipy.special.rel_entr(p, q), axis=axis, keepdims=keepdims) / unit


# Angles


@composite(scipy.stats.circmean, "samples")
def _(
    samples, high=6.283185307179586, low=0, axis=None, nan_policy="propagate", *, keepdims=False
) -> y:  # fmt: skip
    rate = 6.283185307179586 / (high - low)
    s = np.mean(np.sin((samples - low) * rate), axis=axis, keepdims=keepdims)
    c = np.mean(np.cos((samples - low) * rate), axis=axis, keepdims=keepdims)
    return np.arctan2(s, c) / rate


@composite(scipy.stats.circvar, "samples")
def _(
    samples, high=6.283185307179586, low=0, axis=None, nan_policy="propagate", *, keepdims=False
) -> y:  # fmt: skip
    rate = 6.283185307179586 / (high - low)
    s = np.mean(np.sin((samples - low) * rate), axis=axis, keepdims=keepdims)
    c = np.mean(np.cos((samples - low) * rate), axis=axis, keepdims=keepdims)
    return 1 - np.hypot(s, c)


@composite(scipy.stats.circstd, "samples")
def _(
    samples, high=6.283185307179586, low=0, axis=None, nan_policy="propagate",
    *, normalize=False, keepdims=False,
) -> y:  # fmt: skip
    rate = 6.283185307179586 / (high - low)
    s = np.mean(np.sin((samples - low) * rate), axis=axis, keepdims=keepdims)
    c = np.mean(np.cos((samples - low) * rate), axis=axis, keepdims=keepdims)
    spread_ = np.sqrt(-2 * np.log(np.hypot(s, c)))
    return spread_ if normalize else spread_ / rate


# Transformations


@composite(scipy.stats.boxcox, "x", "lmbda")
def _(x, lmbda) -> y:
    return scipy.special.boxcox(x, lmbda)


@composite(scipy.stats.boxcox_llf, "lmb", "data")
def _(lmb, data, *, axis=0, keepdims=False) -> y:
    spread_ = np.var(scipy.special.boxcox(data, lmb), axis=axis, keepdims=keepdims)
    logs = np.sum(np.log(data), axis=axis, keepdims=keepdims)
    return (lmb - 1) * logs - reduced_size(data, axis) / 2 * np.log(spread_)


@composite(scipy.stats.yeojohnson, "x", "lmbda")
def _(x, lmbda) -> y:
    right = scipy.special.boxcox1p(np.maximum(x, 0), lmbda)
    left = scipy.special.boxcox1p(np.maximum(-x, 0), 2 - lmbda)
    return np.where(x >= 0, right, -left)


# Tests: the statistic and the p-value


@macro
def two_sided(t, df):
    return 2 * scipy.special.stdtr(df, -np.abs(t))


@composite(scipy.stats.ttest_1samp, "a", "popmean")
def _(
    a, popmean, axis=0, nan_policy="propagate", alternative="two-sided", *, keepdims=False
) -> (statistic, pvalue):  # fmt: skip
    n = reduced_size(a, axis)
    off = np.mean(a, axis=axis, keepdims=keepdims) - popmean
    t = off / (np.std(a, axis=axis, ddof=1, keepdims=keepdims) / np.sqrt(n))
    return t, two_sided(t, n - 1.0)


@composite(scipy.stats.ttest_rel, "a", "b")
def _(
    a, b, axis=0, nan_policy="propagate", alternative="two-sided", *, keepdims=False
) -> (statistic, pvalue):  # fmt: skip
    n = reduced_size(a, axis)
    error = np.std(a - b, axis=axis, ddof=1, keepdims=keepdims) / np.sqrt(n)
    t = np.mean(a - b, axis=axis, keepdims=keepdims) / error
    return t, two_sided(t, n - 1.0)


@composite(scipy.stats.ttest_ind, "a", "b")
def _(a, b, *, axis=0, equal_var=True, keepdims=False) -> (statistic, pvalue):
    n_a, n_b = reduced_size(a, axis), reduced_size(b, axis)
    off = np.mean(a, axis=axis, keepdims=keepdims) - np.mean(b, axis=axis, keepdims=keepdims)
    var_a = np.var(a, axis=axis, ddof=1, keepdims=keepdims)
    var_b = np.var(b, axis=axis, ddof=1, keepdims=keepdims)
    if equal_var:
        pooled = ((n_a - 1) * var_a + (n_b - 1) * var_b) / (n_a + n_b - 2)
        t = off / np.sqrt(pooled * (1 / n_a + 1 / n_b))
        return t, two_sided(t, n_a + n_b - 2.0)
    part_a, part_b = var_a / n_a, var_b / n_b
    df = (part_a + part_b) ** 2 / (part_a**2 / (n_a - 1) + part_b**2 / (n_b - 1))
    t = off / np.sqrt(part_a + part_b)
    return t, two_sided(t, df)


@composite(scipy.stats.pearsonr, "x", "y")
def _(x, y, *, axis=0) -> (statistic, pvalue):
    dx, dy = centred(x, axis), centred(y, axis)
    scale = np.sqrt(np.sum(dx * dx, axis=axis) * np.sum(dy * dy, axis=axis))
    r = np.sum(dx * dy, axis=axis) / scale
    df = reduced_size(x, axis) - 2.0
    return r, two_sided(r * np.sqrt(df / ((1 - r) * (1 + r))), df)


@composite(scipy.stats.linregress, "x", "y")
def _(x, y) -> (slope, intercept, rvalue, pvalue, stderr):
    dx, dy = x - np.mean(x), y - np.mean(y)
    xx, xy, yy = np.sum(dx * dx), np.sum(dx * dy), np.sum(dy * dy)
    rate = xy / xx
    r = xy / np.sqrt(xx * yy)
    df = np.size(x) - 2.0
    rest = (1 - r) * (1 + r)
    t = r * np.sqrt(df / rest)
    return (
        rate, np.mean(y) - rate * np.mean(x), r, two_sided(t, df), np.sqrt(rest * yy / xx / df),
    )  # fmt: skip


# Kernel density estimates of given data


@tangent(scipy.stats.gaussian_kde.__call__, scipy.stats.gaussian_kde.pdf)
def _(self, points) -> y:
    moved = kde_slope(self, points) * d[points]
    d[y] = np.sum(np.reshape(moved, (-1, np.size(y))), axis=0)


@adjoint(scipy.stats.gaussian_kde.__call__, scipy.stats.gaussian_kde.pdf)
def _(self, points) -> y:
    d[points] = kde_slope(self, points) * d[y]


@tangent(scipy.stats.gaussian_kde.logpdf)
def _(self, x) -> y:
    moved = kde_slope(self, x) * d[x]
    d[y] = np.sum(np.reshape(moved, (-1, np.size(y))), axis=0) * np.exp(-y)


@adjoint(scipy.stats.gaussian_kde.logpdf)
def _(self, x) -> y:
    d[x] = kde_slope(self, x) * (d[y] * np.exp(-y))
