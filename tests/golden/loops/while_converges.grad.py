import numpy as np


def halve_until_small_grad(x, limit, halve_until_small_bar=1.0):
    """Gradient of `halve_until_small` with respect to x."""
    x_saved = []
    while np.sum(x * x) > limit:
        x_saved.append(x)
        x = 0.5 * np.sin(x)

    count = len(x_saved)
    # return np.sum(x) + x[0] * x[1]
    t_bar = halve_until_small_bar * x[1]
    x_bar = np.zeros(x.shape)
    x_bar[1] = x[0] * halve_until_small_bar
    x_bar[0] = t_bar
    x_bar += halve_until_small_bar
    for _ in range(count):
        x = x_saved.pop()
        # x = 0.5 * np.sin(x)
        x_bar = 0.5 * x_bar * np.cos(x)
    return x_bar
