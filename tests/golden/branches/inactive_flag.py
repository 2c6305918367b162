"""A branch on a string and a boolean: nothing to record."""

import numpy as np


def activation(x, kind, doubled):
    """Apply an activation chosen by name."""
    if kind == "relu":
        y = np.maximum(x, 0.0)
    elif kind == "softplus":
        y = np.log1p(np.exp(x))
    else:
        raise ValueError(f"unknown activation {kind!r}")
    if doubled:
        y = 2.0 * y
    return np.sum(y * y)


FUNCTION = activation
ARGNUMS = 0


def example():
    return np.array([0.4, -1.3, 0.8]), "softplus", True
