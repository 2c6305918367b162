"""Adjoints of views say which shape the views had, whatever was broadcast."""

import numpy as np
import pytest

import s2s


def passes(x, k, steps, weight):
    """Parts of two arrays that change places; some are one long and are broadcast."""
    old, new = x.copy(), np.zeros_like(x)
    for j in range(steps):
        new[1:] = (old[:k] - old[-k:]) * weight
        new[0] = old[j] ** 2
        a = old[j : j + 1]
        new[2:] = new[2:] * 0.5 + np.sin(a)
        old, new = new, old
    return np.sum(old * np.arange(1.0, len(x) + 1))


@pytest.mark.parametrize("k", [1, 5])
def test_parts_of_arrays_that_change_places(k):
    x = np.random.default_rng(0).standard_normal(6)
    s2s.check_grads(lambda x, w: passes(x, k, 3, w), (x, 0.7))


def test_a_part_that_is_used_several_times():
    def f(x, k):
        old, new = x.copy(), np.zeros_like(x)
        for _ in range(3):
            a, b = old[:k], old[k:]
            new[:k] = a + b
            new[k:] = (a - b) * 1.5
            if x[0] > 0:
                new[:k] += a * b
            old, new = new, old
        return np.sum(old**2)

    x = np.array([0.3, -0.2, 0.5, 0.9])
    text = s2s.grad(f).specialize(x, 2).source
    assert "a_saved" in text and "a_bar += unbroadcast(" in text
    for sign in (1.0, -1.0):
        s2s.check_grads(lambda x: f(x, 2), (sign * x,))
    s2s.check_grads(lambda x: f(x, 1), (x[:2],))


def test_views_are_not_kept_for_their_shapes():
    text = s2s.grad(passes, (0, 3)).specialize(np.ones(6), 5, 2, 0.7).source
    assert "-= unbroadcast(" in text
