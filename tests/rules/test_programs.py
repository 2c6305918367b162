"""Functions that are differentiated as programs, and draws of random numbers: both modes.

Each program is compared with finite differences; `program` collects them.
"""

import cmath
import copy
import functools
import itertools
import operator
import statistics

import numpy as np
import pytest

import s2s
from tests.rules.checks import compiled

X = np.array([0.55, 1.2, 2.0])
W = np.array([1.0, 2.0, 3.0])
PROGRAMS = []


def program(fn):
    """Collect a program."""
    PROGRAMS.append(fn)
    return fn


@program
def normal(x):
    return np.sum(W * np.random.RandomState(0).normal(x, 1.0))


@program
def normal2(x):
    rng = np.random.default_rng(1)
    return np.sum(W * rng.normal(0.5, x) ** 2)


@program
def normal3(x):
    rng = np.random.default_rng(1)
    return np.sum(rng.normal(x[0], x[1], size=(2, 3)) ** 2)


@program
def expo(x):
    return np.sum(W * np.random.RandomState(0).exponential(x))


@program
def uni(x):
    return np.sum(W * np.random.RandomState(0).uniform(x, 5.0) ** 2)


@program
def lap(x):
    return np.sum(W * np.random.RandomState(0).laplace(x, 2.0))


@program
def gam(x):
    rng = np.random.default_rng(3)
    return np.sum(W * rng.gamma(2.0, x))


@program
def logn(x):
    rng = np.random.default_rng(3)
    return np.sum(W * rng.lognormal(x, x))


@program
def weib(x):
    rng = np.random.default_rng(3)
    return np.sum(W * rng.weibull(x))


@program
def par(x):
    rng = np.random.default_rng(3)
    return np.sum(W * rng.pareto(x + 2))


@program
def glob(x):
    np.random.seed(3)
    return np.sum(W * np.random.normal(x, 2 * x))


@program
def gumbel(x):
    rng = np.random.default_rng(3)
    return np.sum(W * rng.gumbel(x, x * x))


@program
def stdn(x):
    rng = np.random.default_rng(3)
    return np.sum(W * (x + rng.standard_normal(3) * x))


@program
def cm(x):
    z = cmath.exp(complex(x[0], x[1])) * cmath.sqrt(x[2] - 3)
    return abs(z) + cmath.phase(z)


@program
def pol(x):
    r, p = cmath.polar(complex(x[0], x[1]))
    return (cmath.rect(r * x[2], p * 2)).real


@program
def em(x):
    return np.sum(
        W
        * np.abs(
            np.emath.sqrt(x - 1)
            + np.emath.log(x - 1)
            + np.emath.arcsin(2 * x)
            + np.emath.arctanh(3 * x)
        )
    )


@program
def em2(x):
    return np.sum(
        W
        * np.real(
            np.emath.power(x - 1, 1.5)
            + np.emath.logn(3, x - 1.7)
            + np.emath.log2(x)
            + np.emath.arccos(x * 3)
        )
    )


@program
def aaa(x):
    return np.sum(np.apply_along_axis(lambda r: r * np.sum(r**2), 1, np.outer(x, x)))


@program
def aaa2(x):
    return np.sum(np.apply_along_axis(np.cumsum, 0, np.outer(x, x)) * np.arange(9.0).reshape(3, 3))


@program
def pw(x):
    return np.sum(
        W * np.piecewise(x, [x < 1, x > 1.5], [lambda v: v**2, lambda v: np.sqrt(v), 3.0])
    )


@program
def pw2(x):
    return np.sum(W * np.piecewise(x, [x < 1, x >= 1], [-1, lambda v: v * v]))


@program
def ao(x):
    return np.sum(np.apply_over_axes(np.sum, np.outer(x, x * x)[None], [0, 1]) * np.arange(3.0))


@program
def ff(x):
    return np.sum(np.fromfunction(lambda i, j: i * x[0] + j * x[1], (2, 3)) ** 2)


@program
def vec(x):
    g = np.vectorize(lambda v: v**2 if v > 1 else 3 * v)
    return np.sum(W * g(x))


@program
def vec2(x):
    return np.sum(np.vectorize(lambda a, b: a * b)(x, x[::-1]) * W)


@program
def pyf(x):
    return np.sum(W * np.frompyfunc(lambda v: v * v * v, 1, 1)(x).astype(float))


@program
def p1d(x):
    return np.poly1d(x)(2.0) ** 2


@program
def poly(x):
    return np.polynomial.Polynomial(x)(0.3) ** 2


@program
def cheb(x):
    return np.polynomial.Chebyshev(x)(0.3) ** 2


@program
def nde(x):
    return sum(v * sum(i) for i, v in np.ndenumerate(np.outer(x, x)))


@program
def red(x):
    return functools.reduce(lambda a, b: a * b + 1, x)


@program
def red2(x):
    return functools.reduce(operator.mul, x, 2.0)


@program
def acc(x):
    return sum(a * w for a, w in zip(itertools.accumulate(x), W))


@program
def acc2(x):
    return sum(itertools.accumulate(x, lambda a, b: a * b))


@program
def pairs(x):
    return sum(a * b for a, b in itertools.pairwise(x))


@program
def prod(x):
    return sum(a * b * b for a, b in itertools.product(x, x))


@program
def comb(x):
    return sum(a * b * b for a, b in itertools.combinations(x, 2))


@program
def chain(x):
    return sum(v * v for v in itertools.chain(x, x[1:]))


@program
def filt(x):
    return sum(filter(lambda v: v > 1, x))


@program
def mx(x):
    return max(x, key=lambda v: -v) * 3 + max(x[0], x[1], x[2]) + min([x[0], x[1], x[2]])


@program
def stat(x):
    return (
        statistics.mean(list(x))
        + statistics.stdev(list(x))
        + statistics.median(list(x))
        + statistics.fmean(x) * statistics.variance(list(x))
    )


@program
def srt(x):
    return sum(v * w for v, w in zip(sorted(x, key=lambda v: -v), W))


@program
def mapz(x):
    return np.sum(np.array(list(map(lambda a, b: a * b, x, W))))


@program
def flat(x):
    y = np.outer(x, x)
    s = 0.0
    for v in y.flat:
        s = s + v * v
    return s + y.flat[4]


@program
def copys(x):
    return np.sum(W * copy.deepcopy(x) * copy.copy(x))


@program
def logsp(x):
    return np.sum(np.logspace(x[0], x[1], 4) + np.geomspace(x[0], x[1], 4))


@program
def rs(x):
    y = np.sum(x[None, :] * np.ones((2, 3)), axis=0, where=np.array([[True], [False]]))
    return np.sum(W * y) + np.prod(x, initial=2.0) + np.max(x, initial=0.3)


@program
def a_bound_method(x):
    total = x.sum
    return total() ** 2 + getattr(x, "mean")()


@program
def places_sorted_by_active_values(x):
    order = sorted(range(3), key=lambda k: -x[k])
    return sum(x[k] * w for k, w in zip(order, W))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("fn", PROGRAMS, ids=lambda fn: fn.__name__)
def test_program(fn):
    step, slope = 1e-6, []
    for e in np.eye(3):
        slope.append((fn(X + step * e) - fn(X - step * e)) / (2 * step))
    np.testing.assert_allclose(s2s.grad(fn)(X), slope, rtol=1e-5, atol=1e-6)
    value, tangent = s2s.jvp(fn, (X,), (W,))
    np.testing.assert_allclose(value, fn(X), rtol=1e-14)
    np.testing.assert_allclose(tangent, np.dot(slope, W), rtol=1e-5, atol=1e-6)


DRAWS = {
    "normal": "(x[0], x[1])", "laplace": "(x[0], x[1], 3)", "logistic": "(x, 2.0)",
    "gumbel": "(x[0], scale=x[1])", "uniform": "(x, x + 2 * x[0], size=(2, 3))",
    "exponential": "(x)", "rayleigh": "(x[0], (2,))", "gamma": "(2.0, x)",
    "lognormal": "(x, x[0])", "weibull": "(x)", "power": "(x)", "pareto": "(x + 1)",
}  # fmt: skip


@pytest.mark.parametrize("source", ["default_rng(3)", "RandomState(3)"])
@pytest.mark.parametrize("name", DRAWS)
def test_a_draw(name, source):
    text = (
        f"def fn(x):\n    rng = np.random.{source}\n    y = rng.{name}{DRAWS[name]}\n"
        "    return np.sum(np.cos(y))\n"
    )
    test_program(compiled(text, "fn", {"np": np}))


EMATH = ["sqrt(x - 1)", "log(x - 1)", "log2(x - 1)", "log10(x - 1)", "logn(x + 1, x - 1)",
         "power(x - 1, x)", "arcsin(3 * x)", "arccos(3 * x)", "arctanh(3 * x)"]  # fmt: skip


@pytest.mark.parametrize("call", EMATH)
def test_emath(call):
    text = f"def fn(x):\n    y = np.emath.{call}\n    return np.sum(np.real(y * y * (1 + 2j)))\n"
    test_program(compiled(text, "fn", {"np": np}))


def test_draws_are_made_once():
    def loss(x, rng):
        y = rng.normal(x, 1.0)
        return np.sum(y * y)

    rng, again = np.random.default_rng(0), np.random.default_rng(0)
    slope = s2s.grad(loss)(X, rng)
    np.testing.assert_allclose(slope, 2 * again.normal(X, 1.0))
    assert rng.random() == again.random()


def test_a_shape_parameter_is_refused():
    with pytest.raises(s2s.NoRule, match="gamma"):
        s2s.grad(lambda a: np.random.default_rng(0).gamma(a))(2.0)
    with pytest.raises(s2s.NoRule, match="dirichlet"):
        s2s.grad(lambda x: np.random.default_rng(0).dirichlet(x)[0])(X)


def test_what_is_inactive_stays_as_it_is():
    def loss(x, names):
        order = sorted(names, key=len)
        table = list(map(len, order))
        return np.sum(x) * table[0]

    derivative = s2s.grad(loss)
    assert "sorted(names, key=len)" in derivative.source
    np.testing.assert_array_equal(derivative(X, ["abc", "d"]), np.ones(3))
