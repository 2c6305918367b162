"""Branches, an early return and accumulation over the entries of an array."""

import numpy as np


def huber_path(x, d):
    """Huber loss summed until the first outlier."""
    total = 0.0
    for v in x:
        a = abs(v)
        if a > 100:
            return total
        if a <= d:
            total += 0.5 * v * v
        else:
            total += d * (a - 0.5 * d)
    return total


FUNCTION = huber_path
ARGNUMS = 0


def example():
    return np.array([0.3, -2.0, 0.9, 1.5, 250.0, 0.4]), 1.0
