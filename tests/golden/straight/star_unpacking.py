"""Star unpacking of a tuple and of an array of parameters."""

import numpy as np


def polynomial(coefficients, x):
    """Evaluate c0 + c1 x + c2 x^2 + c3 x^3 with unpacked coefficients."""
    constant, *rest = coefficients
    linear, (quadratic, cubic) = rest[0], rest[1:]
    y = constant + linear * x + quadratic * x**2 + cubic * x**3
    return np.sum(y * y)


FUNCTION = polynomial
ARGNUMS = (0, 1)


def example():
    return (0.5, -1.0, 0.25, 0.1), np.array([0.2, 1.1, -0.7])
