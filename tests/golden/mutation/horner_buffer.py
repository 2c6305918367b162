"""Horner's rule in one buffer."""

import numpy as np


def fit_error(coefficients, x, y):
    """Mean square distance of a polynomial from some points."""
    p = np.zeros_like(x)
    for c in coefficients:
        p *= x
        p += c
    p -= y
    return np.mean(p * p)


FUNCTION = fit_error
ARGNUMS = (0, 1)


def example():
    return np.array([0.5, -1.0, 2.0]), np.array([-1.0, 0.3, 0.9, 1.4]), np.array([1.0, 2.0, 0.0, 1.0])
