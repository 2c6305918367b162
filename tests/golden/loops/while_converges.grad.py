import numpy as np
from s2s.runtime import add_at, as_gradient, spread_to


def halve_until_small_grad(x, limit, halve_until_small_bar=1.0):
    """Gradient of `halve_until_small` with respect to x."""
    x_saved = []
    x_2, count = x, 0
    while np.sum(x_2 * x_2) > limit:
        x_saved.append(x_2)
        count = count + 1
        x_2 = 0.5 * np.sin(x_2)
    t = x_2[0]
    t2 = x_2[1]

    # return np.sum(x) + x[0] * x[1]
    t_bar = halve_until_small_bar * t2
    x_bar = np.zeros_like(x_2)
    add_at(x_bar, 1, t * halve_until_small_bar)
    add_at(x_bar, 0, t_bar)
    x_bar += spread_to(halve_until_small_bar, x_2)
    for _ in range(count):
        x_2 = x_saved.pop()
        # x = 0.5 * np.sin(x)
        x_bar = 0.5 * x_bar * np.cos(x_2)
    x_bar = as_gradient(x_bar, x)
    return x_bar
