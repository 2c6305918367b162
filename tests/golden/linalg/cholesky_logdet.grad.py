import numpy as np
from s2s.runtime import as_gradient, put_diagonal, spread_to


def covariance_logdet_grad(factor, noise, covariance_logdet_bar=1.0):
    """Gradient of `covariance_logdet` with respect to factor, noise."""
    t = factor.T
    eye_value = np.eye(3)
    covariance = factor @ t + noise * eye_value
    lower = np.linalg.cholesky(covariance)
    t2 = np.diag(lower)
    t3 = np.log(t2)

    # return np.sum(np.log(np.diag(lower)))
    lower_bar = put_diagonal(spread_to(covariance_logdet_bar, t3) / t2, lower, 0)
    # lower = np.linalg.cholesky(covariance)
    t_bar = lower.T @ lower_bar / 2
    t4 = np.linalg.solve(lower.T, np.tril(t_bar, -1) + np.tril(t_bar, 0))
    t_bar = np.linalg.solve(lower.T, np.transpose(np.conj(t4))) / 2
    covariance_bar = t_bar + np.transpose(np.conj(t_bar))
    # covariance = factor @ factor.T + noise * np.eye(3)
    noise_bar = np.sum(covariance_bar * eye_value)
    factor_bar = covariance_bar @ t.T + np.transpose(factor.T @ covariance_bar)
    factor_bar = as_gradient(factor_bar, factor)
    noise_bar = as_gradient(noise_bar, noise)
    return factor_bar, noise_bar
