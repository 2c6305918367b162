import numpy as np


def fan_out_grad(x, fan_out_bar=1.0):
    """Gradient of `fan_out` with respect to x."""
    h = np.tanh(x)
    a = h * h
    t = 1.0 + a
    b = h / t
    c = np.exp(-h)

    # return np.sum(h + a * b + c * h)
    h_bar = c * fan_out_bar + fan_out_bar
    b_bar = a * fan_out_bar
    # c = np.exp(-h)
    h_bar -= fan_out_bar * h * c
    # b = h / (1.0 + a)
    h_bar_2 = b_bar / t
    h_bar += h_bar_2
    a_bar = (fan_out_bar - h_bar_2) * b
    # a = h * h
    h_bar += 2 * a_bar * h
    # h = np.tanh(x)
    x_bar = h_bar * (1 - a)
    return x_bar
