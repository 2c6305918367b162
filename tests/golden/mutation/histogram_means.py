"""Counts are inactive integers, sums are not."""

import numpy as np


def between_groups(x, group, groups):
    """Sum of the squared means of groups."""
    count = np.zeros(groups, dtype=int)
    total = np.zeros(groups)
    for i, g in enumerate(group):
        count[g] += 1
        total[g] += x[i]
    return np.sum((total / count) ** 2)


FUNCTION = between_groups
ARGNUMS = 0


def example():
    return np.array([1.0, 2.0, 0.5, -0.3, 0.8]), np.array([0, 1, 0, 2, 1]), 3
