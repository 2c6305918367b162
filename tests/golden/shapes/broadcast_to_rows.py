"""An explicit broadcast followed by row-wise work."""

import numpy as np


def repeated(row, weights):
    """Broadcast one row against a column of weights."""
    table = np.broadcast_to(row, (3, 4))
    return np.sum(np.cos(table) * weights)


FUNCTION = repeated
ARGNUMS = (0, 1)


def example():
    return np.array([0.2, 0.8, -0.5, 1.3]), np.array([[0.5], [-1.0], [2.0]])
