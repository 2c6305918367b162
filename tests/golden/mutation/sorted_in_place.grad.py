import numpy as np
from s2s.runtime import as_gradient, centered, copy_of, reduced_size, spread_to, take_along_adjoint, unbroadcast


def trimmed_variance_grad(x, cut, trimmed_variance_bar=1.0):
    """Gradient of `trimmed_variance` with respect to x."""
    y = x.copy()
    y_old = copy_of(y)
    y[...] = np.sort(y, axis=-1)
    t = y[cut]
    index = slice(None, cut, None)
    y_old2 = copy_of(y[index])
    y[index] = t
    index2 = -cut - 1
    t2 = y[index2]
    t3 = -cut
    index3 = slice(t3, None, None)
    y_old3 = copy_of(y[index3])
    y[index3] = t2

    # return np.var(y)
    t4 = 2 * centered(y, None, True)
    t5 = t4 * y
    t_bar = trimmed_variance_bar / (reduced_size(y, None, True, False) - 0)
    y_bar = unbroadcast(t4 * spread_to(unbroadcast(t_bar, np.sum(t5)), t5), y)
    # y[-cut:] = y[-cut - 1]
    y[t3:] = y_old3
    y_bar = copy_of(y_bar)
    t6 = copy_of(y_bar[t3:])
    y_bar[t3:] = 0.0
    y_bar[index2] += unbroadcast(t6, t2)
    # y[:cut] = y[cut]
    y[:cut] = y_old2
    t7 = copy_of(y_bar[:cut])
    y_bar[:cut] = 0.0
    y_bar[cut] += unbroadcast(t7, t)
    # y.sort()
    y[...] = y_old
    t_bar = copy_of(y_bar)
    y_bar[...] = 0.0
    a_dot_bar = take_along_adjoint(t_bar, y, np.argsort(y, -1, kind="stable"), -1)
    y_bar += a_dot_bar
    # y = x.copy()
    x_bar = as_gradient(y_bar, x)
    return x_bar
