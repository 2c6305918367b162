"""A copy is sorted in place and its ends are cut off."""

import numpy as np


def trimmed_variance(x, cut):
    """Variance of a sample without its extremes."""
    y = x.copy()
    y.sort()
    y[:cut] = y[cut]
    y[-cut:] = y[-cut - 1]
    return np.var(y)


FUNCTION = trimmed_variance
ARGNUMS = 0


def example():
    return np.array([0.3, 2.5, -1.0, 0.8, 0.1, 1.4]), 1
