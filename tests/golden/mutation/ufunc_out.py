"""A work array is filled again and again by `out=`."""

import numpy as np


def activity(w, x, steps):
    """Repeated affine maps and hyperbolic tangents without temporaries."""
    work = np.empty_like(x)
    y = x.copy()
    for _ in range(steps):
        np.multiply(w, y, out=work)
        np.add(work, 0.1, out=work)
        np.tanh(work, out=y)
    return np.sum(y)


FUNCTION = activity
ARGNUMS = (0, 1)


def example():
    return np.array([0.5, 1.5, -0.7]), np.array([0.2, 0.4, 0.6]), 3
