import numpy as np


def relative_error_grad(prediction, target, relative_error_bar=1.0):
    """Gradient of `relative_error` with respect to prediction, target."""
    t = prediction - target
    error = np.mean(t**2)
    t2 = target.mean()
    t3 = t2**2
    result = error / t3

    # return error / target.mean() ** 2
    error_bar = relative_error_bar / t3
    t4 = -error_bar * result * (2 * t2) / target.size
    # error = np.mean((prediction - target) ** 2)
    t_bar = 2 * (error_bar / target.size) * t
    target_bar = t4 - t_bar
    return t_bar, target_bar
