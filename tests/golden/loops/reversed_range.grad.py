import numpy as np
from s2s.runtime import add_at, spread_to, unbroadcast


def horner_grad(c, x, horner_bar=1.0):
    """Gradient of `horner` with respect to c, x."""
    y = c[-1]
    t = len(c) - 2
    y_saved = []
    for i in range(t, -1, -1):
        y_saved.append(y)
        y = y * x + c[i]

    # return np.sum(y * y)
    t_bar = spread_to(horner_bar, y * y)
    y_bar = t_bar * y + y * t_bar
    c_bar = np.zeros(c.shape)
    x_bar = np.zeros(x.shape)
    for i in reversed(range(t, -1, -1)):
        y = y_saved.pop()
        # y = y * x + c[i]
        add_at(c_bar, i, unbroadcast(y_bar, c[i]))
        y_bar_2 = unbroadcast(y_bar * x, y)
        x_bar += unbroadcast(y * y_bar, x)
        y_bar = y_bar_2
    # y = c[-1]
    add_at(c_bar, -1, y_bar)
    return c_bar, x_bar
