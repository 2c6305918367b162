"""Slices with offsets, strides and reversed order."""

import numpy as np


def roughness(u):
    """Second differences, every other entry, and a mirrored product."""
    second = u[:-2] - 2 * u[1:-1] + u[2:]
    coarse = u[::2]
    return np.sum(second**2) + np.sum(coarse) * u[-1] + np.sum(u * u[::-1])


FUNCTION = roughness
ARGNUMS = 0


def example():
    return (np.array([0.2, 0.9, -0.4, 1.1, 0.3]),)
