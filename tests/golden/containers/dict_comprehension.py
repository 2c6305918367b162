"""A dictionary built by a comprehension and read by key."""

import numpy as np


def scaled_params(params, scale):
    """Scale every parameter, then combine two of them."""
    scaled = {name: scale * value for name, value in params.items()}
    return np.sum(np.sin(scaled["w"])) * scaled["b"] + scaled["b"] ** 2


FUNCTION = scaled_params
ARGNUMS = (0, 1)


def example():
    return {"w": np.array([0.5, -0.8]), "b": 0.6}, 1.3
