"""Upwind advection in place, with the flux in the direction of the wind."""

import numpy as np


def transported(u0, wind, courant, steps):
    """Energy of a profile on a ring after some steps."""
    u = u0.copy()
    flux = np.empty_like(u)
    for _ in range(steps):
        if wind > 0:
            flux[1:] = u[1:] - u[:-1]
            flux[0] = u[0] - u[-1]
        else:
            flux[:-1] = u[1:] - u[:-1]
            flux[-1] = u[0] - u[-1]
        u -= courant * wind * flux
    return np.sum(u * u)


FUNCTION = transported
ARGNUMS = (0, 1, 2)


def example():
    return np.array([0.0, 1.0, 0.5, -0.2, 0.3]), 0.8, 0.5, 3
