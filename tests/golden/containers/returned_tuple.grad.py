import numpy as np


def separation_grad(x, y, separation_bar=1.0):
    """Gradient of `separation` with respect to x, y."""
    m = np.mean(x)
    t = x - m
    mean_x = m
    var_x = np.mean(t**2)
    m = np.mean(y)
    t2 = y - m
    mean_y = m
    var_y = np.mean(t2**2)
    result = mean_x - mean_y
    t3 = var_x + var_y

    # return (mean_x - mean_y) ** 2 / (var_x + var_y)
    result_bar = separation_bar / t3
    t_bar = -result_bar * (result**2 / t3)
    result_bar = result_bar * (2 * result)
    mean_y_bar = -result_bar
    # return m, np.mean((x - m) ** 2)
    t_bar_2 = 2 * (t_bar / y.size) * t2
    m_bar = mean_y_bar - t_bar_2.sum()
    # m = np.mean(x)
    y_bar = t_bar_2 + m_bar / y.size
    # return m, np.mean((x - m) ** 2)
    t_bar = 2 * (t_bar / x.size) * t
    m_bar = result_bar - t_bar.sum()
    # m = np.mean(x)
    x_bar = t_bar + m_bar / x.size
    return x_bar, y_bar
