"""The products that came before `@`."""

import numpy as np


def products(u, v, m):
    """Combine dot, inner and outer products."""
    length = np.dot(u, v)
    table = np.outer(u, v)
    gram = np.inner(m, m)
    return length * np.sum(table**2) + np.sum(np.dot(m, v)) + np.sum(gram * gram)


FUNCTION = products
ARGNUMS = (0, 1, 2)


def example():
    m = np.array([[0.3, -0.2, 0.8], [1.0, 0.4, -0.6]])
    return np.array([0.5, 1.2, -0.7]), np.array([0.9, -0.4, 0.3]), m
