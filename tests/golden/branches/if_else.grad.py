import numpy as np


def soft_step_grad(x, soft_step_bar=1.0):
    """Gradient of `soft_step` with respect to x."""
    test = x > 1.0
    if test:
        y = np.log(x) + 1.0
    else:
        y = 0.5 * (x * x + 1.0)

    # return y * y
    y_bar = 2 * soft_step_bar * y
    if test:
        # y = np.log(x) + 1.0
        x_bar = y_bar / x
    else:
        # y = 0.5 * (x * x + 1.0)
        x_bar = y_bar * x
    return float(x_bar)
