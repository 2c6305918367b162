import numpy as np
from s2s.runtime import ratio


def norm_mix_grad(x, norm_mix_bar=1.0):
    """Gradient of `norm_mix` with respect to x."""
    whole = np.linalg.norm(x)
    rows = np.linalg.norm(x, axis=1)
    t = np.linalg.norm(x, axis=1, keepdims=True)
    unit = x / t

    # return whole * np.sum(rows) + np.sum(unit**3)
    unit_bar = 3 * norm_mix_bar * unit**2
    whole_bar = norm_mix_bar * np.sum(rows)
    t_bar = whole * norm_mix_bar
    # unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    x_bar = unit_bar / t
    x_bar -= (x_bar * unit).sum(axis=1, keepdims=True) * ratio(x, t)
    # rows = np.linalg.norm(x, axis=1)
    x_bar += t_bar * ratio(x, rows[:, None])
    # whole = np.linalg.norm(x)
    x_bar += whole_bar * ratio(x, whole)
    return x_bar
