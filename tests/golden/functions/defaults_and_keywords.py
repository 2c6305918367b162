"""Default arguments, keyword arguments and a keyword-only one."""

import numpy as np


def affine(x, slope=2.0, *, offset=1.0):
    """A line through three parameters."""
    return slope * x + offset


def compose(x, slope):
    """Call the line in three different ways."""
    y = affine(x)
    y = affine(y, slope)
    y = affine(offset=slope * slope, x=y, slope=-0.5)
    return np.sum(np.sin(y))


FUNCTION = compose
ARGNUMS = (0, 1)


def example():
    return np.array([0.3, -0.7]), 1.2
