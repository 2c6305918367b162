"""Running sums into an array, entry by entry."""

import numpy as np


def drawdown(returns):
    """Mean square distance of an account from its start."""
    balance = np.zeros(len(returns) + 1)
    for i, r in enumerate(returns):
        balance[i + 1] = balance[i] + r
    return np.mean(balance**2)


FUNCTION = drawdown
ARGNUMS = 0


def example():
    return (np.array([0.3, -0.2, 0.5, 0.1]),)
