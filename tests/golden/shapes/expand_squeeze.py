"""Dimensions of size one come and go."""

import numpy as np


def pairwise(x, y):
    """Sum of a smooth kernel over all pairs."""
    gap = np.expand_dims(x, 1) - y[None, :]
    kernel = np.exp(-(gap**2))
    total = np.sum(kernel, axis=1, keepdims=True)
    return np.sum(np.squeeze(total, axis=1) * x)


FUNCTION = pairwise
ARGNUMS = (0, 1)


def example():
    return np.array([0.1, 0.9, -0.6]), np.array([0.4, -1.0])
