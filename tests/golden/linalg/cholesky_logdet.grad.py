import numpy as np
from s2s.runtime import put_diagonal


def covariance_logdet_grad(factor, noise, covariance_logdet_bar=1.0):
    """Gradient of `covariance_logdet` with respect to factor, noise."""
    t = factor.T
    eye_value = np.eye(3)
    covariance = factor @ t + noise * eye_value
    lower = np.linalg.cholesky(covariance)
    t2 = np.diag(lower)

    # return np.sum(np.log(np.diag(lower)))
    lower_bar = put_diagonal(covariance_logdet_bar / t2, lower, 0)
    # lower = np.linalg.cholesky(covariance)
    t_bar = lower.T @ lower_bar / 2
    t3 = np.linalg.solve(lower.T, np.tril(t_bar, -1) + np.tril(t_bar, 0))
    t_bar = np.linalg.solve(lower.T, t3.T) / 2
    covariance_bar = t_bar + t_bar.T
    # covariance = factor @ factor.T + noise * np.eye(3)
<<<<<<< HEAD
    noise_bar = np.sum(covariance_bar * eye_value)
    factor_bar = covariance_bar @ t.T
    factor_bar = factor_bar + (factor.T @ covariance_bar).T
=======
    noise_bar = (covariance_bar * eye_value).sum()
    factor_bar = covariance_bar @ t.T + (factor.T @ covariance_bar).T
>>>>>>> cbaded9 (Numbers of a product at one place, sums as methods, adjoints reuse memory; passes are tested against their absence)
    noise_bar = float(noise_bar)
    return factor_bar, noise_bar
