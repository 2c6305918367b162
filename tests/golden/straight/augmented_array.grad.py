import numpy as np
from s2s.runtime import as_gradient, spread_to


def standard_score_grad(x, shift, standard_score_bar=1.0):
    """Gradient of `standard_score` with respect to x, shift."""
    z = x - np.mean(x)
    t = x * x
    t2 = 1.0 + np.sum(t)
    z = z / t2
    z_2 = z + shift
    z_3 = z_2 * z_2

    # return np.sum(z)
    z_bar = spread_to(standard_score_bar, z_3)
    # z *= z
    z_bar = z_bar * z_2 + z_2 * z_bar
    # z += shift
    shift_bar = np.sum(z_bar)
    # z /= 1.0 + np.sum(x * x)
    z_bar_2 = z_bar / t2
    t_bar = spread_to(np.sum(-z_bar * z / t2), t)
    x_bar = t_bar * x + x * t_bar
    # z = x - np.mean(x)
    g = np.sum(-z_bar_2)
    x_bar += z_bar_2
    x_bar += spread_to(g / np.size(x), x)
    x_bar = as_gradient(x_bar, x)
    shift_bar = as_gradient(shift_bar, shift)
    return x_bar, shift_bar
