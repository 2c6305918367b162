import numpy as np
from s2s.runtime import as_gradient, spread_to


def blend_grad(x, t, blend_bar=1.0):
    """Gradient of `blend` with respect to x, t."""
    t_2 = np.sin(x)
    t_3 = x * x
    t_4 = np.exp(-t)
    t_5 = 1.0 + t_4
    result = 1.0 / t_5
    result2 = result * t_2
    t_6 = np.exp(-t)
    t_7 = 1.0 + t_6
    result3 = 1.0 / t_7
    t_8 = 1.0 - result3
    result4 = result2 + t_8 * t_3

    # return np.sum(mix(np.sin(x), x * x))
    result_bar = spread_to(blend_bar, result4)
    # mix = lambda a, b: sigmoid(t) * a + (1.0 - sigmoid(t)) * b  # noqa: E731
    t_bar = t_8 * result_bar
    result_bar_2 = -np.sum(result_bar * t_3)
    # sigmoid = lambda z: 1.0 / (1.0 + np.exp(-z))  # noqa: E731
    t_bar_2 = -(-result_bar_2 * result3 / t_7 * t_6)
    # mix = lambda a, b: sigmoid(t) * a + (1.0 - sigmoid(t)) * b  # noqa: E731
    g = np.sum(result_bar * t_2)
    t_bar_3 = result * result_bar
    # sigmoid = lambda z: 1.0 / (1.0 + np.exp(-z))  # noqa: E731
    t_bar_2 = t_bar_2 + -(-g * result / t_5 * t_4)
    # return np.sum(mix(np.sin(x), x * x))
    x_bar = t_bar * x + x * t_bar
    x_bar += t_bar_3 * np.cos(x)
    x_bar = as_gradient(x_bar, x)
    t_bar = as_gradient(t_bar_2, t)
    return x_bar, t_bar
