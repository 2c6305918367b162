import numpy as np
from s2s.runtime import ratio


def leaky_grad(x, slope, leaky_bar=1.0):
    """Gradient of `leaky` with respect to x, slope."""
    t = x > 0
    rectified = np.where(t, x, slope * x)

    # return np.sum(rectified**2 + root)
    rectified_bar = 2 * leaky_bar * rectified
    # root = np.where(x > 0, np.sqrt(np.abs(x)), 0.0)
    x_bar = ratio(np.where(x > 0, leaky_bar, 0), 2 * np.sqrt(np.abs(x))) * np.sign(x)
    # rectified = np.where(x > 0, x, slope * x)
    t_bar = np.where(t, 0, rectified_bar)
    x_bar += np.where(t, rectified_bar, 0)
    slope_bar = t_bar @ x
    x_bar += slope * t_bar
    return x_bar, float(slope_bar)
