"""A return from the inner of two loops."""

import numpy as np


def first_large_minor(m, limit):
    """Return the first 2 by 1 product above the limit, scaled by what was passed."""
    passed = 1.0
    for row in m:
        for v in row:
            candidate = v * v * row[0]
            if candidate > limit:
                return candidate * passed
            passed = passed + np.exp(-v)
    return passed


FUNCTION = first_large_minor
ARGNUMS = 0


def example():
    return np.array([[0.4, -0.9, 0.3], [1.2, 0.5, 1.7], [2.0, 2.0, 2.0]]), 2.0
