"""Enumerate gives an index that enters the arithmetic."""

import numpy as np


def power_series(coefficients, x):
    """Sum c_k x^k / (k + 1)."""
    total = 0.0
    for k, c in enumerate(coefficients):
        total = total + c * x**k / (k + 1)
    return total


FUNCTION = power_series
ARGNUMS = (0, 1)


def example():
    return np.array([0.5, -1.2, 0.8, 0.3]), 0.9
