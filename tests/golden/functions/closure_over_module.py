"""A function made by another function keeps the latter's argument."""

import numpy as np


def make_kernel(width):
    """Gaussian kernel with a fixed width."""

    def kernel(x, y):
        """Kernel sum between two sets of points."""
        gap = (x[:, None] - y) / width
        return np.sum(np.exp(-0.5 * gap**2))

    return kernel


FUNCTION = make_kernel(0.7)
ARGNUMS = (0, 1)


def example():
    return np.array([0.1, 0.8]), np.array([-0.3, 0.5, 1.1])
