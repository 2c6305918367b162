import numpy as np
from s2s.runtime import as_gradient, spread_to


def two_names_grad(x, c, two_names_bar=1.0):
    """Gradient of `two_names` with respect to x, c."""
    p = x * c
    q = p
    p = p + 1.0
    q_2 = q * p
    t = np.tanh(p)
    t2 = t * q_2

    # return np.sum(np.tanh(p) * q)
    t_bar = spread_to(two_names_bar, t2)
    q_bar = t * t_bar
    p_bar = t_bar * q_2 * (1 - t * t)
    # q = q * p
    q_bar_2 = q_bar * p
    p_bar = p_bar + q * q_bar
    # p = q = x * c
    p_bar = p_bar + q_bar_2
    c_bar = np.sum(x * p_bar)
    x_bar = as_gradient(p_bar * c, x)
    c_bar = as_gradient(c_bar, c)
    return x_bar, c_bar
