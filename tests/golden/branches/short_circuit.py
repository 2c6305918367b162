"""`and`, `or` and `not` guard a division and a logarithm."""

import numpy as np


def guarded(x, y):
    """Use the second operand only where it is safe."""
    if x > 0 and np.log(x) < 2.0:
        z = np.log(x) * y
    else:
        z = y
    if not (y > 3.0 or z / y > 4.0):
        z = z + x / y
    scale = 0.0 or x
    return z * scale


FUNCTION = guarded
ARGNUMS = (0, 1)


def example():
    return 2.2, 0.7
