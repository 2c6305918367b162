"""A branch without else changes a value that already exists."""

import numpy as np


def clip_gradient(g, limit):
    """Rescale a vector whose length exceeds the limit."""
    length = np.sqrt(np.sum(g * g))
    if length > limit:
        g = g * (limit / length)
    return np.sum(g**3)


FUNCTION = clip_gradient
ARGNUMS = (0, 1)


def example():
    return np.array([1.2, -0.7, 0.9]), 1.1
