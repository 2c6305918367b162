"""A linear solve whose matrix and right-hand side are both active."""

import numpy as np


def compliance(stiffness, load):
    """Work done by a load on a linear structure."""
    displacement = np.linalg.solve(stiffness, load)
    return load @ displacement


FUNCTION = compliance
ARGNUMS = (0, 1)


def example():
    stiffness = np.array([[4.0, -1.0, 0.2], [-0.8, 3.0, -0.5], [0.1, -0.7, 2.5]])
    return stiffness, np.array([1.0, -0.5, 0.8])
