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
    t = np.sin(s)

    count = len(d_saved)
    # return w @ np.sin(s)
    w_bar = weighted_scan_bar * t
    s_bar = weighted_scan_bar * w * np.cos(s)
    for _ in range(count):
        d = d_saved.pop()
        t2 = -d
        t3 = s[:t2]
        # s[d:] += s[:-d]
        s_bar[:t2] += unbroadcast(s_bar[d:].copy(), t3)
    return s_bar, w_bar
