"""Elimination in a matrix that is a list of rows, which change places."""

import numpy as np


def pivoted(x, n):
    """The last entry of the triangle that Gauss leaves of a matrix, and its right-hand side."""
    a = [[x[i, j] for j in range(n)] for i in range(n)]
    y = [0.0] * n
    for c in range(n):
        p = c
        for r in range(c + 1, n):
            if abs(a[r][c]) > abs(a[p][c]):
                p = r
        a[c], a[p] = a[p], a[c]
        for r in range(c + 1, n):
            f = a[r][c] / a[c][c]
            for k in range(c, n):
                a[r][k] -= f * a[c][k]
        y[c] = a[c][c] * a[c][-1]
    return sum(y)


FUNCTION = pivoted
ARGNUMS = (0,)


def example():
    return np.array([[0.2, 1.0, -0.5], [1.4, 0.3, 0.7], [0.4, -1.1, 0.9]]), 3
