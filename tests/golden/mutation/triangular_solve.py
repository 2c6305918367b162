"""Forward substitution into a fresh array."""

import numpy as np


def whitened(lower, b):
    """Squared Mahalanobis length of b."""
    x = np.zeros_like(b)
    for i in range(len(b)):
        x[i] = (b[i] - lower[i, :i] @ x[:i]) / lower[i, i]
    return x @ x


FUNCTION = whitened
ARGNUMS = (0, 1)


def example():
    return np.array([[2.0, 0.0, 0.0], [0.5, 1.5, 0.0], [-0.3, 0.7, 1.0]]), np.array([1.0, 2.0, -1.0])
