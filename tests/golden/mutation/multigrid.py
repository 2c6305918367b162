"""A multigrid cycle that calls itself and updates the solution in place."""

import numpy as np


def smooth(u, f):
    """A Jacobi step for -u'' = f on a grid of n intervals."""
    n = len(u) - 1
    u[1:-1] = 0.5 * (u[:-2] + u[2:] + f[1:-1] / n**2)


def cycle(u, f):
    smooth(u, f)
    n = len(u) - 1
    if n > 2:
        r = np.zeros_like(u)
        r[1:-1] = f[1:-1] + n**2 * (u[2:] - 2 * u[1:-1] + u[:-2])
        coarse = r[::2].copy()
        e = np.zeros_like(coarse)
        cycle(e, coarse)
        u[::2] += e
        u[1::2] += 0.5 * (e[:-1] + e[1:])
        smooth(u, f)


def energy(f):
    u = np.zeros_like(f)
    cycle(u, f)
    cycle(u, f)
    return np.sum(u * f)


FUNCTION = energy
ARGNUMS = (0,)


def example():
    return (np.array([0.0, 1.0, 0.5, -0.3, 0.8, 0.1, -0.6, 0.4, 0.0]),)
