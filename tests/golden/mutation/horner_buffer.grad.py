import numpy as np
from s2s.runtime import add_at, as_gradient, spread_to


def fit_error_grad(coefficients, x, y, fit_error_bar=1.0):
    """Gradient of `fit_error` with respect to coefficients, x."""
    p = np.zeros_like(x)
    p_saved = []
    for c in coefficients:
        p_saved.append(p)
        p = p * x
        p = p + c
    p = p - y
    t = p * p

    # return np.mean(p * p)
    t_bar = spread_to(fit_error_bar / np.size(t), t)
    p_bar = t_bar * p + p * t_bar
    # p -= y
    x_bar = np.zeros_like(x)
    coefficients_bar = np.zeros_like(coefficients)
    for k in reversed(range(len(coefficients))):
        p = p_saved.pop()
        # p += c
        c_bar = np.sum(p_bar)
        # p *= x
        p_bar_2 = p_bar * x
        x_bar += p * p_bar
        add_at(coefficients_bar, k, c_bar)
        p_bar = p_bar_2
    coefficients_bar = as_gradient(coefficients_bar, coefficients)
    x_bar = as_gradient(x_bar, x)
    return coefficients_bar, x_bar
