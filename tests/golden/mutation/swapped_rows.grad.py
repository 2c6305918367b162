import numpy as np
from s2s.runtime import add_at, as_gradient, copy_of, unbroadcast, written


def pivoted_grad(a, b, pivoted_bar=1.0):
    """Gradient of `pivoted` with respect to a, b."""
    a_2 = a.copy()
    b_2 = b.copy()
    test = abs(a_2[1, 0]) > abs(a_2[0, 0])
    if test:
        index = [1, 0]
        t = a_2[index]
        index2 = [0, 1]
        a_2[index2] = t
        t2 = b_2[0]
        b_2[0] = b_2[1]
        b_2[1] = t2
    t3 = a_2[0, 0]
    factor = a_2[1, 0] / t3
    t4 = a_2[0]
    a_old = copy_of(a_2[1])
    a_2[1] -= factor * t4
    t5 = b_2[0]
    b_2[1] -= factor * t5
    t6 = a_2[1, 1]
    x1 = b_2[1] / t6
    t7 = a_2[0, 1]
    result = b_2[0] - t7 * x1
    t8 = a_2[0, 0]
    result2 = result / t8

    # return (b[0] - a[0, 1] * x1) / a[0, 0]
    result_bar = pivoted_bar / t8
    a_bar = np.zeros_like(a_2)
    a_bar[0, 0] += -pivoted_bar * result2 / t8
    t_bar = -result_bar
    x1_bar = t7 * t_bar
    a_bar[0, 1] += t_bar * x1
    b_bar = np.zeros_like(b_2)
    b_bar[0] += result_bar
    # x1 = b[1] / a[1, 1]
    t_bar = x1_bar / t6
    a_bar[1, 1] += -x1_bar * x1 / t6
    b_bar[1] += t_bar
    # b[1] -= factor * b[0]
    t_bar = -b_bar[1]
    factor_bar = t_bar * t5
    b_bar[0] += factor * t_bar
    # a[1] -= factor * a[0]
    a_2[1] = a_old
    t_bar = -a_bar[1]
    factor_bar = factor_bar + np.sum(t_bar * t4)
    a_bar[0] += factor * t_bar
    # factor = a[1, 0] / a[0, 0]
    t_bar = factor_bar / t3
    a_bar[0, 0] += -factor_bar * factor / t3
    a_bar[1, 0] += t_bar
    if test:
        # b[0], b[1] = b[1], b[0]
        t_bar = b_bar[1]
        b_bar[1] = 0.0
        t_bar_2 = b_bar[0]
        b_bar[0] = 0.0
        b_bar[0] += t_bar
        b_bar[1] += t_bar_2
        # a[[0, 1]] = a[[1, 0]]
        t9 = written(a_bar, index2)
        a_bar[index2] = 0.0
        add_at(a_bar, index, unbroadcast(t9, t))
    # a = a.copy()
    a_bar = as_gradient(a_bar, a)
    b_bar = as_gradient(b_bar, b)
    return a_bar, b_bar
