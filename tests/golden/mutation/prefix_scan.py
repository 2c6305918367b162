"""A parallel prefix sum: what is read and what is written overlap."""

import numpy as np


def weighted_scan(x, w):
    """Weighted sum of all prefix sums, in log2(n) passes."""
    s = x.copy()
    d = 1
    while d < len(s):
        s[d:] += s[:-d]
        d *= 2
    return w @ np.sin(s)


FUNCTION = weighted_scan
ARGNUMS = (0, 1)


def example():
    return np.array([0.1, 0.4, -0.3, 0.2, 0.6]), np.array([1.0, -1.0, 2.0, 0.5, 1.5])
