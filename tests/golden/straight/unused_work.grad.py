import numpy as np


def mostly_dead_grad(x, label, mostly_dead_bar=1.0):
    """Gradient of `mostly_dead` with respect to x."""
    name = f"{label}: {len(x)} entries"
    assert len(name) > 3, name
    t = len(x)
    scaled = x * t

    # return np.sum(np.cos(scaled))
    t2 = -mostly_dead_bar
    t3 = np.sin(scaled)
    # scaled = x * len(x)
    x_bar = t2 * t * t3
    return x_bar
