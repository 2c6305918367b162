"""Log determinant of a covariance by its Cholesky factor."""

import numpy as np


def covariance_logdet(factor, noise):
    """Half the log determinant of `factor @ factor.T + noise`."""
    covariance = factor @ factor.T + noise * np.eye(3)
    lower = np.linalg.cholesky(covariance)
    return np.sum(np.log(np.diag(lower)))


FUNCTION = covariance_logdet
ARGNUMS = (0, 1)


def example():
    return np.array([[0.9, 0.2], [-0.4, 1.1], [0.3, 0.5]]), 0.6
