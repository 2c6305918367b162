import numpy as np
from s2s.runtime import add_at, as_gradient, list_of, require_scalar, split_like, spread_to, unbroadcast


def matmul_adjoint_a(y_bar, a, b):
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        a_bar = y_bar * b
        return a_bar
    if np.ndim(a) == 2 and np.ndim(b) == 1:
        a_bar = y_bar[:, None] * b
        return a_bar
    if np.ndim(a) == 1 and np.ndim(b) == 2:
        a_bar = b @ y_bar
        return a_bar
    if np.ndim(b) == 1:
        return unbroadcast(y_bar[..., None] * b, a)
    if np.ndim(a) == 1:
        t = y_bar[..., None, :] @ np.swapaxes(b, -1, -2)
        a_bar = unbroadcast(t, a[None])[0]
        return a_bar
    if np.ndim(b) == 2 and np.ndim(a) > 2:
        a_bar = y_bar @ np.swapaxes(b, -1, -2)
        return a_bar
    return unbroadcast(y_bar @ np.swapaxes(b, -1, -2), a)


def features_grad(x, centres, features_bar=1.0):
    """Gradient of `features` with respect to x, centres."""
    columns = []
    t_saved = []
    t_saved_2 = []
    for c in centres:
        if c > -2.0:
            t = x - c
            t_saved.append(t)
            t2 = np.exp(-(t**2))
            t_saved_2.append(t2)
            columns.append(t2)
    table = np.stack(columns, axis=1)
    ones_value = np.ones(len(columns))
    t3 = table @ ones_value
    t4 = t3 * x
    require_scalar(np.sum(t4))

    # return np.sum(table @ np.ones(len(columns)) * x)
    t_bar = spread_to(features_bar, t4)
    x_bar = unbroadcast(t3 * t_bar, x)
    table_bar = matmul_adjoint_a(unbroadcast(t_bar * x, t3), table, ones_value)
    # table = np.stack(columns, axis=1)
    columns_bar = split_like(table_bar, columns, "stack", 1)
    # columns = [np.exp(-((x - c) ** 2)) for c in centres if c > -2.0]
    t5 = list_of(columns_bar)
    x_bar = x_bar.copy()
    centres_bar = np.zeros(centres.shape)
    for k in reversed(range(len(centres))):
        if centres[k] > -2.0:
            t6 = t_saved_2.pop()
            t7 = t_saved.pop()
            # columns = [np.exp(-((x - c) ** 2)) for c in centres if c > -2.0]
            t_bar = t5.pop()
            t_bar = -(t_bar * t6) * (2 * t7)
            c_bar = (-t_bar).sum()
            x_bar = x_bar + t_bar
        else:
            c_bar = 0.0
        add_at(centres_bar, k, c_bar)
    return as_gradient(x_bar, x), centres_bar
