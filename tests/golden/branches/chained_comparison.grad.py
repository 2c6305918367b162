import numpy as np
from s2s.runtime import as_gradient


def window_grad(x, low, high, window_bar=1.0):
    """Gradient of `window` with respect to x, low, high."""
    t = x * x
    test = low < t <= high
    if not test:
        t2 = np.exp(-x)

    if test:
        bump2 = x * x - low
        t3 = high - x * x
        # bump = (x * x - low) * (high - x * x)
        bump_bar = window_bar * t3
        t_bar = bump2 * window_bar
        t_bar_2 = -t_bar
        x_bar = t_bar_2 * x + x * t_bar_2
        low_bar = -bump_bar
        x_bar = x_bar + bump_bar * x
        x_bar = x_bar + x * bump_bar
        high_bar = t_bar
    else:
        # bump = 0.01 * np.exp(-x)
        x_bar = -(0.01 * window_bar * t2)
        high_bar, low_bar = 0.0, 0.0
    x_bar = as_gradient(x_bar, x)
    low_bar = as_gradient(low_bar, low)
    high_bar = as_gradient(high_bar, high)
    return x_bar, low_bar, high_bar
