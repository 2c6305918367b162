"""Rules in the user's own code: over functions without source, in place of bodies and of ours."""

from __future__ import annotations

import math

import numpy as np
import pytest

import s2s
from s2s.errors import NoRule, RuleError
from s2s.rules import book

X = np.array([0.3, 1.2, 2.0])


@pytest.fixture(autouse=True)
def rules_of_the_test():
    """The rules that a test declares are gone after it."""
    own, entries = dict(book()._own), dict(book().entries)
    yield
    book()._own, book().entries = own, entries
    book().edition += 1


def softplus(x):
    """log(1 + exp(x))."""
    return np.array([math.log1p(math.exp(v)) for v in x.tolist()])


def slope(fn, x=X, step=1e-6):
    """Central differences of a function of a vector."""
    return np.array([(fn(x + step * e) - fn(x - step * e)) / (2 * step) for e in np.eye(len(x))])


def test_elementwise_serves_both_modes_and_broadcasts():
    each = np.vectorize(lambda a, b: a * math.exp(b))

    def weighted(a, b):
        return each(a, b)

    @s2s.elementwise(weighted)
    def _(a, b) -> y:
        d[a] = d[y] * np.exp(b)
        d[b] = d[y] * y

    def loss(a):
        return np.sum(weighted(a, a[:2, None]) ** 2)

    np.testing.assert_allclose(s2s.grad(loss)(X), slope(loss), rtol=1e-6)
    np.testing.assert_allclose(s2s.jvp(loss, (X,), (X,))[1], slope(loss) @ X, rtol=1e-6)


def test_a_rule_takes_the_place_of_a_body():
    @s2s.elementwise(softplus)
    def _(x) -> y:
        d[x] = d[y] / (1 + np.exp(-x))

    def loss(x):
        return np.sum(softplus(x) * X)

    derivative = s2s.grad(loss)
    np.testing.assert_allclose(derivative(X), slope(loss), rtol=1e-6)
    assert "np.exp(-x)" in derivative.specialize(X).source


def test_linear_tangent_and_adjoint():
    def turned(x, k):
        return np.concatenate((x[k:], x[:k]))

    @s2s.linear(turned, "x")
    def _(x, k) -> y:
        d[x] = turned(d[y], np.size(x) - k)

    def scaled(x, c):
        return x * c

    @s2s.tangent(scaled)
    def _(x, c) -> y:
        d[y] = d[x] * c + x * d[c]

    @s2s.adjoint(scaled)
    def _(x, c) -> y:
        d[x] = d[y] * c
        d[c] = np.sum(d[y] * x)

    def loss(x):
        return np.sum(turned(scaled(x, x[0]), 1) * X)

    np.testing.assert_allclose(s2s.grad(loss)(X), slope(loss), rtol=1e-6)
    np.testing.assert_allclose(s2s.jvp(loss, (X,), (X,))[1], slope(loss) @ X, rtol=1e-6)


def test_a_rule_of_ours_is_replaced_and_compiled_derivatives_follow():
    derivative = s2s.grad(lambda x: np.sum(np.tanh(x)))
    before = derivative(X)

    @s2s.elementwise(np.tanh)
    def _(x) -> y:
        d[x] = 2 * d[y] * (1 - y * y)

    np.testing.assert_allclose(derivative(X), 2 * before)

    @s2s.elementwise(np.tanh)
    def _(x) -> y:
        d[x] = 3 * d[y] * (1 - y * y)

    np.testing.assert_allclose(derivative(X), 3 * before)


def test_zero_derivative():
    def level(x):
        return np.floor(x * 10) / 10

    s2s.zero_derivative(level)
    np.testing.assert_allclose(s2s.grad(lambda x: np.sum(x * level(x)))(X), level(X))


def test_a_pair_of_forward_and_backward():
    @s2s.custom_gradient
    def clipped(x):
        def grad(dy):
            return np.clip(dy, -1, 1)

        return x * 1.0, grad

    np.testing.assert_array_equal(s2s.grad(lambda x: np.sum(5 * clipped(x)))(X), np.ones(3))


def test_no_rule_names_function_line_and_three_ways_out():
    def loss(x):
        return np.sum(np.nditer(x))

    with pytest.raises(NoRule) as caught:
        s2s.grad(loss)(X)
    text = str(caught.value)
    assert "nditer" in text and "test_own_rules.py" in text and "^^^" in text
    for way in ("have a rule", "@s2s.elementwise", "stop_gradient"):
        assert way in text
    assert np.isfinite(s2s.grad(lambda x: np.sum(x) * len(list(np.nditer(np.ones(2)))))(X)).all()


def test_mistakes():
    with pytest.raises(RuleError, match="is given the functions"):
        s2s.elementwise()
    with pytest.raises(RuleError, match="in which parameters"):

        @s2s.linear(softplus)
        def _(x) -> y:
            d[x] = d[y]

    with pytest.raises(RuleError, match="names the result"):

        @s2s.elementwise(softplus)
        def _(x):
            d[x] = d[y]
