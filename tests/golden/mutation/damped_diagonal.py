"""The diagonal is changed through a strided view, then filled."""

import numpy as np


def damped_solution(a, b, damping):
    """Squared length of the solution of a damped system."""
    m = a.copy()
    m.reshape(-1)[:: len(m) + 1] += damping
    x = np.linalg.solve(m, b)
    np.fill_diagonal(m, x[0])
    return x @ m @ x


FUNCTION = damped_solution
ARGNUMS = (0, 1, 2)


def example():
    return np.array([[2.0, 0.3], [-0.4, 1.5]]), np.array([1.0, -0.5]), 0.7
