import numpy as np


def tridiagonal_grad(lower, diag, upper, rhs, tridiagonal_bar=1.0):
    """Gradient of `tridiagonal` with respect to lower, diag, upper, rhs."""
    c = upper.copy()
    x = rhs.copy()
    t = diag[0]
    c_old = c[0]
    c[0] /= t
    t2 = diag[0]
    x_old = x[0]
    x[0] /= t2
    t3 = len(diag)
    t_saved = []
    c_old_saved = []
    t_saved_2 = []
    t_saved_3 = []
    x_old_saved = []
    for i in range(1, t3):
        t4 = c[i - 1]
        t_saved.append(t4)
        pivot = diag[i] - lower[i] * t4
        c_old_saved.append(c[i])
        c[i] /= pivot
        t5 = x[i - 1]
        t_saved_2.append(t5)
        t6 = (x[i] - lower[i] * t5) / pivot
        t_saved_3.append(t6)
        x_old_saved.append(x[i])
        x[i] = t6
    t7 = len(diag) - 2
    t_saved_4 = []
    t_saved_5 = []
    x_old_saved_2 = []
    for i in range(t7, -1, -1):
        t8 = c[i]
        t_saved_4.append(t8)
        t9 = x[i + 1]
        t_saved_5.append(t9)
        x_old_saved_2.append(x[i])
        x[i] -= t8 * t9

    # return x @ x
    x_bar = tridiagonal_bar * x + tridiagonal_bar * x
    c_bar = np.zeros_like(c)
    for i in reversed(range(t7, -1, -1)):
        x_old2 = x_old_saved_2.pop()
        t10 = t_saved_5.pop()
        t11 = t_saved_4.pop()
        index = i + 1
        # x[i] -= c[i] * x[i + 1]
        x[i] = x_old2
        t12 = x_bar[i]
        x_bar[index] -= t11 * t12
        c_bar[i] -= t12 * t10
    lower_bar = np.zeros_like(lower)
    diag_bar = np.zeros_like(diag)
    for i in reversed(range(1, t3)):
        x_old3 = x_old_saved.pop()
        t13 = t_saved_3.pop()
        t14 = t_saved_2.pop()
        c_old2 = c_old_saved.pop()
        t15 = t_saved.pop()
        t16 = lower[i]
        index2 = i - 1
        pivot = diag[i] - t16 * t15
        # x[i] = (x[i] - lower[i] * x[i - 1]) / pivot
        x[i] = x_old3
        t_bar = x_bar[i]
        x_bar[i] = 0.0
        t_bar_2 = t_bar / pivot
        pivot_bar = -t_bar * t13 / pivot
        x_bar[index2] -= t16 * t_bar_2
        lower_bar[i] -= t_bar_2 * t14
        x_bar[i] += t_bar_2
        # c[i] /= pivot
        c[i] = c_old2
        c_bar[i] /= pivot
        pivot_bar = pivot_bar - c_bar[i] * c[i] / pivot
        # pivot = diag[i] - lower[i] * c[i - 1]
        c_bar[index2] -= t16 * pivot_bar
        lower_bar[i] -= pivot_bar * t15
        diag_bar[i] += pivot_bar
    # x[0] /= diag[0]
    x[0] = x_old
    x_bar[0] /= t2
    diag_bar[0] -= x_bar[0] * x[0] / t2
    # c[0] /= diag[0]
    c[0] = c_old
    c_bar[0] /= t
    diag_bar[0] -= c_bar[0] * c[0] / t
    return lower_bar, diag_bar, c_bar, x_bar
