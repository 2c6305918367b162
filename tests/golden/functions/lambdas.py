"""Lambdas bound to names, one of which calls the other."""

import numpy as np


def blend(x, t):
    """Blend two formulas smoothly."""
    sigmoid = lambda z: 1.0 / (1.0 + np.exp(-z))  # noqa: E731
    mix = lambda a, b: sigmoid(t) * a + (1.0 - sigmoid(t)) * b  # noqa: E731
    return np.sum(mix(np.sin(x), x * x))


FUNCTION = blend
ARGNUMS = (0, 1)


def example():
    return np.array([0.4, -1.1, 0.9]), 0.3
