"""A window moves along a signal; `np.copyto` fills it."""

import numpy as np


def matched(signal, kernel):
    """Sum of squared responses of a filter, window by window."""
    window = np.empty(len(kernel))
    total = 0.0
    for i in range(len(signal) - len(kernel) + 1):
        np.copyto(window, signal[i : i + len(kernel)])
        window -= np.mean(window)
        total += (window @ kernel) ** 2
    return total


FUNCTION = matched
ARGNUMS = (0, 1)


def example():
    return np.array([0.1, 0.9, 0.4, -0.5, 0.3]), np.array([1.0, -2.0, 0.5])
