import numpy as np
from s2s.runtime import spread_to


def repeated_grad(row, weights, repeated_bar=1.0):
    """Gradient of `repeated` with respect to row, weights."""
    table = np.broadcast_to(row, (3, 4))

    # return np.sum(np.cos(table) * weights)
    t_bar = spread_to(repeated_bar, table) * weights
    weights_bar = (np.cos(table) * repeated_bar).sum(axis=1, keepdims=True)
    # table = np.broadcast_to(row, (3, 4))
    row_bar = -(t_bar * np.sin(table)).sum(axis=0)
    return row_bar, weights_bar
