import numpy as np
from s2s.runtime import add_at, as_gradient, spread_to


def gathered_grad(table, indices, gathered_bar=1.0):
    """Gradient of `gathered` with respect to table."""
    rows = table[indices]
    index = table > 0
    positive = table[index]
    index2 = slice(None, None, None), 0
    t = rows[index2]
    index3 = slice(None, None, None), 1
    t2 = rows[index3]
    t3 = t * t2
    t4 = np.log(positive)

    # return np.sum(rows[:, 0] * rows[:, 1]) + np.sum(np.log(positive))
    positive_bar = spread_to(gathered_bar, t4) / positive
    t_bar = spread_to(gathered_bar, t3)
    t_bar_2 = t_bar * t2
    rows_bar = np.zeros_like(rows)
    add_at(rows_bar, index3, t * t_bar)
    add_at(rows_bar, index2, t_bar_2)
    # positive = table[table > 0]
    table_bar = np.zeros_like(table)
    add_at(table_bar, index, positive_bar)
    # rows = table[indices]
    add_at(table_bar, indices, rows_bar)
    table_bar = as_gradient(table_bar, table)
    return table_bar
