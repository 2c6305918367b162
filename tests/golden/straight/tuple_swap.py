"""Two names exchange their values in one tuple assignment."""

import numpy as np


def agm_steps(a, b):
    """Two steps of the arithmetic-geometric mean, with a swap in between."""
    a, b = (a + b) / 2, np.sqrt(a * b)
    a, b = b, a
    a, b = (a + b) / 2, np.sqrt(a * b)
    return a * a - 0.5 * b


FUNCTION = agm_steps
ARGNUMS = (0, 1)


def example():
    return 1.7, 0.6
