import numpy as np
from s2s.runtime import arctan2_slope, ratio, softmax_share


def assorted_grad(x, y, assorted_bar=1.0):
    """Gradient of `assorted` with respect to x, y."""
    t = np.hypot(x, y)
    u = np.arctan2(y, x) + t
    t2 = x / 4.0
    t3 = np.arcsin(t2)
    t4 = np.arctan(y)
    v = t3 * t4
    t5 = x * x
    t6 = np.log1p(t5)
    t7 = -y * y
    w = t6 - np.expm1(t7)

    # return np.sum(u * v + np.cosh(w) + np.logaddexp(x, y))
    x_bar = assorted_bar * softmax_share(x, y)
    y_bar = assorted_bar * softmax_share(y, x)
    w_bar = assorted_bar * np.sinh(w)
    u_bar = assorted_bar * v
    v_bar = u * assorted_bar
    # w = np.log1p(x * x) - np.expm1(-y * y)
    t_bar = -w_bar * np.exp(t7)
    y_bar -= y * t_bar
    y_bar -= t_bar * y
    x_bar += 2 * (w_bar / (1 + t5)) * x
    # v = np.arcsin(x / 4.0) * np.arctan(y)
    y_bar += t3 * v_bar / (1 + y * y)
    x_bar += v_bar * t4 / np.sqrt(1 - t2 * t2) / 4.0
    # u = np.arctan2(y, x) + np.hypot(x, y)
    x_bar += u_bar * ratio(x, t)
    y_bar += u_bar * ratio(y, t)
    y_bar += u_bar * arctan2_slope(y, x)
    x_bar -= u_bar * arctan2_slope(x, y)
    return x_bar, y_bar
