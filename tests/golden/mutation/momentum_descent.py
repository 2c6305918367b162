"""Training whose parameters are updated in place, differentiated by its rate."""

import numpy as np


def trained(w0, rate, x, y, steps):
    """Loss after some steps of gradient descent with momentum."""
    w = w0.copy()
    velocity = np.zeros_like(w)
    for _ in range(steps):
        residual = x @ w - y
        gradient = x.T @ residual / len(y)
        velocity *= 0.8
        velocity -= rate * gradient
        w += velocity
    return np.mean((x @ w - y) ** 2)


FUNCTION = trained
ARGNUMS = (0, 1)


def example():
    x = np.array([[1.0, 0.2], [0.5, -1.0], [0.3, 0.8]])
    return np.array([0.1, -0.3]), 0.2, x, np.array([1.0, -0.5, 0.7]), 4
