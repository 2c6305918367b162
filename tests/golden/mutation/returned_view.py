"""A function returns a view of its argument, and the caller writes into it."""

import numpy as np


def interior(grid):
    return grid[1:-1, 1:-1]


def forced(grid, source):
    """Sum of squares of a grid whose inside is damped and driven."""
    g = grid.copy()
    inside = interior(g)
    inside *= 0.5
    inside += source
    return np.sum(g * g)


FUNCTION = forced
ARGNUMS = (0, 1)


def example():
    return np.arange(12.0).reshape(3, 4) / 5, np.array([0.3, -0.7])
