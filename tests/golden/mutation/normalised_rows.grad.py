import numpy as np
from s2s.runtime import ratio


def similarity_grad(x, w, similarity_bar=1.0):
    """Gradient of `similarity` with respect to x, w."""
    y = x.copy()
    t = y.shape[0]
    t_saved = []
    y_old_saved = []
    for i in range(t):
        t2 = np.sqrt(y[i] @ y[i])
        t_saved.append(t2)
        y_old_saved.append(y[i].copy())
        y[i] /= t2
    t3 = y.T

    # return np.sum(w * (y @ y.T))
    w_bar = similarity_bar * (y @ t3)
    t_bar = w * similarity_bar
    y_bar = t_bar @ t3.T
    y_bar += (y.T @ t_bar).T
    for i in reversed(range(t)):
        y_old = y_old_saved.pop()
        t4 = t_saved.pop()
        t5 = y[i]
        t6 = y[i]
        # y[i] /= np.sqrt(y[i] @ y[i])
        y_bar[i] /= t4
        t_bar = -(y_bar[i] @ y[i])
        y[i] = y_old
        t_bar = ratio(t_bar, 2 * t4)
        t_bar_2 = t_bar * t6
        y_bar[i] += t_bar * t5
        y_bar[i] += t_bar_2
    return y_bar, w_bar
