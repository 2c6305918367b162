import numpy as np


def fit_error_grad(coefficients, x, y, fit_error_bar=1.0):
    """Gradient of `fit_error` with respect to coefficients, x."""
    p = np.zeros(x.shape)
    p_saved = []
    for c in coefficients:
        p_saved.append(p)
        p = p * x
        p += c
    p = p - y

    # return np.mean(p * p)
    p_bar = 2 * (fit_error_bar / p.size) * p
    # p -= y
    x_bar = np.zeros(x.shape)
    coefficients_bar = np.zeros(coefficients.shape)
    for k in reversed(range(len(coefficients))):
        p = p_saved.pop()
        # p += c
        c_bar = p_bar.sum()
        # p *= x
        p_bar_2 = p_bar * x
        x_bar += p * p_bar
        coefficients_bar[k] += c_bar
        p_bar = p_bar_2
    return coefficients_bar, x_bar
