"""One branch on an active scalar."""

import numpy as np


def soft_step(x):
    """Logarithm above one, parabola below."""
    if x > 1.0:
        y = np.log(x) + 1.0
    else:
        y = 0.5 * (x * x + 1.0)
    return y * y


FUNCTION = soft_step
ARGNUMS = 0


def example():
    return (1.8,)
