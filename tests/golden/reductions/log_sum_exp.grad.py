import numpy as np


def log_sum_exp_grad(x, log_sum_exp_bar=1.0):
    """Gradient of `log_sum_exp` with respect to x."""
    top = np.max(x, axis=1, keepdims=True)
    t = np.exp(x - top)
    total = np.sum(t, axis=1)

    # return np.sum(np.log(total) + top[:, 0])
    total_bar = log_sum_exp_bar / total
    # total = np.sum(np.exp(x - top), axis=1)
    t_bar = total_bar[:, None] * t
    return t_bar
