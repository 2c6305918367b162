import numpy as np
from s2s.runtime import pick_share


def warping_grad(a, b, warping_bar=1.0):
    """Gradient of `warping` with respect to a, b."""
    table = np.full((len(a) + 1, len(b) + 1), np.inf)
    table[0, 0] = 0.0
    t = len(a)
    for i in range(t):
        for j in range(len(b)):
            best = min(table[i, j], table[i, j + 1], table[i + 1, j])
            table[i + 1, j + 1] = (a[i] - b[j]) ** 2 + best
    t2 = len(a)
    t3 = len(b)

    # return table[len(a), len(b)]
    table_bar = np.zeros_like(table)
    table_bar[t2, t3] = warping_bar
    b_bar = np.zeros(b.shape)
    a_bar = np.zeros(a.shape)
    for i in reversed(range(t)):
        t4 = i + 1
        for j in reversed(range(len(b))):
            t5 = table[i, j]
            t6 = j + 1
            t7 = table[i, t6]
            t8 = table[t4, j]
            best = min(t5, t7, t8)
            t9 = a[i] - b[j]
            # table[i + 1, j + 1] = (a[i] - b[j]) ** 2 + best
            t_bar = table_bar[t4, t6]
            table_bar[t4, t6] = 0.0
            t_bar_2 = t_bar * (2 * t9)
            b_bar[j] -= t_bar_2
            a_bar[i] += t_bar_2
            # best = min(table[i, j], table[i, j + 1], table[i + 1, j])
            t_bar_2 = pick_share((t5, t7, t8), best)[0] * t_bar
            t_bar_3 = pick_share((t5, t7, t8), best)[1] * t_bar
            table_bar[t4, j] += pick_share((t5, t7, t8), best)[2] * t_bar
            table_bar[i, t6] += t_bar_3
            table_bar[i, j] += t_bar_2
    return a_bar, b_bar
