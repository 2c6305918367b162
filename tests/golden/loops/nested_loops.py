"""Two nested loops with an inner bound that depends on the outer index."""

import numpy as np


def pair_energy(positions):
    """Sum of a smooth repulsion over all pairs of particles."""
    energy = 0.0
    for i in range(len(positions)):
        for j in range(i):
            gap = positions[i] - positions[j]
            energy += 1.0 / (0.5 + gap * gap)
    return energy


FUNCTION = pair_energy
ARGNUMS = 0


def example():
    return (np.array([0.1, 0.9, -0.4, 1.6]),)
