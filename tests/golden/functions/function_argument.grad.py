import numpy as np
from s2s.runtime import as_gradient


def area_grad(rate, right, area_bar=1.0):
    """Gradient of `area` with respect to rate, right."""
    middle = 0.5 * (0.0 + right)
    t2 = np.exp(-rate * 0.0)
    t3 = np.cos(0.0)
    result = t2 * t3
    t4 = -rate
    t5 = np.exp(t4 * middle)
    t6 = np.cos(middle)
    values = result + 4.0 * (t5 * t6)
    t7 = -rate
    t8 = np.exp(t7 * right)
    t9 = np.cos(right)
    values = values + t8 * t9
    result2 = (right - 0.0) / 6.0

    # return (right - left) / 6.0 * values
    values_bar = result2 * area_bar
    result_bar = area_bar * values / 6.0
    # return np.exp(-rate * t) * np.cos(t)
    right_bar = result_bar + -(t8 * values_bar) * np.sin(right)
    t_bar = values_bar * t9 * t8
    right_bar = right_bar + t7 * t_bar
    rate_bar = -(t_bar * right)
    # values = integrand(left) + 4.0 * integrand(middle) + integrand(right)
    result_bar = 4.0 * values_bar
    # return np.exp(-rate * t) * np.cos(t)
    middle_bar = -(t5 * result_bar) * np.sin(middle)
    t_bar = result_bar * t6 * t5
    middle_bar = middle_bar + t4 * t_bar
    rate_bar = rate_bar + -(t_bar * middle)
    rate_bar = rate_bar + -(values_bar * t3 * t2 * 0.0)
    # middle = 0.5 * (left + right)
    right_bar = right_bar + 0.5 * middle_bar
    rate_bar = as_gradient(rate_bar, rate)
    right_bar = as_gradient(right_bar, right)
    return rate_bar, right_bar
