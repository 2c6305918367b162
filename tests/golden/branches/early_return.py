"""Three returns; the last one is reached."""

import numpy as np


def safe_ratio(a, b):
    """A ratio with two special cases before it."""
    if a == 0:
        return a
    ratio = a / b
    if ratio < 0:
        return ratio * ratio
    root = np.sqrt(ratio)
    return root + a


FUNCTION = safe_ratio
ARGNUMS = (0, 1)


def example():
    return 1.4, 0.9
