"""Inverse and determinant of a small matrix."""

import numpy as np


def log_volume(a):
    """Logarithm of the determinant plus a norm of the inverse."""
    inverse = np.linalg.inv(a)
    return np.log(np.linalg.det(a)) + np.sum(inverse * inverse)


FUNCTION = log_volume
ARGNUMS = 0


def example():
    return (np.array([[2.0, 0.3, -0.1], [0.4, 1.5, 0.2], [-0.3, 0.1, 1.8]]),)
