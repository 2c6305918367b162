import numpy as np
from s2s.runtime import spread_to


def marginals_grad(table, marginals_bar=1.0):
    """Gradient of `marginals` with respect to table."""
    rows = np.sum(table, axis=0)
    columns = table.sum(axis=(1, 2))

    # return np.sum(rows**2) + np.sum(np.sin(columns)) * np.sum(table)
    table_bar = spread_to(np.sum(np.sin(columns)) * marginals_bar, table)
    columns_bar = marginals_bar * np.sum(table) * np.cos(columns)
    rows_bar = 2 * marginals_bar * rows
    # columns = table.sum(axis=(1, 2))
    table_bar = table_bar + spread_to(columns_bar[:, None, None], table)
    # rows = np.sum(table, axis=0)
    table_bar += rows_bar
    return table_bar
