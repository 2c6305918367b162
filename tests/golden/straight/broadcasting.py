"""Scalars, rows, columns and matrices meet in one expression."""

import numpy as np


def weighted_table(table, row, column, scale):
    """Broadcast three smaller operands against a table."""
    centred = table - row
    weighted = centred * column / scale
    return np.sum(weighted**3)


FUNCTION = weighted_table
ARGNUMS = (0, 1, 2, 3)


def example():
    table = np.array([[0.2, 1.5, -0.3], [0.9, -1.1, 0.4]])
    return table, np.array([0.1, 0.7, -0.5]), np.array([[1.2], [-0.8]]), 1.6
