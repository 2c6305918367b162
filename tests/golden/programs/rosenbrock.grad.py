import numpy as np


def rosenbrock_grad(x, rosenbrock_bar=1.0):
    """Gradient of `rosenbrock` with respect to x."""
    t = x[:-1]
    valley = x[1:] - t**2

    # return np.sum(100.0 * valley**2 + (1.0 - x[:-1]) ** 2)
    x_bar = np.zeros(x.shape)
    x_bar[:-1] = -2 * rosenbrock_bar * (1.0 - x[:-1])
    valley_bar = 2 * (100.0 * rosenbrock_bar) * valley
    # valley = x[1:] - x[:-1] ** 2
    x_bar[:-1] -= 2 * valley_bar * t
    x_bar[1:] += valley_bar
    return x_bar
