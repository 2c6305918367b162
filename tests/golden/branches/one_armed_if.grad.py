import numpy as np
from s2s.runtime import over_or_zero


def clip_gradient_grad(g, limit, clip_gradient_bar=1.0):
    """Gradient of `clip_gradient` with respect to g, limit."""
    length = np.sqrt(np.sum(g * g))
    test = length > limit
    if test:
        g_2 = g * (limit / length)
    else:
        g_2 = g

    # return np.sum(g**3)
    g_bar = 3 * clip_gradient_bar * g_2**2
    if test:
        t = limit / length
        # g = g * (limit / length)
        g_bar_2 = g_bar * t
        limit_bar = g @ g_bar / length
        length_bar = -limit_bar * t
        g_bar = g_bar_2
    else:
        limit_bar, length_bar = 0.0, 0.0
    # length = np.sqrt(np.sum(g * g))
    g_bar = g_bar + 2 * over_or_zero(length_bar, 2 * length) * g
    return g_bar, float(limit_bar)
