"""The fields of a dataclass are updated, one of them in place."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Particle:
    """Where and how fast."""

    position: np.ndarray
    energy: float


def bounced(position, velocity, loss):
    """Energy that a particle keeps while it moves."""
    p = Particle(position.copy(), 0.5 * velocity @ velocity)
    for _ in range(3):
        p.position += 0.1 * velocity
        p.energy *= 1.0 - loss
    return p.energy + p.position @ p.position


FUNCTION = bounced
ARGNUMS = (0, 1, 2)


def example():
    return np.array([0.5, 1.0]), np.array([1.0, -0.4]), 0.05
