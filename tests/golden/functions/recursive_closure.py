"""A nested function that calls itself and assigns a variable, which goes in and comes back."""

import numpy as np


def weighted_leaves(x, depth):
    """A sum over the leaves of a binary tree, which weigh what is on the way to them."""
    total = x[0]

    def visit(k, weight):
        nonlocal total
        if k == depth:
            total = total + np.sin(weight)
        else:
            visit(k + 1, weight * x[k])
            visit(k + 1, weight + x[k])

    visit(1, x[0])
    return total


FUNCTION = weighted_leaves
ARGNUMS = (0,)


def example():
    return np.array([0.3, 0.7, 1.1]), 3
