import numpy as np
from s2s.runtime import spread_to


def search_then_scale_grad(x, target, search_then_scale_bar=1.0):
    """Gradient of `search_then_scale` with respect to x."""
    total = 1.0
    broke_ = False
    total_saved = []
    for v in x:
        total_saved.append(total)
        total = total * (1.0 + v * v)
        if total > target:
            total = np.log(total)
            broke_ = True
            break
    test = not broke_
    if test:
        t = np.sum(x)

    count = len(total_saved)
    if test:
        # total = total * np.sum(x)
        total_bar = search_then_scale_bar * t
        x_bar = spread_to(total * search_then_scale_bar, x)
    else:
        total_bar, x_bar = search_then_scale_bar, np.zeros(x.shape)
    x_bar = x_bar.copy()
    for k in reversed(range(count)):
        v = x[k]
        total = total_saved.pop()
        t2 = 1.0 + v * v
        total_2 = total * t2
        if total_2 > target:
            # total = np.log(total)
            total_bar_2 = total_bar / total_2
        else:
            total_bar_2 = total_bar
        # total = total * (1.0 + v * v)
        total_bar = total_bar_2 * t2
        v_bar = 2 * (total * total_bar_2) * v
        x_bar[k] += v_bar
    return x_bar
