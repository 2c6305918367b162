"""Values that do not reach the result leave no trace in the derivative."""

import numpy as np


def mostly_dead(x, label):
    """Compute more than is returned."""
    unused = np.exp(x) * 3.0
    name = f"{label}: {len(x)} entries"
    assert len(name) > 3, name
    scaled = x * len(x)
    unused = scaled + unused
    return np.sum(np.cos(scaled))


FUNCTION = mostly_dead
ARGNUMS = 0


def example():
    return np.array([0.2, 0.5, -0.4]), "angles"
