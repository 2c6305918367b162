import numpy as np


def compose_grad(x, slope, compose_bar=1.0):
    """Gradient of `compose` with respect to x, slope."""
    y = 2.0 * x + 1.0
    y_2 = slope * y + 1.0
    y_2 = slope * slope - 0.5 * y_2

    # return np.sum(np.sin(y))
    y_bar = compose_bar * np.cos(y_2)
    # return slope * x + offset
    t_bar = y_bar.sum()
    y_bar *= -0.5
    # y = affine(offset=slope * slope, x=y, slope=-0.5)
    slope_bar = 2 * t_bar * slope
    # return slope * x + offset
    slope_bar = slope_bar + y_bar @ y
    x_bar = 2.0 * slope * y_bar
    return x_bar, float(slope_bar)
