"""Augmented assignment on scalars, in every arithmetic operator."""

import numpy as np


def tweak(a, b):
    """Apply += -= *= /= **= to one scalar."""
    total = a * b
    total += np.sin(a)
    total *= b + 2.0
    total -= a / b
    total /= 1.0 + a * a
    total **= 2
    return total


FUNCTION = tweak
ARGNUMS = (0, 1)


def example():
    return 0.8, 1.9
