import numpy as np
from s2s.runtime import pick_share, unbroadcast


def warping_grad(a, b, warping_bar=1.0):
    """Gradient of `warping` with respect to a, b."""
    table = np.full((len(a) + 1, len(b) + 1), np.inf)
    table[0, 0] = 0.0
    t = len(a)
    t_saved = []
    t_saved_2 = []
    t_saved_3 = []
    for i in range(t):
        for j in range(len(b)):
            t2 = table[i, j]
            t_saved.append(t2)
            t3 = table[i, j + 1]
            t_saved_2.append(t3)
            t4 = table[i + 1, j]
            t_saved_3.append(t4)
            best = min(t2, t3, t4)
            table[i + 1, j + 1] = (a[i] - b[j]) ** 2 + best
    t5 = len(a)
    t6 = len(b)

    # return table[len(a), len(b)]
    table_bar = np.zeros_like(table)
    table_bar[t5, t6] += warping_bar
    b_bar = np.zeros_like(b)
    a_bar = np.zeros_like(a)
    for i in reversed(range(t)):
        for j in reversed(range(len(b))):
            t7 = t_saved_3.pop()
            t8 = t_saved_2.pop()
            t9 = t_saved.pop()
            t10 = j + 1
            t11 = i + 1
            best = min(t9, t8, t7)
            t12 = a[i] - b[j]
            # table[i + 1, j + 1] = (a[i] - b[j]) ** 2 + best
            t_bar = table_bar[t11, t10]
            table_bar[t11, t10] = 0.0
            t_bar_2 = t_bar * (2 * t12)
            b_bar[j] -= t_bar_2
            a_bar[i] += t_bar_2
            # best = min(table[i, j], table[i, j + 1], table[i + 1, j])
            t_bar_2 = unbroadcast(pick_share((t9, t8, t7), best)[0] * t_bar, j)
            t_bar_3 = unbroadcast(pick_share((t9, t8, t7), best)[1] * t_bar, j)
            index = t11, j
            table_bar[index] += unbroadcast(
                pick_share((t9, t8, t7), best)[2] * t_bar, j
            )
            table_bar[i, t10] += t_bar_3
            table_bar[i, j] += t_bar_2
    # table[0, 0] = 0.0
    table_bar[0, 0] = 0.0
    return a_bar, b_bar
