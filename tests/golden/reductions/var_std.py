"""Variance and standard deviation with and without Bessel's correction."""

import numpy as np


def dispersion(samples):
    """Combine spread measures of every column."""
    population = np.var(samples, axis=0)
    sample = np.std(samples, axis=0, ddof=1)
    return np.sum(sample / (1.0 + population)) + samples.std()


FUNCTION = dispersion
ARGNUMS = 0


def example():
    return (np.array([[0.3, 1.7], [1.1, -0.9], [-0.6, 0.2], [2.0, 0.5]]),)
