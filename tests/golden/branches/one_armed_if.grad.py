import numpy as np
from s2s.runtime import as_gradient, ratio, spread_to


def clip_gradient_grad(g, limit, clip_gradient_bar=1.0):
    """Gradient of `clip_gradient` with respect to g, limit."""
    t = g * g
    length = np.sqrt(np.sum(t))
    test = length > limit
    if test:
        g_2 = g * (limit / length)
    else:
        g_2 = g
    t2 = g_2**3

    # return np.sum(g**3)
    g_bar = spread_to(clip_gradient_bar, t2) * (3 * g_2**2)
    if test:
        t3 = limit / length
        # g = g * (limit / length)
        t_bar = np.sum(g * g_bar)
        length_bar = -t_bar * t3 / length
        g_bar, limit_bar = g_bar * t3, t_bar / length
    else:
        limit_bar, length_bar = 0.0, 0.0
    # length = np.sqrt(np.sum(g * g))
    t_bar = spread_to(ratio(length_bar, 2 * length), t)
    g_bar = g_bar + t_bar * g
    g_bar += g * t_bar
    g_bar = as_gradient(g_bar, g)
    limit_bar = as_gradient(limit_bar, limit)
    return g_bar, limit_bar
