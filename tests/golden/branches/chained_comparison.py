"""A chained comparison evaluates its middle operand once."""

import numpy as np


def window(x, low, high):
    """A bump inside the interval, a tail outside."""
    if low < x * x <= high:
        bump = (x * x - low) * (high - x * x)
    else:
        bump = 0.01 * np.exp(-x)
    return bump


FUNCTION = window
ARGNUMS = (0, 1, 2)


def example():
    return 0.9, 0.3, 1.6
