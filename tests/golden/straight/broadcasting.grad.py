import numpy as np


def weighted_table_grad(table, row, column, scale, weighted_table_bar=1.0):
    """Gradient of `weighted_table` with respect to table, row, column, scale."""
    centred = table - row
    weighted = centred * column / scale

    # return np.sum(weighted**3)
    weighted_bar = 3 * weighted_table_bar * weighted**2
    # weighted = centred * column / scale
    weighted_bar /= scale
    scale_bar = -np.vdot(weighted_bar, weighted)
    centred_bar = weighted_bar * column
    column_bar = (centred * weighted_bar).sum(axis=1, keepdims=True)
    # centred = table - row
    row_bar = -centred_bar.sum(axis=0)
    return centred_bar, row_bar, column_bar, float(scale_bar)
