import numpy as np
from s2s.runtime import as_gradient, spread_to


def marginals_grad(table, marginals_bar=1.0):
    """Gradient of `marginals` with respect to table."""
    rows = np.sum(table, axis=0)
    columns = table.sum(axis=(1, 2))
    t = rows**2
    t2 = np.sin(columns)
    t3 = np.sum(t2)
    t4 = np.sum(table)

    # return np.sum(rows**2) + np.sum(np.sin(columns)) * np.sum(table)
    table_bar = spread_to(t3 * marginals_bar, table)
    columns_bar = spread_to(marginals_bar * t4, t2) * np.cos(columns)
    rows_bar = spread_to(marginals_bar, t) * (2 * rows)
    # columns = table.sum(axis=(1, 2))
    table_bar = table_bar + spread_to(columns_bar[:, None, None], table)
    # rows = np.sum(table, axis=0)
    table_bar += spread_to(rows_bar, table)
    table_bar = as_gradient(table_bar, table)
    return table_bar
