import numpy as np
from s2s.runtime import extreme_share, spread_to


def log_sum_exp_grad(x, log_sum_exp_bar=1.0):
    """Gradient of `log_sum_exp` with respect to x."""
    top = np.max(x, axis=1, keepdims=True)
    t = np.exp(x - top)
    total = np.sum(t, axis=1)

    # return np.sum(np.log(total) + top[:, 0])
    top_bar = np.zeros_like(top)
    top_bar[:, 0] = spread_to(log_sum_exp_bar, total)
    total_bar = log_sum_exp_bar / total
    # total = np.sum(np.exp(x - top), axis=1)
    t_bar = total_bar[:, None] * t
    top_bar -= t_bar.sum(axis=1, keepdims=True)
    # top = np.max(x, axis=1, keepdims=True)
    x_bar = t_bar + extreme_share(x, top, 1, True, True) * spread_to(top_bar, x)
    return x_bar
