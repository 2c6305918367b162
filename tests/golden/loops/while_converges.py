"""A while loop whose number of iterations depends on the data."""

import numpy as np


def halve_until_small(x, limit):
    """Shrink a vector nonlinearly until its norm is below the limit."""
    while np.sum(x * x) > limit:
        x = 0.5 * np.sin(x)
    return np.sum(x) + x[0] * x[1]


FUNCTION = halve_until_small
ARGNUMS = 0


def example():
    return np.array([1.3, -0.9, 0.7]), 0.02
