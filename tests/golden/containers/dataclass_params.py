"""A dataclass of parameters, with an integer field that has no gradient."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Mixture:
    """Two rates and a weight; the order is an integer."""

    rates: np.ndarray
    weight: float
    order: int


def relaxation(model, t):
    """Weighted sum of two relaxation curves."""
    fast = np.exp(-model.rates[0] * t)
    slow = np.exp(-model.rates[1] * t) ** model.order
    return np.sum(model.weight * fast + (1 - model.weight) * slow)


FUNCTION = relaxation
ARGNUMS = 0


def example():
    return Mixture(np.array([2.0, 0.3]), 0.6, 2), np.array([0.1, 0.8, 1.7])
