import numpy as np
from s2s.runtime import as_gradient, spread_to


def weighted_table_grad(table, row, column, scale, weighted_table_bar=1.0):
    """Gradient of `weighted_table` with respect to table, row, column, scale."""
    centred = table - row
    weighted = centred * column / scale
    t = weighted**3

    # return np.sum(weighted**3)
    weighted_bar = spread_to(weighted_table_bar, t) * (3 * weighted**2)
    # weighted = centred * column / scale
    weighted_bar_2 = weighted_bar / scale
    scale_bar = np.sum(-weighted_bar * weighted / scale)
    centred_bar = weighted_bar_2 * column
    column_bar = np.sum(centred * weighted_bar_2, axis=1, keepdims=True)
    # centred = table - row
    row_bar = np.sum(-centred_bar, axis=0)
    table_bar = as_gradient(centred_bar, table)
    row_bar = as_gradient(row_bar, row)
    column_bar = as_gradient(column_bar, column)
    scale_bar = as_gradient(scale_bar, scale)
    return table_bar, row_bar, column_bar, scale_bar
