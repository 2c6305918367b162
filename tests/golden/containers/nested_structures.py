"""Lists of dictionaries, looped over and indexed."""

import numpy as np


def score(model, x):
    """Sum of saturating responses of all units."""
    total = model["bias"]
    for unit in model["units"]:
        total = total + unit["gain"] * np.tanh(x @ unit["w"])
    return total * total


FUNCTION = score
ARGNUMS = (0, 1)


def example():
    units = [
        {"w": np.array([0.4, -0.7]), "gain": 1.2},
        {"w": np.array([-0.3, 0.9]), "gain": -0.5},
    ]
    return {"bias": 0.2, "units": units}, np.array([0.8, 0.6])
