"""Gathering with repeated integers and selecting with a mask."""

import numpy as np


def gathered(table, indices):
    """Look up rows, some of them twice, and sum the positive entries."""
    rows = table[indices]
    positive = table[table > 0]
    return np.sum(rows[:, 0] * rows[:, 1]) + np.sum(np.log(positive))


FUNCTION = gathered
ARGNUMS = 0


def example():
    return np.array([[0.4, -0.7], [1.5, 0.6], [-0.3, 0.9]]), np.array([2, 0, 2, 1])
