"""Shapes are taken from values that are at hand, and never more than shapes."""

import numpy as np

import s2s


def masked_recurrence(x, u):
    """The mask has the shape of the state, but not its dtype."""
    for _ in range(3):
        x = np.where(u > 0.6, u[-2] - x[::-1], np.concatenate((x[-1:], u[:-1])))
    return np.sum(x * x)


def test_zeros_are_not_made_like_a_mask():
    args = np.array([0.3, -0.7, 1.1, 0.2]), np.array([0.5, 0.9, 1.4, 0.1])
    s2s.check_grads(masked_recurrence, args)
    text = s2s.grad(masked_recurrence, (0, 1)).specialize(*args).source
    assert "np.zeros(x.shape)" in text
