import numpy as np


def whitened_grad(lower, b, whitened_bar=1.0):
    """Gradient of `whitened` with respect to lower, b."""
    x = np.zeros_like(b)
    t = len(b)
    t_saved = []
    x_old_saved = []
    for i in range(t):
        t2 = (b[i] - lower[i, :i] @ x[:i]) / lower[i, i]
        t_saved.append(t2)
        x_old_saved.append(x[i])
        x[i] = t2

    # return x @ x
    x_bar = whitened_bar * x + whitened_bar * x
    lower_bar = np.zeros_like(lower)
    b_bar = np.zeros_like(b)
    for i in reversed(range(t)):
        x_old = x_old_saved.pop()
        t3 = t_saved.pop()
        t4 = lower[i, :i]
        t5 = x[:i]
        t6 = lower[i, i]
        # x[i] = (b[i] - lower[i, :i] @ x[:i]) / lower[i, i]
        x[i] = x_old
        t_bar = x_bar[i]
        x_bar[i] = 0.0
        t_bar_2 = t_bar / t6
        lower_bar[i, i] -= t_bar * t3 / t6
        x_bar[:i] -= t_bar_2 * t4
        lower_bar[i, :i] += -t_bar_2 * t5
        b_bar[i] += t_bar_2
    return lower_bar, b_bar
