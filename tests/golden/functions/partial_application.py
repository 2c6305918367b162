"""`functools.partial` fixes one argument, active or not."""

from functools import partial

import numpy as np


def hill(x, half, order):
    """The Hill function of pharmacology."""
    return x**order / (half**order + x**order)


def response(x, half):
    """Sum of two Hill responses that share the half point."""
    shared = partial(hill, half=half)
    steep = partial(shared, order=4)
    return np.sum(steep(x) * shared(x, order=2))


FUNCTION = response
ARGNUMS = (0, 1)


def example():
    return np.array([0.4, 0.9, 1.6]), 0.8
