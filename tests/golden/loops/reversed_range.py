"""Horner's scheme walks the coefficients backwards."""

import numpy as np


def horner(c, x):
    """Evaluate a polynomial with the highest coefficient last."""
    y = c[-1]
    for i in range(len(c) - 2, -1, -1):
        y = y * x + c[i]
    return np.sum(y * y)


FUNCTION = horner
ARGNUMS = (0, 1)


def example():
    return np.array([0.2, -0.8, 1.1, 0.5]), np.array([0.7, -1.2])
