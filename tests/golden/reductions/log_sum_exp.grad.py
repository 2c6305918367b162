import numpy as np
from s2s.runtime import add_at, as_gradient, extreme_share, spread_to, unbroadcast


def log_sum_exp_grad(x, log_sum_exp_bar=1.0):
    """Gradient of `log_sum_exp` with respect to x."""
    top = np.max(x, axis=1, keepdims=True)
    t = np.exp(x - top)
    total = np.sum(t, axis=1)
    index = slice(None, None, None), 0
    t2 = np.log(total) + top[index]

    # return np.sum(np.log(total) + top[:, 0])
    t_bar = spread_to(log_sum_exp_bar, t2)
    top_bar = np.zeros_like(top)
    add_at(top_bar, index, t_bar)
    total_bar = t_bar / total
    # total = np.sum(np.exp(x - top), axis=1)
    t_bar = spread_to(total_bar[:, None], t) * t
    top_bar += np.sum(-t_bar, axis=1, keepdims=True)
    # top = np.max(x, axis=1, keepdims=True)
    share = extreme_share(x, top, 1, True, True)
    x_bar = t_bar + unbroadcast(share * spread_to(top_bar, share * x), x)
    x_bar = as_gradient(x_bar, x)
    return x_bar
