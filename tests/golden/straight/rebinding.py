"""One name bound again and again, each time from its own old value."""

import numpy as np


def squash(x):
    """Rebind x four times before the reduction."""
    x = x * x + 1.0
    x = np.sqrt(x)
    x = np.log(x) + x
    x = x / (2.0 + x)
    return np.sum(x)


FUNCTION = squash
ARGNUMS = 0


def example():
    return (np.array([-1.2, 0.4, 2.5]),)
