"""Squared misfit of an Euler-integrated epidemic model."""

import numpy as np


def epidemic_misfit(rates, infected, data, dt):
    """Compare a susceptible-infected-removed model with data."""
    infection, recovery = rates
    susceptible = 1.0 - infected
    misfit = 0.0
    for observed in data:
        new = dt * infection * susceptible * infected
        healed = dt * recovery * infected
        susceptible = susceptible - new
        infected = infected + new - healed
        misfit += (infected - observed) ** 2
    return misfit


FUNCTION = epidemic_misfit
ARGNUMS = (0, 1)


def example():
    return (1.8, 0.5), 0.05, np.array([0.08, 0.12, 0.2, 0.26]), 0.5
