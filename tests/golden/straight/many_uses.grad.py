import numpy as np
from s2s.runtime import as_gradient, spread_to


def fan_out_grad(x, fan_out_bar=1.0):
    """Gradient of `fan_out` with respect to x."""
    h = np.tanh(x)
    a = h * h
    t = 1.0 + a
    b = h / t
    c = np.exp(-h)
    t2 = h + a * b + c * h

    # return np.sum(h + a * b + c * h)
    t_bar = spread_to(fan_out_bar, t2)
    c_bar = t_bar * h
    h_bar = c * t_bar
    h_bar = h_bar + t_bar
    a_bar = t_bar * b
    b_bar = a * t_bar
    # c = np.exp(-h)
    h_bar += -(c_bar * c)
    # b = h / (1.0 + a)
    h_bar += b_bar / t
    a_bar = a_bar + -b_bar * b / t
    # a = h * h
    h_bar += a_bar * h
    h_bar += h * a_bar
    # h = np.tanh(x)
    x_bar = h_bar * (1 - h * h)
    x_bar = as_gradient(x_bar, x)
    return x_bar
