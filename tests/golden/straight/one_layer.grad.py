import numpy as np
from s2s.runtime import as_gradient, spread_to


def loss_grad(w, b, x, y, loss_bar=1.0):
    """Gradient of `loss` with respect to w, b."""
    h = np.tanh(x @ w + b)
    t = h - y
    t2 = t**2

    # return np.mean((h - y) ** 2)
    t_bar = spread_to(loss_bar / np.size(t2), t2) * (2 * t)
    # h = np.tanh(x @ w + b)
    t_bar = t_bar * (1 - h * h)
    b_bar = np.sum(t_bar, axis=0)
    w_bar = x.T @ t_bar
    w_bar = as_gradient(w_bar, w)
    b_bar = as_gradient(b_bar, b)
    return w_bar, b_bar
