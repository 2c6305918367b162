"""A recurrent network over a sequence."""

import numpy as np


def rnn(params, xs):
    """Sum of the last hidden state."""
    wx, wh, b = params
    h = np.zeros(b.shape)
    for x in xs:
        h = np.tanh(x @ wx + h @ wh + b)
    return np.sum(h)


FUNCTION = rnn
ARGNUMS = 0


def example():
    wx = np.array([[0.4, -0.2, 0.7], [-0.5, 0.9, 0.1]])
    wh = np.array([[0.2, 0.5, -0.3], [-0.6, 0.1, 0.4], [0.3, -0.2, 0.8]])
    b = np.array([0.1, 0.0, -0.2])
    return (wx, wh, b), np.array([[1.0, -0.5], [0.3, 0.8], [-0.9, 0.2], [0.6, 0.4]])
