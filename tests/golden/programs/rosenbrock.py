"""The banana valley in any number of dimensions."""

import numpy as np


def rosenbrock(x):
    """Sum over neighbouring pairs."""
    valley = x[1:] - x[:-1] ** 2
    return np.sum(100.0 * valley**2 + (1.0 - x[:-1]) ** 2)


FUNCTION = rosenbrock
ARGNUMS = 0


def example():
    return (np.array([0.3, -0.4, 0.8, 0.5]),)
