"""Every combination of ranks that `@` accepts, in one function."""

import numpy as np


def all_ranks(v, a, batch):
    """Vector, matrix and batched products."""
    scalar = v @ v
    left = v @ a
    right = a @ left
    square = a @ a.T
    stacked = batch @ a
    mixed = stacked @ left
    return scalar + np.sum(right * v) + np.sum(square**2) + np.sum(np.sin(mixed)) + v @ mixed[0]


FUNCTION = all_ranks
ARGNUMS = (0, 1, 2)


def example():
    v = np.array([0.5, -0.7])
    a = np.array([[0.2, 0.9, -0.4], [1.1, 0.3, 0.6]])
    return v, a, np.cos(np.arange(8.0)).reshape(2, 2, 2)
