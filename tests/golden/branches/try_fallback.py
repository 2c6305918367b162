"""A fall-back where a function raises, in a loop; `finally` sums up."""

import math

import numpy as np


def total_entropy(weights, shift):
    """Logarithms of what is positive, a line for the rest."""
    total = 0.0
    for w in weights:
        try:
            term = w * math.log(w - shift)
        except ValueError:
            term = shift * w - 1.0
        finally:
            total = total + term * term
    return total


FUNCTION = total_entropy
ARGNUMS = (0, 1)


def example():
    return np.array([0.8, 0.1, 1.9, -0.4]), 0.3
