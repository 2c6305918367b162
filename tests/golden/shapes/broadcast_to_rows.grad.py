import numpy as np
from s2s.runtime import as_gradient, spread_to


def repeated_grad(row, weights, repeated_bar=1.0):
    """Gradient of `repeated` with respect to row, weights."""
    table = np.broadcast_to(row, (3, 4))
    t = np.cos(table)
    t2 = t * weights

    # return np.sum(np.cos(table) * weights)
    t_bar = spread_to(repeated_bar, t2)
    weights_bar = np.sum(t * t_bar, axis=1, keepdims=True)
    table_bar = -(t_bar * weights) * np.sin(table)
    # table = np.broadcast_to(row, (3, 4))
    row_bar = np.sum(table_bar, axis=0)
    row_bar = as_gradient(row_bar, row)
    weights_bar = as_gradient(weights_bar, weights)
    return row_bar, weights_bar
