import numpy as np


def area_grad(rate, right, area_bar=1.0):
    """Gradient of `area` with respect to rate, right."""
    middle = 0.5 * (0.0 + right)
    t2 = np.exp(-rate * 0.0)
    t3 = np.cos(0.0)
    result = t2 * t3
    t4 = np.exp(-rate * middle)
    t5 = np.cos(middle)
    values = result + 4.0 * (t4 * t5)
    t6 = np.exp(-rate * right)
    t7 = np.cos(right)
    values = values + t6 * t7
    result2 = (right - 0.0) / 6.0

    # return (right - left) / 6.0 * values
    values_bar = result2 * area_bar
    result_bar = area_bar * values / 6.0
    # return np.exp(-rate * t) * np.cos(t)
    right_bar = (t6 * result2 * np.sin(right) + rate * result2 * t7 * t6) * area_bar
    right_bar = result_bar - right_bar
    rate_bar = -(values_bar * t7 * t6 * right)
    # values = integrand(left) + 4.0 * integrand(middle) + integrand(right)
    result_bar = 4.0 * values_bar
    # return np.exp(-rate * t) * np.cos(t)
    middle_bar = -(t4 * result_bar) * np.sin(middle) - rate * (result_bar * t5 * t4)
    rate_bar_2 = (4.0 * result2 * t5 * t4 * middle + result2 * t3 * t2 * 0.0) * area_bar
    rate_bar = rate_bar - rate_bar_2
    # middle = 0.5 * (left + right)
    right_bar = right_bar + 0.5 * middle_bar
    return float(rate_bar), float(right_bar)
