"""Parameters in nested tuples and lists."""

import numpy as np


def network(params, x):
    """Two layers whose parameters come as ((w, b), (w, b))."""
    (w1, b1), (w2, b2) = params
    h = np.tanh(x @ w1 + b1)
    return np.sum((h @ w2 + b2) ** 2)


FUNCTION = network
ARGNUMS = 0


def example():
    first = (np.array([[0.3, -0.5], [0.8, 0.1]]), np.array([0.1, -0.2]))
    second = (np.array([[0.6], [-0.9]]), 0.3)
    return (first, second), np.array([[0.4, 1.1], [-0.7, 0.2], [0.9, -0.3]])
