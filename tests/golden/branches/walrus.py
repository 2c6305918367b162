"""A value named inside the condition and used in both branches."""

import numpy as np


def step_size(x, direction):
    """Take a long step along the slope or a short one against it."""
    if (slope := np.sum(x * direction)) > 0:
        moved = x + slope * direction
    else:
        moved = x - 0.1 * slope * slope * direction
    return np.sum(moved**2)


FUNCTION = step_size
ARGNUMS = (0, 1)


def example():
    return np.array([0.6, -0.4]), np.array([0.9, 0.5])
