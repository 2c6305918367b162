"""A boolean mask picks what is changed."""

import numpy as np


def rectified(x, slope, ceiling):
    """Leaky below zero, cut off above the ceiling."""
    y = x * 2.0
    below = y < 0
    y[below] *= slope
    y[y > ceiling] = ceiling
    return np.sum(y * x)


FUNCTION = rectified
ARGNUMS = (0, 1, 2)


def example():
    return np.array([0.5, -1.0, 2.5, -0.3, 0.9]), 0.1, 3.0
