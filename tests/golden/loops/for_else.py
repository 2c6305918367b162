"""The else branch of a loop runs when no break happened."""

import numpy as np


def search_then_scale(x, target):
    """Stop at the first large product, or scale the total when there is none."""
    total = 1.0
    for v in x:
        total = total * (1.0 + v * v)
        if total > target:
            total = np.log(total)
            break
    else:
        total = total * np.sum(x)
    return total


FUNCTION = search_then_scale
ARGNUMS = 0


def example():
    return np.array([0.3, -0.6, 0.8]), 50.0
