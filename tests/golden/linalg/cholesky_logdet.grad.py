import numpy as np
from s2s.runtime import cholesky_adjoint, put_diagonal


def covariance_logdet_grad(factor, noise, covariance_logdet_bar=1.0):
    """Gradient of `covariance_logdet` with respect to factor, noise."""
    eye_value = np.eye(3)
    covariance = factor @ factor.T + noise * eye_value
    lower = np.linalg.cholesky(covariance)

    # return np.sum(np.log(np.diag(lower)))
    lower_bar = put_diagonal(covariance_logdet_bar / np.diag(lower), lower, 0)
    # lower = np.linalg.cholesky(covariance)
    covariance_bar = cholesky_adjoint(lower, lower_bar)
    # covariance = factor @ factor.T + noise * np.eye(3)
    noise_bar = np.vdot(covariance_bar, eye_value)
    factor_bar = covariance_bar @ factor + (factor.T @ covariance_bar).T
    return factor_bar, float(noise_bar)
