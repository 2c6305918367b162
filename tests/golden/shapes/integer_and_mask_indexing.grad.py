import numpy as np
from s2s.runtime import add_at


def gathered_grad(table, indices, gathered_bar=1.0):
    """Gradient of `gathered` with respect to table."""
    rows = table[indices]
    index = table > 0
    positive = table[index]

    # return np.sum(rows[:, 0] * rows[:, 1]) + np.sum(np.log(positive))
    positive_bar = gathered_bar / positive
    rows_bar = np.zeros_like(rows)
    rows_bar[:, 1] = rows[:, 0] * gathered_bar
    rows_bar[:, 0] += gathered_bar * rows[:, 1]
    # positive = table[table > 0]
    table_bar = np.zeros_like(table)
    add_at(table_bar, index, positive_bar)
    # rows = table[indices]
    np.add.at(table_bar, indices, rows_bar)
    return table_bar
