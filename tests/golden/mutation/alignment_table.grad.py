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

    # return table[len(a), len(b)]
    table_bar = np.zeros_like(table)
    table_bar[len(a), len(b)] = warping_bar
    b_bar = np.zeros(b.shape)
    a_bar = np.zeros(a.shape)
    for i in reversed(range(t)):
        t2 = i + 1
        for j in reversed(range(len(b))):
            t3 = table[i, j]
            t4 = j + 1
            t5 = table[i, t4]
            t6 = table[t2, j]
            best = min(t3, t5, t6)
            t7 = a[i] - b[j]
            # table[i + 1, j + 1] = (a[i] - b[j]) ** 2 + best
            t_bar = table_bar[t2, t4]
            table_bar[t2, t4] = 0.0
            t_bar_2 = t_bar * (2 * t7)
            b_bar[j] -= t_bar_2
            a_bar[i] += t_bar_2
            # best = min(table[i, j], table[i, j + 1], table[i + 1, j])
            t_bar_2 = pick_share((t3, t5, t6), best)[0] * t_bar
            t_bar_3 = pick_share((t3, t5, t6), best)[1] * t_bar
            table_bar[t2, j] += pick_share((t3, t5, t6), best)[2] * t_bar
            table_bar[i, t4] += t_bar_3
            table_bar[i, j] += t_bar_2
    return a_bar, b_bar
