import numpy as np


def guarded_grad(x, y, guarded_bar=1.0):
    """Gradient of `guarded` with respect to x, y."""
    test = x > 0 and np.log(x) < 2.0
    if test:
        t = np.log(x)
        z = t * y
    else:
        z = y
    test2 = not (y > 3.0 or z / y > 4.0)
    if test2:
        z = z + x / y
    scale = 0.0 or x

    # return z * scale
    z_bar = guarded_bar * scale
    scale_bar = z * guarded_bar
    # scale = 0.0 or x
    if 0.0:
        x_bar = 0.0
    else:
        x_bar = scale_bar
    if test2:
        # z = z + x / y
        x_bar_2 = z_bar / y
        y_bar = -x_bar_2 * (x / y)
        x_bar = x_bar + x_bar_2
    else:
        y_bar = 0.0
    if test:
        # z = np.log(x) * y
        y_bar = y_bar + t * z_bar
        x_bar = x_bar + z_bar * y / x
    else:
        # z = y
        y_bar = y_bar + z_bar
    return float(x_bar), float(y_bar)
