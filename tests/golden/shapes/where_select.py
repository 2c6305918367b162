"""Elementwise selection, once with a safe untaken side."""

import numpy as np


def leaky(x, slope):
    """A leaky rectifier and a guarded square root."""
    rectified = np.where(x > 0, x, slope * x)
    root = np.where(x > 0, np.sqrt(np.abs(x)), 0.0)
    return np.sum(rectified**2 + root)


FUNCTION = leaky
ARGNUMS = (0, 1)


def example():
    return np.array([0.4, -0.7, 1.5, -0.2]), 0.1
