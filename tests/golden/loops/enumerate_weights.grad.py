import numpy as np
from s2s.runtime import add_at, as_gradient, power_slope, unbroadcast, zeros_of


def power_adjoint_a(y_bar, a, b):
    if isinstance(b, (int, float)):
        if b == 2:
            a_bar = y_bar * (2 * a)
        elif b != 0:
            a_bar = y_bar * (b * a ** (b - 1))
        else:
            a_bar = zeros_of(a)
    else:
        a_bar = y_bar * power_slope(a, b)
    return unbroadcast(a_bar, a)


def power_series_grad(coefficients, x, power_series_bar=1.0):
    """Gradient of `power_series` with respect to coefficients, x."""
    t_saved = []
    for k, _ in enumerate(coefficients):
        t_saved.append(x**k)

    coefficients_bar = np.zeros(coefficients.shape)
    x_bar = 0.0
    for k in reversed(range(len(coefficients))):
        t = t_saved.pop()
        # total = total + c * x**k / (k + 1)
        t_bar = power_series_bar / (k + 1)
        c_bar = t_bar * t
        x_bar = x_bar + power_adjoint_a(coefficients[k] * t_bar, x, k)
        add_at(coefficients_bar, k, c_bar)
    return coefficients_bar, as_gradient(x_bar, x)
