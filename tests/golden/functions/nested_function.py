"""An inner function with its own argument and a captured one."""

import numpy as np


def potential(x, strength):
    """Sum of two shifted wells."""

    def well(centre):
        gap = x - centre
        return -strength * np.exp(-gap * gap)

    return np.sum(well(0.5) + 2.0 * well(-1.0))


FUNCTION = potential
ARGNUMS = (0, 1)


def example():
    return np.array([0.2, -0.6, 1.4]), 0.8
