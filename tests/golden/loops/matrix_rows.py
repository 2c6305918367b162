"""A loop over the rows of a matrix carrying a vector."""

import numpy as np


def decayed_sum(rows, decay):
    """Exponentially weighted sum of rows."""
    state = np.zeros(rows.shape[1])
    for row in rows:
        state = decay * state + np.tanh(row)
    return np.sum(state**2)


FUNCTION = decayed_sum
ARGNUMS = (0, 1)


def example():
    return np.array([[0.2, -0.9], [1.3, 0.4], [-0.6, 0.8]]), 0.7
