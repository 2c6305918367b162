import numpy as np
from s2s.runtime import ratio


def squash_grad(x, squash_bar=1.0):
    """Gradient of `squash` with respect to x."""
    x_2 = x * x + 1.0
    x_2 = np.sqrt(x_2)
    x_3 = np.log(x_2) + x_2
    t = 2.0 + x_3
    x_3 /= t

    # x = x / (2.0 + x)
    x_bar = squash_bar / t
    x_bar -= x_bar * x_3
    # x = np.log(x) + x
    x_bar += x_bar / x_2
    # x = np.sqrt(x)
    x_bar = ratio(x_bar, 2 * x_2)
    # x = x * x + 1.0
    x_bar = 2 * x_bar * x
    return x_bar
