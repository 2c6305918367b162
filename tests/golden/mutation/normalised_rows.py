"""Rows are divided by their lengths in place."""

import numpy as np


def similarity(x, w):
    """Cosine similarities of the rows of x, weighted."""
    y = x.copy()
    for i in range(y.shape[0]):
        y[i] /= np.sqrt(y[i] @ y[i])
    return np.sum(w * (y @ y.T))


FUNCTION = similarity
ARGNUMS = (0, 1)


def example():
    x = np.array([[1.0, 0.5, -0.2], [0.3, 2.0, 0.7], [-1.0, 0.4, 0.6]])
    return x, np.array([[0.0, 1.0, 2.0], [0.5, 0.0, -1.0], [0.3, 0.2, 0.0]])
