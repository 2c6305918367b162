import numpy as np


def piecewise_grad(x, a, piecewise_bar=1.0):
    """Gradient of `piecewise` with respect to x, a."""
    test = x > 0
    slope = a if test else 2.0 * a
    test2 = abs(x) < 1
    bend = np.sin(x) if test2 else x - 1.0 if x > 0 else x * x

    # return slope * x + bend * slope
    bend_bar = piecewise_bar * slope
    x_bar = slope * piecewise_bar
    slope_bar = (bend + x) * piecewise_bar
    # bend = np.sin(x) if abs(x) < 1 else (x - 1.0 if x > 0 else x * x)
    if test2:
        # bend = np.sin(x) if abs(x) < 1 else (x - 1.0 if x > 0 else x * x)
        x_bar = x_bar + bend_bar * np.cos(x)
    elif test:
        # bend = np.sin(x) if abs(x) < 1 else (x - 1.0 if x > 0 else x * x)
        x_bar = x_bar + bend_bar
    else:
        # bend = np.sin(x) if abs(x) < 1 else (x - 1.0 if x > 0 else x * x)
        x_bar = x_bar + 2 * bend_bar * x
    # slope = a if x > 0 else 2.0 * a
    if test:
        a_bar = slope_bar
    else:
        # slope = a if x > 0 else 2.0 * a
        a_bar = 2.0 * slope_bar
    return float(x_bar), float(a_bar)
