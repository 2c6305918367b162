import numpy as np
from s2s.runtime import as_gradient, ratio, spread_to, unbroadcast


def norm_mix_grad(x, norm_mix_bar=1.0):
    """Gradient of `norm_mix` with respect to x."""
    whole = np.linalg.norm(x)
    rows = np.linalg.norm(x, axis=1)
    t = np.linalg.norm(x, axis=1, keepdims=True)
    unit = x / t
    t2 = np.sum(rows)
    t3 = unit**3

    # return whole * np.sum(rows) + np.sum(unit**3)
    unit_bar = spread_to(norm_mix_bar, t3) * (3 * unit**2)
    whole_bar = norm_mix_bar * t2
    rows_bar = spread_to(whole * norm_mix_bar, rows)
    # unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    x_bar = unit_bar / t
    t_bar = np.sum(-unit_bar * unit / t, axis=1, keepdims=True)
    t4 = ratio(x, t)
    x_bar = x_bar + unbroadcast(t4 * spread_to(t_bar, t4 * x), x)
    # rows = np.linalg.norm(x, axis=1)
    t5 = ratio(x, rows[:, None])
    x_bar += unbroadcast(t5 * spread_to(np.expand_dims(rows_bar, 1), t5 * x), x)
    # whole = np.linalg.norm(x)
    t6 = ratio(x, whole)
    x_bar += unbroadcast(t6 * spread_to(whole_bar, t6 * x), x)
    x_bar = as_gradient(x_bar, x)
    return x_bar
