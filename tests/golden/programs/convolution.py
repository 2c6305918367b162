"""A one-dimensional convolution written as a sum of shifted slices."""

import numpy as np


def blur_energy(signal, kernel):
    """Energy of a valid convolution after a rectifier."""
    n = len(signal) - len(kernel) + 1
    response = sum(kernel[k] * signal[k : k + n] for k in range(len(kernel)))
    return np.sum(np.maximum(response, 0.0) ** 2)


FUNCTION = blur_energy
ARGNUMS = (0, 1)


def example():
    return np.array([0.3, 1.1, -0.4, 0.9, 0.5]), np.array([0.5, -0.2, 0.7])
