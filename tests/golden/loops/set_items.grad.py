import numpy as np
from s2s.runtime import add_at, require_scalar, unbroadcast


def chained_grad(x, chained_bar=1.0):
    """Gradient of `chained` with respect to x."""
    picked = {2, 0, 2}
    total = 0.5
    items = list(picked)
    total_saved = []
    t_saved = []
    for k in items:
        total_saved.append(total)
        t = total * x[k]
        t_saved.append(t)
        total = np.sin(t)
    require_scalar(total)

    x_bar = np.zeros(x.shape)
    total_bar = chained_bar
    for k in reversed(items):
        t2 = t_saved.pop()
        total = total_saved.pop()
        t3 = x[k]
        # total = np.sin(total * x[k])
        t_bar = total_bar * np.cos(t2)
        total_bar = unbroadcast(t_bar * t3, total)
        add_at(x_bar, k, unbroadcast(total * t_bar, t3))
    return (x_bar,)
