import numpy as np


def network_grad(params, x, network_bar=1.0):
    """Gradient of `network` with respect to params."""
    item, item2 = params
    w1, b1 = item
    w2, b2 = item2
    h = np.tanh(x @ w1 + b1)

    # return np.sum((h @ w2 + b2) ** 2)
    t_bar = 2 * network_bar * (h @ w2 + b2)
    b2_bar = t_bar.sum()
    h_bar = t_bar @ w2.T
    w2_bar = h.T @ t_bar
    # h = np.tanh(x @ w1 + b1)
    t_bar = h_bar * (1 - h * h)
    b1_bar = t_bar.sum(axis=0)
    w1_bar = x.T @ t_bar
    # (w1, b1), (w2, b2) = params
    params_bar = (w1_bar, b1_bar), (w2_bar, float(b2_bar))
    return params_bar
