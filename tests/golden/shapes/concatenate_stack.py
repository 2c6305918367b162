"""Pieces joined along old and new axes."""

import numpy as np


def joined(a, b):
    """Join two vectors in three ways."""
    line = np.concatenate([a, b, a * b])
    rows = np.stack([a, b])
    columns = np.stack((b, a), axis=1)
    return np.sum(line**2) + np.sum(np.sin(rows @ columns))


FUNCTION = joined
ARGNUMS = (0, 1)


def example():
    return np.array([0.3, -0.6, 0.9]), np.array([1.0, 0.2, -0.4])
