"""Two values carried together, swapped in each iteration."""

import numpy as np


def fibonacci_like(a, b, steps):
    """A two-term recurrence with a nonlinear coupling."""
    for k in range(1, steps + 1):
        a, b = b, a + np.sin(b) / k
    return a * b


FUNCTION = fibonacci_like
ARGNUMS = (0, 1)


def example():
    return 0.4, 0.9, 4
