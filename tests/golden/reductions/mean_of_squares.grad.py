import numpy as np


def relative_error_grad(prediction, target, relative_error_bar=1.0):
    """Gradient of `relative_error` with respect to prediction, target."""
    t = prediction - target
    error = np.mean(t**2)
    t2 = target.mean()
    t3 = t2**2

    # return error / target.mean() ** 2
    error_bar = relative_error_bar / t3
    # error = np.mean((prediction - target) ** 2)
    t_bar = 2 * (error_bar / target.size) * t
    target_bar = -error_bar * (error / t3) * (2 * t2) / target.size - t_bar
    return t_bar, target_bar
