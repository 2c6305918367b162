import numpy as np
from s2s.runtime import as_gradient, spread_to


def relative_error_grad(prediction, target, relative_error_bar=1.0):
    """Gradient of `relative_error` with respect to prediction, target."""
    t = prediction - target
    t2 = t**2
    error = np.mean(t2)
    t3 = target.mean()
    t4 = t3**2
    result = error / t4

    # return error / target.mean() ** 2
    error_bar = relative_error_bar / t4
    t5 = -relative_error_bar * result / t4 * (2 * t3) / np.size(target)
    target_bar = spread_to(t5, target)
    # error = np.mean((prediction - target) ** 2)
    t_bar = spread_to(error_bar / np.size(t2), t2) * (2 * t)
    target_bar = target_bar + -t_bar
    prediction_bar = as_gradient(t_bar, prediction)
    target_bar = as_gradient(target_bar, target)
    return prediction_bar, target_bar
