import numpy as np
from s2s.runtime import add_at, as_gradient, spread_to


def rosenbrock_grad(x, rosenbrock_bar=1.0):
    """Gradient of `rosenbrock` with respect to x."""
    index = slice(1, None, None)
    t = x[index]
    index2 = slice(None, -1, None)
    t2 = x[index2]
    valley = t - t2**2
    index3 = slice(None, -1, None)
    t3 = 1.0 - x[index3]
    t4 = 100.0 * valley**2 + t3**2

    # return np.sum(100.0 * valley**2 + (1.0 - x[:-1]) ** 2)
    t_bar = spread_to(rosenbrock_bar, t4)
    x_bar = np.zeros_like(x)
    add_at(x_bar, index3, -(t_bar * (2 * t3)))
    valley_bar = 100.0 * t_bar * (2 * valley)
    # valley = x[1:] - x[:-1] ** 2
    add_at(x_bar, index2, -valley_bar * (2 * t2))
    add_at(x_bar, index, valley_bar)
    x_bar = as_gradient(x_bar, x)
    return x_bar
