import numpy as np
from s2s.runtime import as_gradient, cofactors, spread_to, unbroadcast


def log_volume_grad(a, log_volume_bar=1.0):
    """Gradient of `log_volume` with respect to a."""
    inverse = np.linalg.inv(a)
    t = np.linalg.det(a)
    t2 = inverse * inverse

    # return np.log(np.linalg.det(a)) + np.sum(inverse * inverse)
    t_bar = spread_to(log_volume_bar, t2)
    inverse_bar = t_bar * inverse + inverse * t_bar
    t_bar = log_volume_bar / t
    t3 = cofactors(a)
    a_bar = unbroadcast(t3 * spread_to(np.expand_dims(t_bar, (-2, -1)), t3 * a), a)
    # inverse = np.linalg.inv(a)
    a_bar = a_bar + (-inverse).T @ (inverse_bar @ inverse.T)
    a_bar = as_gradient(a_bar, a)
    return a_bar
