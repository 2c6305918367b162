"""Contributions are added at integer positions, some of them twice."""

import numpy as np


def assembled(stiffness, left, right, u):
    """Energy of springs between nodes, assembled node by node."""
    force = np.zeros_like(u)
    pull = stiffness * (u[right] - u[left])
    np.add.at(force, left, pull)
    np.subtract.at(force, right, pull)
    return np.sum(force**2)


FUNCTION = assembled
ARGNUMS = (0, 3)


def example():
    left, right = np.array([0, 0, 1, 2]), np.array([1, 2, 2, 3])
    return np.array([1.0, 2.0, 0.5, 1.5]), left, right, np.array([0.0, 0.4, -0.1, 0.9])
