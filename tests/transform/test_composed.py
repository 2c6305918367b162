"""Sums over what was broadcast twice: one step, whatever was broadcast."""

import numpy as np
import pytest

import s2s


def stored(a, b, k, c):
    """Two terms that were broadcast to their sum, and that to the place it is written to."""
    y = np.zeros((4, 3))
    y[k:] = -(a[k:] + b[k:]) * c
    return np.sum(np.sin(y) * np.arange(12.0).reshape(4, 3))


@pytest.mark.parametrize("left", [(4, 3), (2, 3), (4, 1), (2, 1)])
@pytest.mark.parametrize("right", [(4, 3), (2, 1)])
def test_terms_of_any_shape(left, right):
    rng = np.random.default_rng(0)
    args = rng.standard_normal(left), rng.standard_normal(right), 1, 1.5
    s2s.check_grads(lambda a, b, c: stored(a, b, 1, c), (args[0], args[1], 1.5))


def test_axes_in_front_of_those_of_the_place():
    def f(a, k):
        y = np.zeros(5)
        y[k:] = a[:, k:] * 2.0 + a[:, k:] ** 2
        return np.sum(np.cos(y) * np.arange(5.0))

    x = np.random.default_rng(1).standard_normal((1, 5))
    s2s.check_grads(lambda a: f(a, 2), (x,))
    s2s.check_grads(lambda a: f(a, 4), (x,))


@pytest.mark.parametrize("shape", [(3, 4), (3, 1), (1, 1)])
def test_a_factor_that_was_broadcast_as_well(shape):
    def f(a, b, k):
        y = np.zeros((3, 4))
        for _ in range(2):
            y[k:] = a[k:] * b[:, k:] * np.cos(a[k:])
            y[:, k:] = y[:, k:] * 0.5 + a[k:] / (2.0 + b[:, k:])
        return np.sum(np.sin(y))

    rng = np.random.default_rng(2)
    args = rng.standard_normal(shape), rng.random((1, 4))
    s2s.check_grads(lambda a, b: f(a, b, 0), args)


def test_results_are_not_kept_for_their_shapes():
    def f(x, k):
        y = np.zeros(6)
        for j in range(3):
            y[k + j :] = x[k + j :] + 2.0 * x[: 6 - k - j]
        return np.sum(y * y)

    x = np.arange(6.0)
    text = s2s.grad(f).specialize(x, 1).source
    assert "_saved" not in text
    s2s.check_grads(lambda x: f(x, 1), (x,))
