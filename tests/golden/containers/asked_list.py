"""A choice by whether a list is empty, which the loop fills: the answer is kept, not the list."""

import numpy as np


def smoothed(x):
    """Each value pulls on the one before it; the first has none."""
    kept, total = [], 0.0
    for v in x:
        if kept:
            total += (v - 0.5 * kept[-1]) ** 2
        kept.append(np.tanh(v))
    return total + kept[0]


FUNCTION = smoothed
ARGNUMS = 0


def example():
    return (np.array([0.7, 1.2, 0.5]),)
