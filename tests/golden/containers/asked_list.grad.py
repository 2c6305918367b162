import numpy as np
from s2s.runtime import zeros_of


def smoothed_grad(x, smoothed_bar=1.0):
    """Gradient of `smoothed` with respect to x."""
    kept = []
    test_saved = []
    t_saved = []
    for v in x:
        test_saved.append(bool(kept))
        t = np.tanh(v)
        t_saved.append(t)
        kept.append(t)

    # return total + kept[0]
    kept_bar = zeros_of(kept)
    kept_bar[0] += smoothed_bar
    x_bar = np.zeros(x.shape)
    for k in reversed(range(len(x))):
        v = x[k]
        t2 = t_saved.pop()
        test = test_saved.pop()
        # kept.append(np.tanh(v))
        kept.pop()
        t_bar = kept_bar.pop()
        v_bar = t_bar * (1 - t2 * t2)
        if test:
            # total += (v - 0.5 * kept[-1]) ** 2
            t_bar = smoothed_bar * (2 * (v - 0.5 * kept[-1]))
            v_bar = v_bar + t_bar
            kept_bar[-1] -= 0.5 * t_bar
        x_bar[k] += v_bar
    return x_bar
