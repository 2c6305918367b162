"""Einsum with a contraction, a free batch index and a trace."""

import numpy as np


def bilinear(x, w, y):
    """Batched bilinear form plus the trace of the weights."""
    score = np.einsum("bi,ij,bj->b", x, w, y)
    return np.sum(score**2) + np.einsum("ii->", w) ** 2


FUNCTION = bilinear
ARGNUMS = (0, 1, 2)


def example():
    x = np.array([[0.3, -0.8], [1.2, 0.5], [-0.4, 0.9]])
    w = np.array([[0.7, -0.1], [0.2, 1.1]])
    return x, w, np.array([[1.0, 0.4], [-0.3, 0.6], [0.8, -0.5]])
