"""The less usual elementwise functions."""

import numpy as np


def assorted(x, y):
    """Inverse trigonometric, hyperbolic and two-argument functions."""
    u = np.arctan2(y, x) + np.hypot(x, y)
    v = np.arcsin(x / 4.0) * np.arctan(y)
    w = np.log1p(x * x) - np.expm1(-y * y)
    return np.sum(u * v + np.cosh(w) + np.logaddexp(x, y))


FUNCTION = assorted
ARGNUMS = (0, 1)


def example():
    return np.array([0.6, 1.2, -0.9]), np.array([0.8, -0.5, 1.4])
