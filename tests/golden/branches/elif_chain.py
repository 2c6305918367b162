"""Four ways through a chain of conditions."""

import numpy as np


def drag(speed, density):
    """Drag coefficient by regime."""
    if speed < 0.1:
        force = density * speed
    elif speed < 1.0:
        force = density * speed**1.5
    elif speed < 10.0:
        extra = np.log(speed)
        force = density * speed**2 * (1.0 + 0.1 * extra)
    else:
        force = 10.0 * density
    return force / (1.0 + force)


FUNCTION = drag
ARGNUMS = (0, 1)


def example():
    return 2.5, 0.8
