import numpy as np
from s2s.runtime import as_gradient, spread_to, unbroadcast


def gated_grad(x, gated_bar=1.0):
    """Gradient of `gated` with respect to x."""
    value, gate = np.split(x, 2)
    t = np.exp(-gate)
    t2 = 1.0 + t
    t3 = value / t2

    # return np.sum(value / (1.0 + np.exp(-gate)))
    t_bar = spread_to(gated_bar, t3)
    value_bar = unbroadcast(t_bar / t2, value)
    gate_bar = -(unbroadcast(-t_bar * t3 / t2, t2) * t)
    # value, gate = np.split(x, 2)
    x_bar = np.concatenate((value_bar, gate_bar), 0)
    x_bar = as_gradient(x_bar, x)
    return x_bar
