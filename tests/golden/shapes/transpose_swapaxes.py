"""Axes permuted in the four usual ways."""

import numpy as np


def permuted(x):
    """Mix an array with permutations of itself."""
    a = np.transpose(x, (2, 0, 1))
    b = np.swapaxes(x, 0, 2)
    c = x.transpose(1, 2, 0)
    d = x[0].T @ x[1]
    return np.sum(a[0] * x[:, :, 1]) + np.sum(b[1] ** 2) + np.sum(np.sin(c)) + np.sum(d)


FUNCTION = permuted
ARGNUMS = 0


def example():
    return (np.sin(np.arange(12.0)).reshape(2, 3, 2),)
