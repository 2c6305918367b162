import numpy as np
from s2s.runtime import spread_to


def mostly_dead_grad(x, label, mostly_dead_bar=1.0):
    """Gradient of `mostly_dead` with respect to x."""
    name = f"{label}: {len(x)} entries"
    assert len(name) > 3, name
    t = len(x)
    scaled = x * t

    # return np.sum(np.cos(scaled))
    t_bar = spread_to(mostly_dead_bar, x)
    t2 = np.sin(scaled)
    # scaled = x * len(x)
    x_bar = -t * t_bar * t2
    return x_bar
