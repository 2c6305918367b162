import numpy as np


def activity_grad(w, x, steps, activity_bar=1.0):
    """Gradient of `activity` with respect to w, x."""
    work = np.empty_like(x)
    y = x.copy()
    t_saved = []
    y_old_saved = []
    for _ in range(steps):
        work[...] = np.multiply(w, y)
        work[...] = np.add(work, 0.1)
        t = np.tanh(work)
        t_saved.append(t)
        y_old_saved.append(y.copy())
        y[...] = t

    # return np.sum(y)
    work_bar = np.zeros(work.shape)
    y_bar = np.full_like(y, activity_bar)
    w_bar = np.zeros(w.shape)
    for _ in reversed(range(steps)):
        y_old = y_old_saved.pop()
        t2 = t_saved.pop()
        # np.tanh(work, out=y)
        y[...] = y_old
        work_bar += y_bar * (1 - t2 * t2)
        # np.multiply(w, y, out=work)
        w_bar += work_bar * y
        y_bar[...] = w * work_bar
        work_bar[...] = 0.0
    return w_bar, y_bar
