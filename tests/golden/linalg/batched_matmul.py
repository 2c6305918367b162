"""A batched product that broadcasts its batch dimension."""

import numpy as np


def apply_all(operators, states):
    """Apply every operator to the same block of states."""
    moved = np.matmul(operators, states)
    return np.sum(np.sin(moved))


FUNCTION = apply_all
ARGNUMS = (0, 1)


def example():
    operators = np.cos(np.arange(12.0)).reshape(3, 2, 2)
    return operators, np.array([[0.3, -0.6, 1.0], [0.8, 0.2, -0.1]])
