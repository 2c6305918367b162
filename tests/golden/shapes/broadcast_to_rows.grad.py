import numpy as np
from s2s.runtime import spread_to


def repeated_grad(row, weights, repeated_bar=1.0):
    """Gradient of `repeated` with respect to row, weights."""
    table = np.broadcast_to(row, (3, 4))
    t = np.cos(table)

    # return np.sum(np.cos(table) * weights)
    t_bar = spread_to(repeated_bar, table) * weights
    weights_bar = (t * repeated_bar).sum(axis=1, keepdims=True)
    t2 = np.sin(table)
    # table = np.broadcast_to(row, (3, 4))
    row_bar = -(t_bar * t2).sum(axis=0)
    return row_bar, weights_bar
