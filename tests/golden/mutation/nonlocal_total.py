"""An inner function adds to variables of the outer one."""

import numpy as np


def cost(x, weight):
    """Quadratic and absolute penalties, added up by a closure."""
    total = 0.0
    calls = 0

    def penalise(amount):
        nonlocal total, calls
        total += weight * amount * amount
        calls += 1

    for v in x:
        penalise(v)
        penalise(np.sin(v))
    return total / calls


FUNCTION = cost
ARGNUMS = (0, 1)


def example():
    return np.array([0.5, -1.2, 0.8]), 2.0
