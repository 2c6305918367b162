"""One value used five times: its adjoint is a sum of contributions."""

import numpy as np


def fan_out(x):
    """Use a hidden value in five places."""
    h = np.tanh(x)
    a = h * h
    b = h / (1.0 + a)
    c = np.exp(-h)
    return np.sum(h + a * b + c * h)


FUNCTION = fan_out
ARGNUMS = 0


def example():
    return (np.array([0.3, -0.8, 1.1]),)
