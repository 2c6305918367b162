import numpy as np


def two_names_grad(x, c, two_names_bar=1.0):
    """Gradient of `two_names` with respect to x, c."""
    p = x * c
    q = p
    p = p + 1.0
    q_2 = q * p
    t = np.tanh(p)

    # return np.sum(np.tanh(p) * q)
    q_bar = t * two_names_bar
    p_bar = two_names_bar * q_2 * (1 - t * t)
    # p = q = x * c
    p_bar += (q + p) * q_bar
    x_bar = p_bar * c
    c_bar = x @ p_bar
    return x_bar, float(c_bar)
