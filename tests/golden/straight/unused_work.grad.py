import numpy as np


def mostly_dead_grad(x, label, mostly_dead_bar=1.0):
    """Gradient of `mostly_dead` with respect to x."""
    name = f"{label}: {len(x)} entries"
    assert len(name) > 3, name
    t = len(x)
    scaled = x * t

    # scaled = x * len(x)
    x_bar = -mostly_dead_bar * t * np.sin(scaled)
    return x_bar
