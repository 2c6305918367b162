"""Means of an array whose rank is not written anywhere."""

import numpy as np


def relative_error(prediction, target):
    """Mean squared error relative to the mean square of the target."""
    error = np.mean((prediction - target) ** 2)
    return error / target.mean() ** 2


FUNCTION = relative_error
ARGNUMS = (0, 1)


def example():
    return np.array([0.9, 2.2, 2.7]), np.array([1.0, 2.0, 3.0])
