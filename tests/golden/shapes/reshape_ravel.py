"""Reshape there and back with work in between."""

import numpy as np


def block_sums(x):
    """Sum pairs of neighbours through a reshape."""
    pairs = x.reshape(-1, 2)
    summed = pairs[:, 0] * pairs[:, 1]
    grid = np.reshape(np.tanh(x), (2, 4))
    return np.sum(summed) + np.sum(grid.ravel() * x) + np.sum(grid[1] ** 2)


FUNCTION = block_sums
ARGNUMS = 0


def example():
    return (np.array([0.3, -0.7, 1.1, 0.2, -0.5, 0.9, 0.4, -1.2]),)
