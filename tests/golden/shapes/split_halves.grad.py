import numpy as np


def gated_grad(x, gated_bar=1.0):
    """Gradient of `gated` with respect to x."""
    value, gate = np.split(x, 2)
    t = np.exp(-gate)
    t2 = 1.0 + t

    # return np.sum(value / (1.0 + np.exp(-gate)))
    value_bar = gated_bar / t2
    t_bar = value_bar * (value / t2) * t
    # value, gate = np.split(x, 2)
    x_bar = np.concatenate((value_bar, t_bar), 0)
    return x_bar
