import numpy as np
from s2s.runtime import add_at, as_gradient, spread_to, zeros_of


def statistics_fwd(x):
    """Forward sweep of `statistics`: the value and what its reverse needs."""
    m = np.mean(x)
    t = x - m
    t2 = t**2
    return (m, np.mean(t2)), (t2, t, x)


def statistics_bwd(saved, statistics_bar):
    """Backward sweep of `statistics`: gradients of x."""
    t, t2, x = saved
    # return m, np.mean((x - m) ** 2)
    m_bar = statistics_bar[0]
    t_bar = spread_to(statistics_bar[1] / np.size(t), t) * (2 * t2)
    m_bar = m_bar + np.sum(-t_bar)
    # m = np.mean(x)
    x_bar = t_bar + spread_to(m_bar / np.size(x), x)
    return x_bar


def separation_grad(x, y, separation_bar=1.0):
    """Gradient of `separation` with respect to x, y."""
    statistics_value, statistics_saved = statistics_fwd(x)
    mean_x, var_x = statistics_value
    statistics_value2, statistics_saved2 = statistics_fwd(y)
    mean_y, var_y = statistics_value2
    result = mean_x - mean_y
    t = var_x + var_y
    result2 = result**2 / t

    # return (mean_x - mean_y) ** 2 / (var_x + var_y)
    t_bar = -separation_bar * result2 / t
    result_bar = separation_bar / t * (2 * result)
    mean_y_bar = -result_bar
    # mean_y, var_y = statistics(y)
    statistics_value_bar = zeros_of(statistics_value2)
    add_at(statistics_value_bar, 0, mean_y_bar)
    add_at(statistics_value_bar, 1, t_bar)
    y_bar = statistics_bwd(statistics_saved2, statistics_value_bar)
    # mean_x, var_x = statistics(x)
    statistics_value_bar = zeros_of(statistics_value)
    add_at(statistics_value_bar, 0, result_bar)
    add_at(statistics_value_bar, 1, t_bar)
    x_bar = statistics_bwd(statistics_saved, statistics_value_bar)
    x_bar = as_gradient(x_bar, x)
    y_bar = as_gradient(y_bar, y)
    return x_bar, y_bar
