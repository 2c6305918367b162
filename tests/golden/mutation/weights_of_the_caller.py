"""Descent with momentum that updates the weights that it is given."""

import numpy as np


def trained(weights, x):
    """The loss after some steps, which change every array of the dict in place."""
    speed = {name: np.zeros_like(w) for name, w in weights.items()}
    for _ in range(3):
        slopes = {"w": np.outer(weights["b"], x), "b": weights["w"] @ x}
        for name in weights:
            speed[name] *= 0.9
            speed[name] += slopes[name]
            weights[name] -= 0.1 * speed[name]
    return np.sum((weights["w"] @ x + weights["b"]) ** 2)


FUNCTION = trained
ARGNUMS = (0, 1)


def example():
    weights = {"w": np.array([[0.1, 0.2, -0.3], [0.3, -0.4, 0.5]]), "b": np.array([0.5, -0.2])}
    return weights, np.array([1.0, 0.5, -0.7])
