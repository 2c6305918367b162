import numpy as np
from s2s.runtime import as_gradient, copy_of, ratio, spread_to


def similarity_grad(x, w, similarity_bar=1.0):
    """Gradient of `similarity` with respect to x, w."""
    y = x.copy()
    t = y.shape[0]
    t_saved = []
    y_old_saved = []
    for i in range(t):
        t2 = np.sqrt(y[i] @ y[i])
        t_saved.append(t2)
        y_old_saved.append(copy_of(y[i]))
        y[i] /= t2
    t3 = y.T
    t4 = y @ t3
    t5 = w * t4

    # return np.sum(w * (y @ y.T))
    t_bar = spread_to(similarity_bar, t5)
    w_bar = t_bar * t4
    t_bar = w * t_bar
    y_bar = t_bar @ t3.T
    y_bar += np.transpose(y.T @ t_bar)
    for i in reversed(range(t)):
        y_old = y_old_saved.pop()
        t6 = t_saved.pop()
        t7 = y[i]
        t8 = y[i]
        # y[i] /= np.sqrt(y[i] @ y[i])
        y[i] = y_old
        y_bar[i] /= t6
        t_bar = ratio(np.sum(-(y_bar[i] * y[i]) / t6), 2 * t6)
        t_bar_2 = t_bar * t8
        y_bar[i] += t_bar * t7
        y_bar[i] += t_bar_2
    # y = x.copy()
    x_bar = as_gradient(y_bar, x)
    w_bar = as_gradient(w_bar, w)
    return x_bar, w_bar
