"""A chain of elementwise functions, one assignment each."""

import numpy as np


def damped_wave(x):
    """Energy of a damped oscillation sampled at x."""
    decay = np.exp(-0.3 * x)
    wave = np.sin(2.0 * x + 0.5)
    signal = decay * wave
    return np.sum(signal**2)


FUNCTION = damped_wave
ARGNUMS = 0


def example():
    return (np.array([0.1, 0.7, 1.3, 2.2]),)
