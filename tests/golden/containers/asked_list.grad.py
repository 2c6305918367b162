import numpy as np
from s2s.runtime import add_at, require_scalar, unbroadcast, zeros_of


def smoothed_grad(x, smoothed_bar=1.0):
    """Gradient of `smoothed` with respect to x."""
    kept = []
    total_saved = []
    test_saved = []
    t_saved = []
    t_saved_2 = []
    t_saved_3 = []
    total = 0.0
    for v in x:
        total_saved.append(total)
        test = bool(kept)
        test_saved.append(test)
        if test:
            t = v - 0.5 * kept[-1]
            t_saved.append(t)
            t2 = t**2
            t_saved_2.append(t2)
            total = total + t2
        t3 = np.tanh(v)
        t_saved_3.append(t3)
        kept.append(t3)
    t4 = kept[0]
    require_scalar(total + t4)

    # return total + kept[0]
    total_bar = unbroadcast(smoothed_bar, total)
    kept_bar = zeros_of(kept)
    add_at(kept_bar, 0, unbroadcast(smoothed_bar, t4))
    x_bar = np.zeros(x.shape)
    for k in reversed(range(len(x))):
        v = x[k]
        t5 = t_saved_3.pop()
        test2 = test_saved.pop()
        total = total_saved.pop()
        # kept.append(np.tanh(v))
        t_bar = kept_bar.pop()
        v_bar = t_bar * (1 - t5 * t5)
        if test2:
            t6 = t_saved_2.pop()
            t7 = t_saved.pop()
            # total += (v - 0.5 * kept[-1]) ** 2
            total_bar_2 = unbroadcast(total_bar, total)
            t_bar = unbroadcast(total_bar, t6) * (2 * t7)
            v_bar = v_bar + unbroadcast(t_bar, v)
            add_at(kept_bar, -1, 0.5 * -t_bar)
            total_bar = total_bar_2
        add_at(x_bar, k, v_bar)
    return x_bar
