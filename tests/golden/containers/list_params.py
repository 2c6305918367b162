"""A list argument read by position."""

import numpy as np


def lens(surfaces):
    """Combine curvatures and a gap given in one list."""
    front, back = surfaces[0], surfaces[-1]
    gap = surfaces[1]
    power = front + back - front * back * gap
    return np.sum(power) * len(surfaces)


FUNCTION = lens
ARGNUMS = 0


def example():
    return ([np.array([0.5, 0.8]), 0.3, np.array([-0.2, 0.6])],)
