"""Continue skips the rest of the body for some entries."""

import numpy as np


def robust_mean(values, cutoff):
    """Average of the entries within the cutoff."""
    total, count = 0.0, 0
    for v in values:
        if abs(v) > cutoff:
            continue
        total += v * v
        count += 1
    return total / count


FUNCTION = robust_mean
ARGNUMS = 0


def example():
    return np.array([0.4, 7.0, -0.8, 1.1, -9.0]), 2.0
