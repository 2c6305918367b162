import numpy as np
from s2s.runtime import as_gradient, spread_to


def response_grad(x, half, response_bar=1.0):
    """Gradient of `response` with respect to x, half."""
    t = half**4 + x**4
    result = x**4 / t
    t2 = half**2 + x**2
    result2 = x**2 / t2
    t3 = result * result2

    # return np.sum(steep(x) * shared(x, order=2))
    t_bar = spread_to(response_bar, t3)
    result_bar = t_bar * result2
    result_bar_2 = result * t_bar
    # return x**order / (half**order + x**order)
    t_bar = -result_bar_2 * result2 / t2
    x_bar = t_bar * (2 * x)
    half_bar = np.sum(t_bar) * (2 * half)
    x_bar = x_bar + result_bar_2 / t2 * (2 * x)
    t_bar = -result_bar * result / t
    x_bar += t_bar * (4 * x**3)
    half_bar = half_bar + np.sum(t_bar) * (4 * half**3)
    x_bar += result_bar / t * (4 * x**3)
    x_bar = as_gradient(x_bar, x)
    half_bar = as_gradient(half_bar, half)
    return x_bar, half_bar
