"""A few unrolled steps of gradient descent, differentiated in the step size."""

import numpy as np


def final_loss(w, rate, a, b, steps):
    """Quadratic loss after a number of momentum steps."""
    velocity = np.zeros_like(w)
    for _ in range(steps):
        residual = a @ w - b
        velocity = 0.9 * velocity - rate * (a.T @ residual)
        w = w + velocity
    return 0.5 * np.sum((a @ w - b) ** 2)


FUNCTION = final_loss
ARGNUMS = (0, 1)


def example():
    a = np.array([[1.0, 0.3], [-0.2, 0.8], [0.5, -0.6]])
    return np.array([0.4, -0.7]), 0.1, a, np.array([0.5, 1.0, -0.3]), 3
