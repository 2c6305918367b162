"""A dict is built, updated and read by name."""

import numpy as np


def network(x, w, b):
    """Sum of all intermediate results of two layers that share their weights."""
    cache = {"input": x}
    cache["first"] = np.tanh(cache["input"] @ w + b)
    cache["second"] = np.tanh(cache["first"] @ w + b)
    cache["input"] = cache["input"] + cache["second"]
    total = 0.0
    for name in cache:
        total += np.sum(cache[name])
    return total


FUNCTION = network
ARGNUMS = (0, 1, 2)


def example():
    return np.array([0.5, -1.0]), np.array([[0.2, 0.7], [-0.5, 0.4]]), np.array([0.1, 0.0])
