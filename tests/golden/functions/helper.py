"""A helper called twice with different arguments."""

import numpy as np


def dense(x, w, b):
    """One sigmoid layer."""
    return 1.0 / (1.0 + np.exp(-(x @ w + b)))


def two_layers(x, w1, b1, w2):
    """Two sigmoid layers without a second bias."""
    h = dense(x, w1, b1)
    y = dense(h, w2, 0.0)
    return np.sum(y**2)


FUNCTION = two_layers
ARGNUMS = (1, 2, 3)


def example():
    x = np.array([0.5, -1.2])
    w1 = np.array([[0.3, -0.4, 0.8], [0.1, 0.9, -0.6]])
    return x, w1, np.array([0.1, -0.2, 0.3]), np.array([0.7, -0.5, 0.4])
