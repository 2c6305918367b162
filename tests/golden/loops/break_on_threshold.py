"""A break in the middle of the body makes the last iteration partial."""

import numpy as np


def first_passage(steps, barrier):
    """Walk until the barrier is crossed, accumulating the area below it."""
    position, area = 0.0, 0.0
    for s in steps:
        position = position + s * s
        if position > barrier:
            break
        area += position * s
    return area + 0.1 * position


FUNCTION = first_passage
ARGNUMS = 0


def example():
    return np.array([0.4, 0.7, -0.3, 0.9, 0.2]), 1.0
