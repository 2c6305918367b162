import numpy as np


def two_layers_grad(x, w1, b1, w2, two_layers_bar=1.0):
    """Gradient of `two_layers` with respect to w1, b1, w2."""
    t = np.exp(-(x @ w1 + b1))
    t2 = 1.0 + t
    h = 1.0 / t2
    t3 = np.exp(-(h @ w2 + 0.0))
    t4 = 1.0 + t3
    y = 1.0 / t4

    # return np.sum(y**2)
    y_bar = two_layers_bar * (2 * y)
    # return 1.0 / (1.0 + np.exp(-(x @ w + b)))
    t_bar = y_bar / t4 * y * t3
    w2_bar = t_bar * h
    t_bar = t_bar * w2 / t2 * h * t
    w1_bar = x[:, None] * t_bar
    return w1_bar, t_bar, w2_bar
