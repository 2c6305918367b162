import numpy as np


def solve_grad(a, b, solve_bar=1.0):
    """Gradient of `solve` with respect to a, b."""
    a = a.copy()
    x = b.copy()
    n = len(x)
    factor_saved = []
    t_saved = []
    for k in range(n):
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            factor_saved.append(factor)
            a[i, k:] -= factor * a[k, k:]
            t = x[k]
            t_saved.append(t)
            x[i] -= factor * t
    t2 = n - 1
    for i in range(t2, -1, -1):
        x[i] = (x[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]

    # return np.sum(x)
    x_bar = np.full_like(x, solve_bar)
    a_bar = np.zeros_like(a)
    for i in reversed(range(t2, -1, -1)):
        t3 = i + 1
        t4 = a[i, t3:]
        t5 = x[t3:]
        t6 = a[i, i]
        # x[i] = (x[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
        t_bar = x_bar[i] / t6
        a_bar[i, i] -= t_bar * x[i]
        x_bar[t3:] -= t_bar * t4
        a_bar[i, t3:] -= t_bar * t5
        x_bar[i] = t_bar
    for k in reversed(range(n)):
        for i in reversed(range(k + 1, n)):
            t7 = t_saved.pop()
            factor = factor_saved.pop()
            t8 = a[k, k]
            t9 = a[k, k:]
            # x[i] -= factor * x[k]
            t10 = x_bar[i]
            x_bar[k] -= factor * t10
            # a[i, k:] -= factor * a[k, k:]
            t_bar = -a_bar[i, k:]
            factor_bar = (t_bar * t9).sum() - t10 * t7
            a_bar[k, k:] += factor * t_bar
            # factor = a[i, k] / a[k, k]
            t_bar = factor_bar / t8
            a_bar[k, k] -= t_bar * factor
            a_bar[i, k] += t_bar
    return a_bar, x_bar
