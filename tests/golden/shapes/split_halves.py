"""One parameter vector split into its parts."""

import numpy as np


def gated(x):
    """A gated linear unit on the halves of a vector."""
    value, gate = np.split(x, 2)
    return np.sum(value / (1.0 + np.exp(-gate)))


FUNCTION = gated
ARGNUMS = 0


def example():
    return (np.array([0.5, -0.3, 1.2, 0.7, -0.9, 0.1]),)
