import numpy as np


def roughness_grad(x, k, roughness_bar=1.0):
    """Gradient of `roughness` with respect to x."""
    smooth = x.copy()
    t = k - 1
    acc = np.sum(x[:t])
    t2 = k - 1
    t3 = len(x)
    for i in range(t2, t3):
        acc = acc + x[i]
        smooth[i] = acc / k
        acc = acc - x[i - k + 1]

    # return np.sum((x - smooth) ** 2)
    t_bar = 2 * roughness_bar * (x - smooth)
    smooth_bar = -t_bar
    x_bar = t_bar.copy()
    acc_bar = 0.0
    for i in reversed(range(t2, t3)):
        # acc -= x[i - k + 1]
        x_bar[i - k + 1] -= acc_bar
        # smooth[i] = acc / k
        t_bar = smooth_bar[i]
        smooth_bar[i] = 0.0
        acc_bar = acc_bar + t_bar / k
        # acc += x[i]
        x_bar[i] += acc_bar
    # acc = np.sum(x[: k - 1])
    x_bar[:t] += acc_bar
    # smooth = x.copy()
    x_bar += smooth_bar
    return x_bar
