"""One value given two names, each of which goes its own way."""

import numpy as np


def two_names(x, c):
    """Use one product under two names."""
    p = q = x * c
    p = p + 1.0
    q = q * p
    return np.sum(np.tanh(p) * q)


FUNCTION = two_names
ARGNUMS = (0, 1)


def example():
    return np.array([0.3, -0.9, 1.4]), 0.7
