"""A slice of the argument itself is doubled, and the argument is read."""

import numpy as np


def doubled(x):
    """Sum of squares after all but the first entry were doubled."""
    y = x[1:]
    y *= 2
    return np.sum(x * x)


FUNCTION = doubled
ARGNUMS = 0


def example():
    return (np.array([1.0, 2.0, 3.0]),)
