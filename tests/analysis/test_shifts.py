"""Shifts by an extreme: proven idle where they are, and only there; the numbers are right anyway."""

import numpy as np
import pytest

import s2s
from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.analysis.shifts import idle_shifts
from s2s.frontend.lower import lower
from tests.oracle import assert_close, finite_difference_gradient


def log_softmax(x, w):
    z = x - np.max(x, axis=-1, keepdims=True)
    return np.sum(w * (z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))))


def log_sum_exp_of_columns(x, w):
    top = x.max(axis=0)
    return np.sum(w[0] * (np.log(np.sum(np.exp(x - top), axis=0)) + top))


def one_number_for_all(x, w):
    top = np.max(x)
    weights = np.exp(0.5 * (x - top))
    return np.sum(weights * w) / np.sum(weights)


def with_a_choice(x, w):
    top = x.max(axis=1, keepdims=True)
    if w[0, 0] > 0:
        e = np.exp(x - top)
    else:
        e = 2.0 * np.exp(x - top)
    return np.sum(e / e.sum(axis=1, keepdims=True) * w)


def rows_of_a_product(x, w):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return np.sum((e @ w.T) / e.sum(axis=1)[:, None])


def with_a_little_more(x, w):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return np.sum(e * w / (1e-3 + e.sum(axis=1, keepdims=True)))


def handed_out(x, w):
    top = x.max(axis=1, keepdims=True)
    e = np.exp(x - top)
    return np.sum(e / e.sum(axis=1, keepdims=True) * w) + np.sum(top)


def across(x, w):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return np.sum(e / e.sum(axis=0, keepdims=True) * w)


def another_power(x, w):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return np.sum(e * w / np.sqrt(e.sum(axis=1, keepdims=True)))


def left_in_a_list(x, w):
    kept = []
    top = x.max(axis=1, keepdims=True)
    kept.append(top)
    e = np.exp(x - top)
    return np.sum(e / e.sum(axis=1, keepdims=True) * w) * np.sum(kept[0])


def written_into(x, w):
    top = x.max(axis=1, keepdims=True)
    top[0] *= 0.5
    e = np.exp(x - top)
    return np.sum(e / (1.0 + top) * w)


IDLE = [log_softmax, log_sum_exp_of_columns, one_number_for_all, with_a_choice, rows_of_a_product]
NEEDED = [with_a_little_more, handed_out, across, another_power, left_in_a_list, written_into]


def example():
    rng = np.random.default_rng(3)
    return rng.normal(size=(3, 4)), rng.normal(size=(3, 4))


@pytest.mark.parametrize("function", IDLE + NEEDED)
def test_found_where_it_is_idle(function):
    lowered = lower(function)
    facts = Facts()
    for p, x in zip(lowered.params, example(), strict=True):
        facts.give(p.value, Fact.from_value(x))
    facts.run(lowered.body)
    assert bool(idle_shifts(lowered, facts)) == (function in IDLE)


@pytest.mark.parametrize("function", IDLE + NEEDED)
def test_gradient(function):
    args = example()
    derivative = s2s.grad(function, argnums=(0, 1))
    expected = finite_difference_gradient(function, args, (0, 1))
    assert_close(derivative(*args), expected, rtol=1e-6, atol=1e-8)
    assert ("share" in derivative.specialize(*args).source) == (function in NEEDED)


@pytest.mark.parametrize("function", IDLE)
def test_ties_and_second_derivatives(function):
    x, w = example()
    x[:, 1] = x[:, 0] = 2.0
    s2s.check_grads(function, (x, w), order=2)
