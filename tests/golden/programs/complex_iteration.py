"""Iterating z -> z^2 + c with a complex state and a bail-out."""

import numpy as np


def escape_energy(re, im, steps):
    """Squared modulus of the last iterate."""
    c = re + 1j * im
    z = 0.0 * c
    for _ in range(steps):
        z = z * z + c
        if np.abs(z) > 4.0:
            break
    return z.real**2 + z.imag**2


FUNCTION = escape_energy
ARGNUMS = (0, 1)


def example():
    return 0.31, 0.42, 6
