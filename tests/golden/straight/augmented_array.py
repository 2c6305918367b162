"""Augmented assignment on an array that the function itself made."""

import numpy as np


def standard_score(x, shift):
    """Scale, shift and square a private copy."""
    z = x - np.mean(x)
    z /= 1.0 + np.sum(x * x)
    z += shift
    z *= z
    return np.sum(z)


FUNCTION = standard_score
ARGNUMS = (0, 1)


def example():
    return np.array([0.5, -1.5, 2.0, 0.3]), 0.25
