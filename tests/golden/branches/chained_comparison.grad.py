import numpy as np


def window_grad(x, low, high, window_bar=1.0):
    """Gradient of `window` with respect to x, low, high."""
    t = x * x
    test = low < t <= high
    if not test:
        t2 = np.exp(-x)

    if test:
        # bump = (x * x - low) * (high - x * x)
        bump_bar = window_bar * (high - t)
        t_bar = (t - low) * window_bar
        low_bar = -bump_bar
        x_bar = 2 * (bump_bar - t_bar) * x
        high_bar = t_bar
    else:
        # bump = 0.01 * np.exp(-x)
        x_bar = -(0.01 * window_bar * t2)
        high_bar, low_bar = 0.0, 0.0
    return float(x_bar), low_bar, high_bar
