import numpy as np


def tridiagonal_grad(lower, diag, upper, rhs, tridiagonal_bar=1.0):
    """Gradient of `tridiagonal` with respect to lower, diag, upper, rhs."""
    c = upper.copy()
    x = rhs.copy()
    t = diag[0]
    c[0] /= t
    t2 = diag[0]
    x[0] /= t2
    t3 = len(diag)
    for i in range(1, t3):
        pivot = diag[i] - lower[i] * c[i - 1]
        c[i] /= pivot
        x[i] = (x[i] - lower[i] * x[i - 1]) / pivot
    t4 = len(diag) - 2
    x_old_saved = []
    for i in range(t4, -1, -1):
        x_old_saved.append(x[i])
        x[i] -= c[i] * x[i + 1]

    # return x @ x
    x_bar = 2 * tridiagonal_bar * x
    c_bar = np.zeros(c.shape)
    for i in reversed(range(t4, -1, -1)):
        x_old = x_old_saved.pop()
        t5 = c[i]
        index = i + 1
        t6 = x[index]
        # x[i] -= c[i] * x[i + 1]
        x[i] = x_old
        t7 = x_bar[i]
        x_bar[index] -= t5 * t7
        c_bar[i] -= t7 * t6
    lower_bar = np.zeros(lower.shape)
    diag_bar = np.zeros(diag.shape)
    for i in reversed(range(1, t3)):
        t8 = lower[i]
        index2 = i - 1
        t9 = c[index2]
        pivot = diag[i] - t8 * t9
        t10 = x[index2]
        # x[i] = (x[i] - lower[i] * x[i - 1]) / pivot
        t_bar = x_bar[i] / pivot
        pivot_bar = -t_bar * x[i]
        x_bar[index2] -= t8 * t_bar
        lower_bar[i] -= t_bar * t10
        x_bar[i] = t_bar
        # c[i] /= pivot
        c_bar[i] /= pivot
        pivot_bar = pivot_bar - c_bar[i] * c[i]
        # pivot = diag[i] - lower[i] * c[i - 1]
        c_bar[index2] -= t8 * pivot_bar
        lower_bar[i] -= pivot_bar * t9
        diag_bar[i] += pivot_bar
    # x[0] /= diag[0]
    x_bar[0] /= t2
    diag_bar[0] -= x_bar[0] * x[0]
    # c[0] /= diag[0]
    c_bar[0] /= t
    diag_bar[0] -= c_bar[0] * c[0]
    return lower_bar, diag_bar, c_bar, x_bar
