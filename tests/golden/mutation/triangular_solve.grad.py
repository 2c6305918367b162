import numpy as np


def whitened_grad(lower, b, whitened_bar=1.0):
    """Gradient of `whitened` with respect to lower, b."""
    x = np.zeros(b.shape)
    t = len(b)
    for i in range(t):
        x[i] = (b[i] - lower[i, :i] @ x[:i]) / lower[i, i]

    # return x @ x
    x_bar = 2 * whitened_bar * x
    lower_bar = np.zeros_like(lower)
    b_bar = np.zeros(b.shape)
    for i in reversed(range(t)):
        # x[i] = (b[i] - lower[i, :i] @ x[:i]) / lower[i, i]
        t_bar = x_bar[i]
        x_bar[i] = 0.0
        t_bar = t_bar / lower[i, i]
        lower_bar[i, i] -= t_bar * x[i]
        x_bar[:i] -= t_bar * lower[i, :i]
        lower_bar[i, :i] -= t_bar * x[:i]
        b_bar[i] += t_bar
    return lower_bar, b_bar
