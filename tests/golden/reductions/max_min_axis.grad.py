import numpy as np
from s2s.runtime import extreme_share


def spread_grad(x, spread_bar=1.0):
    """Gradient of `spread` with respect to x."""
    t = np.max(x, axis=0)
    t2 = np.min(x, axis=0)
    width = t - t2
    top = x.max()

    # return np.sum(width * width) * top + x.min(axis=1, keepdims=True).sum()
    width_bar = 2 * (spread_bar * top) * width
    # top = x.max()
    t3 = extreme_share(x, top, None, False, True) * np.sum(width * width)
    x_bar = spread_bar * (
        extreme_share(x, x.min(axis=1, keepdims=True), 1, True, True) + t3
    )
    # width = np.max(x, axis=0) - np.min(x, axis=0)
    x_bar -= extreme_share(x, t2, 0, False, True) * width_bar
    x_bar += extreme_share(x, t, 0, False, True) * width_bar
    return x_bar
