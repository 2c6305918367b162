"""Rows of a matrix are updated beside the numbers of a vector."""

import numpy as np


def scaled_rows(a, x):
    """Sum of squares of rows, each moved along itself by a number."""
    y = np.zeros_like(a)
    for row, source, s in zip(y, a, x):
        row += s * source
        row[0] *= s
    return np.sum(y * y)


FUNCTION = scaled_rows
ARGNUMS = (0, 1)


def example():
    return np.array([[0.5, -1.0], [0.3, 0.8], [-0.2, 0.4]]), np.array([0.7, -0.4, 1.1])
