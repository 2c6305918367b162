"""A loop over a set: a list of it, which has an order backward, too."""

import numpy as np


def chained(x):
    """Each item changes what the next one meets."""
    picked = {2, 0, 2}
    total = 0.5
    for k in picked:
        total = np.sin(total * x[k])
    return total


FUNCTION = chained
ARGNUMS = (0,)


def example():
    return (np.array([0.7, 0.1, 1.3]),)
