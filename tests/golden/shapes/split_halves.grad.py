import numpy as np
from s2s.runtime import add_at, as_gradient, spread_to, unbroadcast, zeros_of


def gated_grad(x, gated_bar=1.0):
    """Gradient of `gated` with respect to x."""
    t = np.split(x, 2)
    value, gate = t
    t2 = np.exp(-gate)
    t3 = 1.0 + t2
    t4 = value / t3

    # return np.sum(value / (1.0 + np.exp(-gate)))
    t_bar = spread_to(gated_bar, t4)
    value_bar = unbroadcast(t_bar / t3, value)
    gate_bar = -(unbroadcast(-t_bar * t4 / t3, t3) * t2)
    # value, gate = np.split(x, 2)
    t_bar = zeros_of(t)
    add_at(t_bar, 0, value_bar)
    add_at(t_bar, 1, gate_bar)
    x_bar = np.concatenate(t_bar, 0)
    x_bar = as_gradient(x_bar, x)
    return x_bar
