"""Two arrays that a loop updates in turn, by the name that a choice gives them."""

import numpy as np


def leapfrog(x, steps):
    even = x.copy()
    odd = x**2
    for k in range(steps):
        if k % 2 == 0:
            old, new = even, odd
        else:
            old, new = odd, even
        new[1:-1] += 0.1 * (old[2:] - old[:-2])
    return np.sum(even * odd)


FUNCTION = leapfrog
ARGNUMS = (0,)


def example():
    return np.array([0.3, -0.2, 0.9, 0.4, 1.1]), 3
