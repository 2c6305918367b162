"""The programs of scipy.stats: every method of every distribution, and functions of samples.

A distribution is given by the text of its variable and of its shapes, over arguments between
0.4 and 1.6; `c` is the scale and `y` the location.
"""

CONTINUOUS = {
    "norm": ("x",), "halfnorm": ("x + y",), "expon": ("x + y",), "uniform": ("x / 2 * c + y",),
    "cauchy": ("x",), "halfcauchy": ("x + y",), "laplace": ("x + y",), "logistic": ("x",),
    "halflogistic": ("x + y",), "hypsecant": ("x",), "gumbel_r": ("x",), "gumbel_l": ("x",),
    "moyal": ("x",), "rayleigh": ("x + y",), "maxwell": ("x + y",), "arcsine": ("x / 2 * c + y",),
    "semicircular": ("x / 2 * c + y",), "cosine": ("x",), "levy": ("x + y",),
    "gamma": ("x + y", "a"), "erlang": ("x + y", "a"), "invgamma": ("x + y", "a"),
    "loggamma": ("x", "a"), "dgamma": ("x + y", "a"), "chi2": ("x + y", "a + 1"),
    "chi": ("x + y", "a + 1"), "nakagami": ("x + y", "a + 1"), "gennorm": ("x + y", "a"),
    "halfgennorm": ("x + y", "a"), "beta": ("x / 2 * c + y", "a", "b"),
    "betaprime": ("x + y", "a", "b + 1"), "t": ("x", "a + 2"), "f": ("x + y", "a + 1", "b + 3"),
    "powerlaw": ("x / 2 * c + y", "a"), "pareto": ("(x + 1) * c + y", "a"),
    "lomax": ("x + y", "a"), "genpareto": ("x + y", "a"), "weibull_min": ("x + y", "a"),
    "weibull_max": ("y - x", "a"), "fisk": ("x + y", "a"), "burr12": ("x + y", "a", "b"),
    "loglaplace": ("x / 2 * c + y", "a"), "truncexpon": ("x / 2 * c + y", "a + 1"),
    "triang": ("x / 2 * c + y", "a / 2"), "lognorm": ("x + y", "a"),
    "truncnorm": ("x / 2 * c + y", "-a", "b + 1"), "skewnorm": ("x", "a"),
    "exponnorm": ("x", "a + 1"), "invgauss": ("x + y", "a"), "foldnorm": ("x + y", "a"),
    "johnsonsu": ("x", "a", "b"), "vonmises": ("x + y", "a"), "wrapcauchy": ("x + y", "a / 2"),
    "rice": ("x + y", "a"),
}  # fmt: skip
# The slope of their distribution functions in the shapes has no formula here.
ONLY_IN_VARIABLE = {"vonmises", "wrapcauchy", "rice"}
DISCRETE = {
    "poisson": ("2", "a"), "bernoulli": ("0", "a / 2"),
    "binom": ("np.array([0, 2, 4])", "5", "a / 2"), "geom": ("np.array([1, 2, 5])", "a / 2"),
    "nbinom": ("np.array([0, 2, 5])", "a", "b / 2"),
    "betabinom": ("np.array([0, 2, 5])", "5", "a", "b"), "logser": ("2", "a / 2"),
    "zipf": ("2", "a + 2"), "planck": ("2", "a"),
}  # fmt: skip
NO_CDF = {"betabinom", "logser", "zipf"}
MORE = [
    ("norm.entropy(y, c)", ((3,), (3,))),
    ("gamma.mean(2.0, y, c)", ((3,), (3,))),
    ("gamma.median(2.0, y, c)", ((3,), (3,))),
    ("norm.std(y, c)", ((), ())),
    ("gamma.var(2.0, y, c)", ((), ())),
    ("poisson.entropy(x)", ((3,),)),
    ("norm(loc=y, scale=c).logpdf(x)", ((3,), (3,), ())),
    ("gamma(a).cdf(x)", ((3,), (3,))),
    ("multivariate_normal.logpdf(x, y, a @ a.T + np.eye(2))", ((2, 2), (4, 2), (2,))),
    ("multivariate_normal.pdf(x, y, a @ a.T + np.eye(2))", ((2, 2), (2,), (2,))),
    ("multivariate_normal.logpdf(x, y, a)", ((), (4, 2), (2,))),
    ("multivariate_normal.logpdf(x, y, a @ a.T + np.eye(2), True)", ((2, 2), (4, 2), (2,))),
    ("multivariate_normal.pdf(x, cov=a @ a.T + np.eye(2), allow_singular=True)", ((2, 2), (2,))),
    ("multivariate_normal.logpdf(a @ x[:1], None, a @ a.T, True)", ((2, 1), (3,))),
    ("multivariate_normal.logpdf(x, y, a, True)", ((), (4, 2), (2,))),
    ("multivariate_normal.entropy(y, a @ a.T + np.eye(2))", ((2, 2), (2,))),
    ("multivariate_t.logpdf(x, y, a @ a.T + np.eye(2), 3.0)", ((2, 2), (4, 2), (2,))),
    ("multivariate_t.pdf(x, y, a @ a.T + np.eye(2), 3.0)", ((2, 2), (2,), (2,))),
    ("dirichlet.logpdf(x / np.sum(x), a)", ((3,), (3,))),
    ("dirichlet.pdf(x / np.sum(x), a)", ((3,), (3,))),
    ("multinomial.logpmf([1, 2, 1], 4, x / np.sum(x))", ((3,),)),
    ("multinomial.pmf([1, 2, 1], 4, x / np.sum(x))", ((3,),)),
    ("wishart.logpdf(x @ x.T + np.eye(2), 3.5, a @ a.T + np.eye(2))", ((2, 2), (2, 2))),
    *((f"{name}(x)", ((5,),)) for name in (
        "gmean hmean tmean tvar tstd tsem sem moment variation gstd skew kurtosis zscore gzscore "
        "iqr median_abs_deviation entropy circmean circvar circstd"
    ).split()),
    *((f"{name}(x, axis=1)", ((2, 4),)) for name in (
        "gmean hmean skew kurtosis zscore sem iqr variation entropy"
    ).split()),
    ("skew(x, bias=False)", ((6,),)),
    ("kurtosis(x, axis=0, bias=False)", ((5, 2),)),
    ("gmean(x, weights=a)", ((4,), (4,))),
    ("hmean(x, weights=a)", ((4,), (4,))),
    ("pmean(x, 1.7)", ((4,),)),
    ("moment(x, 3)", ((4,),)),
    ("moment(x, 3, center=y)", ((4,), ())),
    ("zmap(x, y)", ((2,), (4,))),
    ("trim_mean(x, 0.2)", ((6,),)),
    ("wasserstein_distance(x, y)", ((4,), (3,))),
    ("energy_distance(x, y)", ((4,), (3,))),
    ("entropy(x, y)", ((4,), (4,))),
    ("entropy(x, y, base=2)", ((4,), (4,))),
    ("boxcox(x, y)", ((4,), ())),
    ("boxcox_llf(y, x)", ((4,), ())),
    ("yeojohnson(x - 0.9, y)", ((4,), ())),
    *((f"ttest_ind(x, y).{part}", ((5,), (4,))) for part in ("statistic", "pvalue")),
    *((f"ttest_ind(x, y, equal_var=False)[{k}]", ((5,), (4,))) for k in (0, 1)),
    ("ttest_1samp(x, y).statistic", ((5,), ())),
    ("ttest_rel(x, y).pvalue", ((5,), (5,))),
    *((f"pearsonr(x, y)[{k}]", ((5,), (5,))) for k in (0, 1)),
    *((f"linregress(x, y).{part}", ((5,), (5,))) for part in (
        "slope", "intercept", "rvalue", "pvalue", "stderr",
    )),
    ("gaussian_kde(np.array([0.1, 0.5, 2.0]))(x)", ((4,),)),
    ("gaussian_kde(np.array([[0.1, 0.5, 2.0, 1.0], [1.0, 0.2, 0.4, 0.8]])).logpdf(x)", ((2, 3),)),
]  # fmt: skip
ONCE = ("zipf", "poisson.entropy", "wishart", "kde", "median")


def methods():
    """Text and shapes of every method of every distribution."""
    for name, (variable, *shapes) in CONTINUOUS.items():
        for method in ("logpdf", "pdf", "cdf", "sf", "logcdf", "logsf", "ppf", "isf"):
            fixed = name in ONLY_IN_VARIABLE and "pdf" not in method
            if method == "ppf" and fixed:
                continue  # found by a search that stops early
            given = ["0.7" if "/" in s else "1.2" for s in shapes] if fixed else shapes
            at = "x / 2" if method in ("ppf", "isf") else variable
            yield f"{name}.{method}({', '.join((at, *given))}, y, c)", _shapes(given)
        variable = variable.replace("y - x", "-x")
        yield f"{name}.logpdf({', '.join((variable.replace(' * c', '').replace(' + y', ''), *shapes))})", ((3,),) * (1 + len(set(''.join(shapes)) & set("ab")))  # fmt: skip
    for name, args in DISCRETE.items():
        for method in ("logpmf", "pmf", "cdf", "sf", "logcdf", "logsf"):
            if method[-3:] in ("mf",) or "pmf" in method or name not in NO_CDF:
                letters = sorted(set("".join(args[1:])) & set("ab"))
                yield f"{name}.{method}({', '.join(args)})", ((3,),) * len(letters)


def _shapes(shapes):
    """The shapes of the arguments: those of a and b, then c, x and y."""
    letters = sorted(set("".join(shapes)) & set("ab"))
    return (*((3,) for _ in letters), (), (3,), ())
