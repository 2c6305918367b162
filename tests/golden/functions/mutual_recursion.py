"""Two functions that call each other."""

import numpy as np


def even_step(x, n):
    """Sine steps at even depth."""
    return x if n == 0 else odd_step(np.sin(x) + 0.1 * x, n - 1)


def odd_step(x, n):
    """Squares at odd depth."""
    return 2.0 * x if n == 0 else even_step(x * x + 0.3, n - 1)


def zigzag(x):
    """Go three levels down."""
    return even_step(x, 3) * x


FUNCTION = zigzag
ARGNUMS = 0


def example():
    return (0.9,)
