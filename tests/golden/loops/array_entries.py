"""A loop over the entries of an array with a branch inside."""

import numpy as np


def asymmetric_loss(x, weight):
    """Penalise negative entries more than positive ones."""
    total = 0.0
    for v in x:
        if v < 0:
            total += weight * v * v
        else:
            total += np.log1p(v)
    return total


FUNCTION = asymmetric_loss
ARGNUMS = (0, 1)


def example():
    return np.array([0.7, -0.5, 1.2, -1.1]), 3.0
