"""Random numbers whose location and scale are differentiated, the draw itself being held fixed.

A sample is a function of its parameters and of uniform numbers that do not depend on them: from
the sample and the parameters its derivative follows without drawing again.  Shape parameters for
which that is not so are refused.
"""

import random

import numpy as np

constant(np.random.default_rng, gives=np.random.Generator)
constant(np.random.RandomState, gives=np.random.RandomState)
constant(random.seed, random.getstate, random.setstate)


@macro
def shifted(y, loc, scale, loc_dot, scale_dot):
    return spread_to(loc_dot, y) + (y - loc) / scale * scale_dot


@macro
def scaled(y, scale, scale_dot):
    return y / scale * scale_dot


@tangent(
    np.random.Generator.normal, np.random.Generator.laplace, np.random.Generator.logistic,
    np.random.Generator.gumbel, np.random.RandomState.normal, np.random.RandomState.laplace,
    np.random.RandomState.logistic, np.random.RandomState.gumbel,
)  # fmt: skip
def _(self, loc=0.0, scale=1.0, size=None) -> y:
    how_many = size
    d[y] = shifted(y, loc, scale, d[loc], d[scale])


@tangent(np.random.normal, np.random.laplace, np.random.logistic, np.random.gumbel)
def _(loc=0.0, scale=1.0, size=None) -> y:
    how_many = size
    d[y] = shifted(y, loc, scale, d[loc], d[scale])


@tangent(random.gauss)
def _(mu=0.0, sigma=1.0) -> y:
    d[y] = shifted(y, mu, sigma, d[mu], d[sigma])


@tangent(np.random.Generator.uniform, np.random.RandomState.uniform)
def _(self, low=0.0, high=1.0, size=None) -> y:
    how_many = size
    part = (y - low) / (high - low)
    d[y] = (1 - part) * d[low] + part * d[high]


@tangent(np.random.uniform)
def _(low=0.0, high=1.0, size=None) -> y:
    how_many = size
    part = (y - low) / (high - low)
    d[y] = (1 - part) * d[low] + part * d[high]


@tangent(
    np.random.Generator.exponential, np.random.Generator.rayleigh,
    np.random.RandomState.exponential, np.random.RandomState.rayleigh,
)  # fmt: skip
def _(self, scale=1.0, size=None) -> y:
    how_many = size
    d[y] = scaled(y, scale, d[scale])


@tangent(np.random.exponential, np.random.rayleigh)
def _(scale=1.0, size=None) -> y:
    how_many = size
    d[y] = scaled(y, scale, d[scale])


@tangent(np.random.Generator.gamma, np.random.RandomState.gamma)
def _(self, shape, scale=1.0, size=None) -> y:
    how_many = size
    d[y] = scaled(y, scale, d[scale])


@tangent(np.random.gamma)
def _(shape, scale=1.0, size=None) -> y:
    how_many = size
    d[y] = scaled(y, scale, d[scale])


@tangent(np.random.Generator.lognormal, np.random.RandomState.lognormal)
def _(self, mean=0.0, sigma=1.0, size=None) -> y:
    how_many = size
    d[y] = y * shifted(np.log(y), mean, sigma, d[mean], d[sigma])


@tangent(np.random.lognormal)
def _(mean=0.0, sigma=1.0, size=None) -> y:
    how_many = size
    d[y] = y * shifted(np.log(y), mean, sigma, d[mean], d[sigma])


@tangent(
    np.random.Generator.weibull, np.random.Generator.power, np.random.RandomState.weibull,
    np.random.RandomState.power,
)  # fmt: skip
def _(self, a, size=None) -> y:
    how_many = size
    d[y] = -y * np.log(y) / a * d[a]


@tangent(np.random.Generator.pareto, np.random.RandomState.pareto)
def _(self, a, size=None) -> y:
    how_many = size
    d[y] = -(1 + y) * np.log1p(y) / a * d[a]
