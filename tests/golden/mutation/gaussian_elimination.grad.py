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
        # x[i] = (x[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
        t_bar = x_bar[i] / a[i, i]
        a_bar[i, i] -= t_bar * x[i]
        x_bar[t3:] -= t_bar * a[i, t3:]
        a_bar[i, t3:] -= t_bar * x[t3:]
        x_bar[i] = t_bar
    for k in reversed(range(n)):
        for i in reversed(range(k + 1, n)):
            t4 = t_saved.pop()
            factor = factor_saved.pop()
            # x[i] -= factor * x[k]
            t5 = x_bar[i]
            x_bar[k] -= factor * t5
            # a[i, k:] -= factor * a[k, k:]
            t_bar = -a_bar[i, k:]
            factor_bar = (t_bar * a[k, k:]).sum() - t5 * t4
            a_bar[k, k:] += factor * t_bar
            # factor = a[i, k] / a[k, k]
            t_bar = factor_bar / a[k, k]
            a_bar[k, k] -= t_bar * factor
            a_bar[i, k] += t_bar
    return a_bar, x_bar
