"""Largest eigenvalue of a symmetric matrix by power iteration."""

import numpy as np


def dominant_eigenvalue(a, v, steps):
    """Rayleigh quotient after a number of normalised steps."""
    for _ in range(steps):
        v = a @ v
        v = v / np.linalg.norm(v)
    return v @ a @ v


FUNCTION = dominant_eigenvalue
ARGNUMS = 0


def example():
    a = np.array([[2.0, 0.4, -0.3], [0.4, 1.2, 0.5], [-0.3, 0.5, 0.8]])
    return a, np.array([1.0, 0.5, -0.2]), 6
