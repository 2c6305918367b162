import numpy as np


def scaled_rows_grad(a, x, scaled_rows_bar=1.0):
    """Gradient of `scaled_rows` with respect to a, x."""
    y = np.zeros_like(a)
    row_old_saved = []
    for k, (_, source, s) in enumerate(zip(y, a, x)):
        row = y[k]
        row += s * source
        row_old_saved.append(row[0])
        row[0] *= s

    # return np.sum(y * y)
    y_bar = 2 * scaled_rows_bar * y
    a_bar = np.zeros_like(a)
    x_bar = np.zeros(x.shape)
    for k2 in reversed(range(min(len(y), len(a), len(x)))):
        source = a[k2]
        s = x[k2]
        row_old = row_old_saved.pop()
        row = y[k2]
        # row[0] *= s
        row[0] = row_old
        row_bar = y_bar[k2]
        s_bar = row_bar[0] * row[0]
        row_bar[0] *= s
        # row += s * source
        row_bar = y_bar[k2]
        source_bar = s * row_bar
        s_bar = s_bar + row_bar @ source
        a_bar[k2] += source_bar
        x_bar[k2] += s_bar
    return a_bar, x_bar
