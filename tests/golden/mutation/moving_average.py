"""A moving average whose sum slides along."""

import numpy as np


def roughness(x, k):
    """Squared distance of a signal from its moving average."""
    smooth = x.copy()
    acc = np.sum(x[: k - 1])
    for i in range(k - 1, len(x)):
        acc += x[i]
        smooth[i] = acc / k
        acc -= x[i - k + 1]
    return np.sum((x - smooth) ** 2)


FUNCTION = roughness
ARGNUMS = 0


def example():
    return np.array([1.0, 0.2, -0.5, 0.7, 1.1, 0.4]), 3
