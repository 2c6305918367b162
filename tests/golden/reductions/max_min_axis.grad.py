import numpy as np
from s2s.runtime import as_gradient, extreme_share, spread_to, unbroadcast


def spread_grad(x, spread_bar=1.0):
    """Gradient of `spread` with respect to x."""
    t = np.max(x, axis=0)
    t2 = np.min(x, axis=0)
    width = t - t2
    top = x.max()
    t3 = width * width
    t4 = np.sum(t3)
    t5 = x.min(axis=1, keepdims=True)

    # return np.sum(width * width) * top + x.min(axis=1, keepdims=True).sum()
    share = extreme_share(x, t5, 1, True, True)
    x_bar = unbroadcast(share * spread_to(spread_to(spread_bar, t5), share * x), x)
    top_bar = t4 * spread_bar
    t_bar = spread_to(spread_bar * top, t3)
    width_bar = t_bar * width + width * t_bar
    # top = x.max()
    share2 = extreme_share(x, top, None, False, True)
    x_bar = x_bar + unbroadcast(share2 * spread_to(top_bar, share2 * x), x)
    # width = np.max(x, axis=0) - np.min(x, axis=0)
    share3 = extreme_share(x, t2, 0, False, True)
    g = unbroadcast(share3 * spread_to(np.expand_dims(-width_bar, 0), share3 * x), x)
    x_bar += g
    share4 = extreme_share(x, t, 0, False, True)
    g2 = unbroadcast(share4 * spread_to(np.expand_dims(width_bar, 0), share4 * x), x)
    x_bar += g2
    x_bar = as_gradient(x_bar, x)
    return x_bar
