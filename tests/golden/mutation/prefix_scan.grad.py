import numpy as np
from s2s.runtime import unbroadcast


def weighted_scan_grad(x, w, weighted_scan_bar=1.0):
    """Gradient of `weighted_scan` with respect to x, w."""
    s = x.copy()
    d = 1
    d_saved = []
    while d < len(s):
        d_saved.append(d)
        s[d:] += s[:-d]
        d = d * 2

    # return w @ np.sin(s)
    w_bar = weighted_scan_bar * np.sin(s)
    s_bar = weighted_scan_bar * w * np.cos(s)
    for _ in range(len(d_saved)):
        d = d_saved.pop()
        # s[d:] += s[:-d]
        t_bar = s_bar[:-d]
        t_bar += unbroadcast(s_bar[d:].copy(), t_bar)
    return s_bar, w_bar
