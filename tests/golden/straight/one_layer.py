"""The first example of the README: one tanh layer with a squared error."""

import numpy as np


def loss(w, b, x, y):
    """Mean squared error of one tanh layer."""
    h = np.tanh(x @ w + b)
    return np.mean((h - y) ** 2)


FUNCTION = loss
ARGNUMS = (0, 1)


def example():
    w = np.array([[0.3, -0.5], [0.8, 0.1], [-0.2, 0.4]])
    b = np.array([0.1, -0.3])
    x = np.array([[1.0, 0.5, -0.7], [0.2, -1.1, 0.9], [0.4, 0.3, 0.6], [-0.8, 0.1, 1.2]])
    y = np.array([[0.5, -0.2], [0.1, 0.9], [0.0, 0.3], [-0.4, 0.2]])
    return w, b, x, y
