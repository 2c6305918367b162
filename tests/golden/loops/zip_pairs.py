"""Two arrays walked through side by side."""

import numpy as np


def path_work(force, position):
    """Nonlinear line integral over consecutive pairs."""
    work = 0.0
    for f, left, right in zip(force, position[:-1], position[1:]):
        step = right - left
        work += np.sin(f) * step + 0.1 * step * step
    return work


FUNCTION = path_work
ARGNUMS = (0, 1)


def example():
    return np.array([0.3, 1.1, -0.7]), np.array([0.0, 0.4, 1.1, 1.5])
