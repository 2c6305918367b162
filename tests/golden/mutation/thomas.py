"""The Thomas algorithm for tridiagonal systems, which overwrites its work arrays."""

import numpy as np


def tridiagonal(lower, diag, upper, rhs):
    """Sum of squares of the solution."""
    c = upper.copy()
    x = rhs.copy()
    c[0] /= diag[0]
    x[0] /= diag[0]
    for i in range(1, len(diag)):
        pivot = diag[i] - lower[i] * c[i - 1]
        c[i] /= pivot
        x[i] = (x[i] - lower[i] * x[i - 1]) / pivot
    for i in range(len(diag) - 2, -1, -1):
        x[i] -= c[i] * x[i + 1]
    return x @ x


FUNCTION = tridiagonal
ARGNUMS = (0, 1, 2, 3)


def example():
    lower, upper = np.array([0.0, -1.0, -0.5, -0.8]), np.array([-0.6, -0.9, -0.4, 0.0])
    return lower, np.array([2.0, 2.5, 2.2, 3.0]), upper, np.array([1.0, 0.0, -1.0, 0.5])
