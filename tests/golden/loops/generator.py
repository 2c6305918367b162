"""A loop over a generator: its loop with the statements of the consumer inside."""

import numpy as np


def iterates(x, n):
    """The logistic map."""
    for _ in range(n):
        yield x
        x = 2.5 * x * (1 - x)


def spread(x, n):
    """A sum that stops where it is large enough."""
    total = 0.0
    for k, v in enumerate(iterates(x, n), 1):
        total += k * np.sin(v)
        if total > 6:
            break
    return total


FUNCTION = spread
ARGNUMS = (0,)


def example():
    return 0.3, 9
