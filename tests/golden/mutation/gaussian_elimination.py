"""Elimination in place, then back substitution."""

import numpy as np


def solve(a, b):
    """Sum of the solution of a x = b."""
    a = a.copy()
    x = b.copy()
    n = len(x)
    for k in range(n):
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            a[i, k:] -= factor * a[k, k:]
            x[i] -= factor * x[k]
    for i in range(n - 1, -1, -1):
        x[i] = (x[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
    return np.sum(x)


FUNCTION = solve
ARGNUMS = (0, 1)


def example():
    return np.array([[3.0, 0.5, -1.0], [0.4, 2.0, 0.3], [1.0, -0.2, 4.0]]), np.array([1.0, 2.0, 3.0])
