"""Exponentiation by repeated squaring, written recursively."""

import numpy as np


def int_power(x, n):
    """x to the n-th power, elementwise."""
    if n == 0:
        return np.ones_like(x)
    half = int_power(x, n // 2)
    return half * half * x if n % 2 else half * half


def moments(x):
    """Sum of the fifth and third powers."""
    return np.sum(int_power(x, 5)) + np.sum(int_power(x, 3)) / 3


FUNCTION = moments
ARGNUMS = 0


def example():
    return (np.array([0.8, -1.1, 0.5]),)
