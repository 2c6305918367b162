"""Products along an axis, one of them with a zero factor."""

import numpy as np


def volumes(edges):
    """Sum of the volumes of boxes, and the square of their product."""
    volume = np.prod(edges, axis=1)
    total = np.prod(edges[1])
    return np.sum(volume) + total * total


FUNCTION = volumes
ARGNUMS = 0


def example():
    return (np.array([[1.2, 0.0, 0.7], [0.4, 1.5, -0.6]]),)
