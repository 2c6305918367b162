"""Log marginal likelihood of a Gaussian process."""

import numpy as np


def marginal_likelihood(log_width, log_noise, x, y):
    """Squared-exponential kernel, Cholesky factor, two solves."""
    gap = x[:, None] - x[None, :]
    kernel = np.exp(-0.5 * gap**2 / np.exp(2.0 * log_width))
    kernel = kernel + np.exp(log_noise) * np.eye(len(x))
    lower = np.linalg.cholesky(kernel)
    z = np.linalg.solve(lower, y)
    return -0.5 * z @ z - np.sum(np.log(np.diag(lower))) - 0.5 * len(x) * np.log(2 * np.pi)


FUNCTION = marginal_likelihood
ARGNUMS = (0, 1)


def example():
    return -0.3, -1.5, np.array([0.0, 0.7, 1.1, 2.0]), np.array([0.2, 0.9, 0.7, -0.4])
