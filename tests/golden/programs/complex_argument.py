"""A real loss of a complex parameter."""

import numpy as np


def antenna_gain(weights, angles):
    """Power radiated by a small array into a set of directions."""
    phase = np.exp(1j * np.outer(np.arange(len(weights)), np.sin(angles)))
    field = weights @ phase
    return np.sum(np.abs(field) ** 2) / (1.0 + np.sum(np.abs(weights) ** 2))


FUNCTION = antenna_gain
ARGNUMS = (0, 1)


def example():
    weights = np.array([0.5 + 0.3j, -0.2 + 0.9j, 0.7 - 0.4j])
    return weights, np.array([0.1, 0.6, 1.2])
