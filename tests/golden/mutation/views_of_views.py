"""A view of a view of a view is written, and the array below is read."""

import numpy as np


def checkered(x, c):
    """Scale every other entry of the middle columns, in the order of the columns."""
    y = x.copy()
    middle = y[:, 1:-1].T
    flat = y.reshape(-1)
    middle[:, ::2] *= c
    flat[1] += middle[1, 0]
    return np.sum(y**3)


FUNCTION = checkered
ARGNUMS = (0, 1)


def example():
    return np.arange(1.0, 13.0).reshape(3, 4) / 6, 0.5
