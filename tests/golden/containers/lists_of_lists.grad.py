import numpy as np
from s2s.runtime import add_at, copied, copy_of, fill_items, zeros_of


def pivoted_grad(x, n, pivoted_bar=1.0):
    """Gradient of `pivoted` with respect to x."""
    a = [[x[i, j] for j in range(n)] for i in range(n)]
    y = [0.0] * n
    p_saved = []
    a_old_saved = []
    a_old_saved_2 = []
    t_saved = []
    f_saved = []
    t_saved_2 = []
    t_saved_3 = []
    t_saved_4 = []
    for c in range(n):
        p = c
        for r in range(c + 1, n):
            if abs(a[r][c]) > abs(a[p][c]):
                p = r
        p_saved.append(p)
        t = copied(a[c])
        a_old_saved.append(a[c])
        a[c] = copied(a[p])
        a_old_saved_2.append(a[p])
        a[p] = t
        for r in range(c + 1, n):
            t2 = a[c][c]
            t_saved.append(t2)
            f = a[r][c] / t2
            f_saved.append(f)
            for k in range(c, n):
                t3 = a[r]
                t4 = a[c][k]
                t_saved_2.append(t4)
                t3[k] = t3[k] - f * t4
        t5 = a[c][c]
        t_saved_3.append(t5)
        t6 = a[c][-1]
        t_saved_4.append(t6)
        y[c] = t5 * t6

    # return sum(y)
    y_bar = copy_of(fill_items(pivoted_bar, y))
    a_bar = zeros_of(a)
    for c in reversed(range(n)):
        t7 = t_saved_4.pop()
        t8 = t_saved_3.pop()
        a_old = a_old_saved_2.pop()
        a_old2 = a_old_saved.pop()
        p = p_saved.pop()
        # y[c] = a[c][c] * a[c][-1]
        t_bar = y_bar[c]
        y_bar[c] = 0.0
        a_bar[c][-1] += t8 * t_bar
        a_bar[c][c] += t_bar * t7
        for r in reversed(range(c + 1, n)):
            f = f_saved.pop()
            t9 = t_saved.pop()
            f_bar = 0.0
            for k in reversed(range(c, n)):
                t10 = t_saved_2.pop()
                # a[r][k] -= f * a[c][k]
                t_bar = a_bar[r]
                t_bar_2 = t_bar[k]
                t_bar[k] = 0.0
                t_bar = -t_bar_2
                a_bar[r][k] += t_bar_2
                f_bar = f_bar + t_bar * t10
                a_bar[c][k] += f * t_bar
            # f = a[r][c] / a[c][c]
            a_bar[c][c] += -(f_bar / t9) * f
            a_bar[r][c] += f_bar / t9
        # a[c], a[p] = a[p], a[c]
        t_bar = a_bar[p]
        a_bar[p] = zeros_of(a_old)
        t_bar_2 = a_bar[c]
        a_bar[c] = zeros_of(a_old2)
        add_at(a_bar, c, t_bar)
        add_at(a_bar, p, t_bar_2)
    # y = [0.0] * n
    x_bar = np.zeros_like(x)
    for i in reversed(range(n)):
        # a = [[x[i, j] for j in range(n)] for i in range(n)]
        t_bar = a_bar.pop()
        for j in reversed(range(n)):
            # a = [[x[i, j] for j in range(n)] for i in range(n)]
            t_bar_2 = t_bar.pop()
            add_at(x_bar, (i, j), t_bar_2)
    return (x_bar,)
