"""An object carries an array that its method changes in place."""

import numpy as np


class Momentum:
    """Gradient descent with momentum."""

    def __init__(self, size, rate):
        self.velocity = np.zeros(size)
        self.rate = rate

    def step(self, x, g):
        self.velocity *= 0.9
        self.velocity += g
        x -= self.rate * self.velocity


def descended(start, rate):
    """A quadratic after three steps."""
    x = start.copy()
    optimiser = Momentum(len(x), rate)
    for _ in range(3):
        optimiser.step(x, 2 * x)
    return np.sum(x * x)


FUNCTION = descended
ARGNUMS = (0, 1)


def example():
    return np.array([1.0, -2.0]), 0.1
