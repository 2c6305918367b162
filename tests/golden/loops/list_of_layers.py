"""A loop over a list of weight matrices of different shapes."""

import numpy as np


def deep_network(layers, x):
    """Apply tanh layers one after the other."""
    h = x
    for w in layers:
        h = np.tanh(h @ w)
    return np.sum(h * h)


FUNCTION = deep_network
ARGNUMS = (0, 1)


def example():
    layers = [
        np.array([[0.3, -0.5, 0.2], [0.8, 0.1, -0.9]]),
        np.array([[0.4], [-0.7], [1.1]]),
    ]
    return layers, np.array([0.6, -0.4])
