"""A dictionary of parameters, one of which is not used."""

import numpy as np


def line_fit(params, t, y):
    """Squared error of a line with a quadratic term."""
    fit = params["slope"] * t + params["offset"]
    if "curve" in params:
        fit = fit + params["curve"] * t**2
    return np.mean((fit - y) ** 2)


FUNCTION = line_fit
ARGNUMS = 0


def example():
    params = {"slope": 0.8, "offset": np.array([0.1]), "curve": -0.3}
    return params, np.array([0.0, 0.5, 1.0]), np.array([0.2, 0.4, 1.1])
