"""Powers with constant, active and shared exponents."""

import numpy as np


def powers(base, exponent):
    """Sum of several powers of positive numbers."""
    squares = base**2
    roots = base**0.5
    mixed = base**exponent
    exponential = 2.0**exponent
    return np.sum(squares + roots * mixed) + np.sum(exponential)


FUNCTION = powers
ARGNUMS = (0, 1)


def example():
    return np.array([0.4, 1.3, 2.1]), np.array([1.5, -0.7, 0.2])
