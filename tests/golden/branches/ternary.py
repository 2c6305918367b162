"""Conditional expressions, one nested in another."""

import numpy as np


def piecewise(x, a):
    """Select between three formulas in one expression."""
    slope = a if x > 0 else 2.0 * a
    bend = np.sin(x) if abs(x) < 1 else (x - 1.0 if x > 0 else x * x)
    return slope * x + bend * slope


FUNCTION = piecewise
ARGNUMS = (0, 1)


def example():
    return -1.7, 0.6
