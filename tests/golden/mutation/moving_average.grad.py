import numpy as np
from s2s.runtime import spread_to


def roughness_grad(x, k, roughness_bar=1.0):
    """Gradient of `roughness` with respect to x."""
    smooth = x.copy()
    t = k - 1
    t2 = x[:t]
    acc = np.sum(t2)
    t3 = k - 1
    t4 = len(x)
    for i in range(t3, t4):
        acc = acc + x[i]
        smooth[i] = acc / k
        acc = acc - x[i - k + 1]
    t5 = x - smooth

    # return np.sum((x - smooth) ** 2)
    t_bar = 2 * roughness_bar * t5
    smooth_bar = -t_bar
    x_bar = t_bar.copy()
    acc_bar = 0.0
    for i in reversed(range(t3, t4)):
        index = i - k + 1
        # acc -= x[i - k + 1]
        x_bar[index] -= acc_bar
        # smooth[i] = acc / k
        t_bar = smooth_bar[i]
        smooth_bar[i] = 0.0
        acc_bar = acc_bar + t_bar / k
        # acc += x[i]
        x_bar[i] += acc_bar
    # acc = np.sum(x[: k - 1])
    x_bar[:t] += spread_to(acc_bar, t2)
    # smooth = x.copy()
    x_bar += smooth_bar
    return x_bar
