import numpy as np
from s2s.runtime import cofactors


def log_volume_grad(a, log_volume_bar=1.0):
    """Gradient of `log_volume` with respect to a."""
    inverse = np.linalg.inv(a)

    # return np.log(np.linalg.det(a)) + np.sum(inverse * inverse)
    inverse_bar = 2 * log_volume_bar * inverse
    a_bar = log_volume_bar / np.linalg.det(a) * cofactors(a)
    # inverse = np.linalg.inv(a)
    a_bar -= inverse.T @ (inverse_bar @ inverse.T)
    return a_bar
