import numpy as np


def standard_score_grad(x, shift, standard_score_bar=1.0):
    """Gradient of `standard_score` with respect to x, shift."""
    z = x - np.mean(x)
    t = 1.0 + np.sum(x * x)
    z /= t
    z_2 = z + shift

    # z *= z
    z_bar = 2 * standard_score_bar * z_2
    # z += shift
    shift_bar = z_bar.sum()
    # z /= 1.0 + np.sum(x * x)
    z_bar /= t
    t_bar = z_bar @ z
    # z = x - np.mean(x)
    x_bar = z_bar - 2 * t_bar * x
    x_bar -= z_bar.sum() / x.size
    return x_bar, float(shift_bar)
