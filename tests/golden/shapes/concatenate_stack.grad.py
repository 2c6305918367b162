import numpy as np
from s2s.runtime import as_gradient, split_like


def joined_grad(a, b, joined_bar=1.0):
    """Gradient of `joined` with respect to a, b."""
    t = [a, b, a * b]
    line = np.concatenate(t)
    t2 = [a, b]
    rows = np.stack(t2)
    t3 = b, a
    columns = np.stack(t3, axis=1)

    # return np.sum(line**2) + np.sum(np.sin(rows @ columns))
    t_bar = joined_bar * np.cos(rows @ columns)
    rows_bar = t_bar @ columns.T
    columns_bar = rows.T @ t_bar
    line_bar = 2 * joined_bar * line
    # columns = np.stack((b, a), axis=1)
    t_bar = split_like(columns_bar, t3, "stack", 1)
    b_bar = t_bar[0]
    a_bar = t_bar[1]
    # rows = np.stack([a, b])
    t_bar = split_like(rows_bar, t2, "stack", 0)
    a_bar = a_bar + t_bar[0]
    b_bar = b_bar + t_bar[1]
    # line = np.concatenate([a, b, a * b])
    t_bar = split_like(line_bar, t, "concatenate", 0)
    a_bar += t_bar[0]
    b_bar += t_bar[1]
    t_bar = t_bar[2]
    b_bar_2 = a * t_bar
    a_bar += t_bar * b
    b_bar += b_bar_2
    return as_gradient(a_bar, a), as_gradient(b_bar, b)
