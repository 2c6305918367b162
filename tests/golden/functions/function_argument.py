"""A quadrature rule that takes its integrand as an argument."""

import numpy as np


def simpson(integrand, left, right):
    """Simpson's rule on one interval."""
    middle = 0.5 * (left + right)
    values = integrand(left) + 4.0 * integrand(middle) + integrand(right)
    return (right - left) / 6.0 * values


def area(rate, right):
    """Area under a damped cosine."""

    def curve(t):
        return np.exp(-rate * t) * np.cos(t)

    return simpson(curve, 0.0, right)


FUNCTION = area
ARGNUMS = (0, 1)


def example():
    return 0.6, 1.5
