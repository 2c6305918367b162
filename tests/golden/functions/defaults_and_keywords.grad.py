import numpy as np
from s2s.runtime import as_gradient, spread_to


def compose_grad(x, slope, compose_bar=1.0):
    """Gradient of `compose` with respect to x, slope."""
    y = 2.0 * x + 1.0
    y_2 = slope * y + 1.0
    y_2 = -0.5 * y_2 + slope * slope
    t = np.sin(y_2)

    # return np.sum(np.sin(y))
    y_bar = spread_to(compose_bar, t) * np.cos(y_2)
    # return slope * x + offset
    t_bar = np.sum(y_bar)
    y_bar = -0.5 * y_bar
    # y = affine(offset=slope * slope, x=y, slope=-0.5)
    slope_bar = t_bar * slope + slope * t_bar
    # return slope * x + offset
    slope_bar = slope_bar + np.sum(y_bar * y)
    x_bar = 2.0 * (slope * y_bar)
    x_bar = as_gradient(x_bar, x)
    slope_bar = as_gradient(slope_bar, slope)
    return x_bar, slope_bar
