"""Every entry is multiplied by the one before, in place."""

import numpy as np


def survival(hazard):
    """Expected lifetime under hazards for each year."""
    s = 1.0 - hazard
    for i in range(1, len(s)):
        s[i] *= s[i - 1]
    return np.sum(s)


FUNCTION = survival
ARGNUMS = 0


def example():
    return (np.array([0.1, 0.05, 0.3, 0.2]),)
