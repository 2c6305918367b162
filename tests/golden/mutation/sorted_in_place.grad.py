import numpy as np
from s2s.runtime import centered, reduced_size, take_along_adjoint


def trimmed_variance_grad(x, cut, trimmed_variance_bar=1.0):
    """Gradient of `trimmed_variance` with respect to x."""
    y = x.copy()
    y_old = y.copy()
    y[...] = np.sort(y, axis=-1)
    index = slice(None, cut, None)
    y_old2 = y[index].copy()
    y[index] = y[cut]
    index2 = -cut - 1
    t = y[index2]
    t2 = -cut
    index3 = slice(t2, None, None)
    y_old3 = y[index3].copy()
    y[index3] = t

    # return np.var(y)
    t_bar = trimmed_variance_bar / (reduced_size(y, None, True, False) - 0)
    y_bar = 2 * centered(y, None, True) * t_bar
    # y[-cut:] = y[-cut - 1]
    y[t2:] = y_old3
    t_bar = y_bar[t2:].sum()
    y_bar[t2:] = 0.0
    y_bar[index2] += t_bar
    # y[:cut] = y[cut]
    y[:cut] = y_old2
    t_bar = y_bar[:cut].sum()
    y_bar[:cut] = 0.0
    y_bar[cut] += t_bar
    # y.sort()
    y[...] = y_old
    t3 = np.argsort(y, -1, kind="stable")
    y_bar[...] = take_along_adjoint(y_bar.copy(), y, t3, -1)
    return y_bar
