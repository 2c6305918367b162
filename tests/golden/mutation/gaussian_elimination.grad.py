import numpy as np
from s2s.runtime import copy_of, unbroadcast


def solve_grad(a, b, solve_bar=1.0):
    """Gradient of `solve` with respect to a, b."""
    a = a.copy()
    x = b.copy()
    n = len(x)
    t_saved = []
    factor_saved = []
    a_old_saved = []
    t_saved_2 = []
    for k in range(n):
        for i in range(k + 1, n):
            t = a[k, k]
            t_saved.append(t)
            factor = a[i, k] / t
            factor_saved.append(factor)
            index = i, slice(k, None, None)
            a_old_saved.append(copy_of(a[index]))
            a[index] -= factor * a[k, k:]
            t2 = x[k]
            t_saved_2.append(t2)
            x[i] -= factor * t2
    t3 = n - 1
    t_saved_3 = []
    t_saved_4 = []
    x_old_saved = []
    for i in range(t3, -1, -1):
        t4 = a[i, i]
        t_saved_3.append(t4)
        t5 = (x[i] - a[i, i + 1 :] @ x[i + 1 :]) / t4
        t_saved_4.append(t5)
        x_old_saved.append(x[i])
        x[i] = t5

    # return np.sum(x)
    x_bar = np.full_like(x, solve_bar)
    a_bar = np.zeros_like(a)
    for i in reversed(range(t3, -1, -1)):
        x_old = x_old_saved.pop()
        t6 = t_saved_4.pop()
        t7 = t_saved_3.pop()
        t8 = i + 1
        t9 = a[i, t8:]
        t10 = x[t8:]
        # x[i] = (x[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
        x[i] = x_old
        t_bar = x_bar[i]
        x_bar[i] = 0.0
        t_bar_2 = t_bar / t7
        a_bar[i, i] -= t_bar * t6 / t7
        t_bar = -t_bar_2
        x_bar[t8:] += t_bar * t9
        a_bar[i, t8:] += t_bar * t10
        x_bar[i] += t_bar_2
    for k in reversed(range(n)):
        for i in reversed(range(k + 1, n)):
            t11 = t_saved_2.pop()
            a_old = a_old_saved.pop()
            factor = factor_saved.pop()
            t12 = t_saved.pop()
            t13 = a[k, k:]
            # x[i] -= factor * x[k]
            t14 = x_bar[i]
            x_bar[k] -= factor * t14
            # a[i, k:] -= factor * a[k, k:]
            a[i, k:] = a_old
            t_bar = -a_bar[i, k:]
            factor_bar = unbroadcast(t_bar * t13, i) - t14 * t11
            a_bar[k, k:] += factor * t_bar
            # factor = a[i, k] / a[k, k]
            a_bar[k, k] += -factor_bar * factor / t12
            a_bar[i, k] += factor_bar / t12
    return a_bar, x_bar
