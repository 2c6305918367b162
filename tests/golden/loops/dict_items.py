"""A loop over the items of a dictionary of parameters."""

import numpy as np


def penalty(params, scale):
    """Weight decay that treats biases differently."""
    total = 0.0
    for name, value in params.items():
        if name.startswith("b"):
            total += np.sum(np.abs(value))
        else:
            total += scale * np.sum(value**2)
    return total


FUNCTION = penalty
ARGNUMS = (0, 1)


def example():
    return {"w1": np.array([[0.5, -1.0]]), "b1": np.array([0.3, -0.2]), "w2": 1.4}, 0.6
