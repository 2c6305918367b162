"""A buffer is filled with a value, then added to."""

import numpy as np


def padded_energy(x, edge):
    """Second differences of x between two equal edges."""
    u = np.empty(len(x) + 2)
    u.fill(edge)
    u[1:-1] += x
    d = u[2:] - 2 * u[1:-1] + u[:-2]
    return np.sum(d * d)


FUNCTION = padded_energy
ARGNUMS = (0, 1)


def example():
    return np.array([1.0, 3.0, 2.0]), 0.5
