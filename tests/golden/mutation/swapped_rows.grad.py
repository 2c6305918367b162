import numpy as np
from s2s.runtime import add_at, written


def pivoted_grad(a, b, pivoted_bar=1.0):
    """Gradient of `pivoted` with respect to a, b."""
    a = a.copy()
    b = b.copy()
    test = abs(a[1, 0]) > abs(a[0, 0])
    if test:
        index = [1, 0]
        t = a[index]
        index2 = [0, 1]
        a[index2] = t
        t2 = b[0]
        b[0] = b[1]
        b[1] = t2
    t3 = a[0, 0]
    factor = a[1, 0] / t3
    t4 = a[0]
    a[1] -= factor * t4
    t5 = b[0]
    b[1] -= factor * t5
    t6 = a[1, 1]
    x1 = b[1] / t6
    t7 = a[0, 1]
    result = b[0] - t7 * x1
    t8 = a[0, 0]
    result2 = result / t8

    # return (b[0] - a[0, 1] * x1) / a[0, 0]
    result_bar = pivoted_bar / t8
    t9 = -result_bar
    a_bar = np.zeros_like(a)
    a_bar[0, 0] = t9 * result2
    x1_bar = t7 * t9
    a_bar[0, 1] -= result_bar * x1
    b_bar = np.zeros(b.shape)
    b_bar[0] = result_bar
    # x1 = b[1] / a[1, 1]
    t_bar = x1_bar / t6
    a_bar[1, 1] -= t_bar * x1
    b_bar[1] = t_bar
    # b[1] -= factor * b[0]
    t10 = b_bar[1]
    b_bar[0] -= factor * t10
    # a[1] -= factor * a[0]
    t_bar = -a_bar[1]
    factor_bar = t_bar @ t4 - t10 * t5
    a_bar[0] += factor * t_bar
    # factor = a[1, 0] / a[0, 0]
    t_bar = factor_bar / t3
    a_bar[0, 0] -= t_bar * factor
    a_bar[1, 0] += t_bar
    if test:
        # b[0], b[1] = b[1], b[0]
        t_bar = b_bar[1]
        b_bar[1] = 0.0
        t_bar_2 = b_bar[0]
        b_bar[0] = t_bar
        b_bar[1] += t_bar_2
        # a[[0, 1]] = a[[1, 0]]
        t_bar = written(a_bar, index2)
        a_bar[index2] = 0.0
        add_at(a_bar, index, t_bar)
    return a_bar, b_bar
