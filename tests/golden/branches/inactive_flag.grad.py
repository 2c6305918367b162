import numpy as np
from s2s.runtime import as_gradient, spread_to, tie_share, unbroadcast


def activation_grad(x, kind, doubled, activation_bar=1.0):
    """Gradient of `activation` with respect to x."""
    test = kind == "relu"
    if test:
        y = np.maximum(x, 0.0)
        y_2 = y
    elif kind == "softplus":
        t = np.exp(x)
        y = np.log1p(t)
    else:
        raise ValueError(f"unknown activation {kind!r}")
    if doubled:
        y = 2.0 * y

    # return np.sum(y * y)
    t_bar = spread_to(activation_bar, y * y)
    y_bar = unbroadcast(t_bar * y, y) + unbroadcast(y * t_bar, y)
    if doubled:
        # y = 2.0 * y
        y_bar = 2.0 * y_bar
    if test:
        y_bar = spread_to(y_bar, x)
        # y = np.maximum(x, 0.0)
        x_bar = y_bar * tie_share(x, 0.0, y_2)
    elif kind == "softplus":
        y_bar = spread_to(y_bar, x)
        # y = np.log1p(np.exp(x))
        x_bar = y_bar / (1 + t) * t
    else:
        x_bar = np.zeros(x.shape)
    return as_gradient(x_bar, x)
