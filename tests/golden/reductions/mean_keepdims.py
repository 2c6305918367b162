"""Centring with keepdims, as in layer normalisation."""

import numpy as np


def layer_norm(x, gain):
    """Normalise each row and weight it."""
    centred = x - np.mean(x, axis=-1, keepdims=True)
    scale = np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + 1e-3)
    return np.sum((centred / scale * gain) ** 3)


FUNCTION = layer_norm
ARGNUMS = (0, 1)


def example():
    x = np.array([[0.2, -1.0, 0.7, 1.9], [1.5, 0.1, -0.4, 0.6]])
    return x, np.array([1.0, 0.5, -0.8, 1.2])
