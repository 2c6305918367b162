import numpy as np
from s2s.runtime import cholesky_adjoint, put_diagonal


def marginal_likelihood_grad(log_width, log_noise, x, y, marginal_likelihood_bar=1.0):
    """Gradient of `marginal_likelihood` with respect to log_width, log_noise."""
    gap = x[:, None] - x[None, :]
    t = np.exp(2.0 * log_width)
    t2 = -0.5 * gap**2 / t
    kernel = np.exp(t2)
    t3 = np.exp(log_noise)
    eye_value = np.eye(len(x))
    kernel_2 = kernel + t3 * eye_value
    lower = np.linalg.cholesky(kernel_2)
    z = np.linalg.solve(lower, y)

    # return -0.5 * z @ z - np.sum(np.log(np.diag(lower))) - 0.5 * len(x) * np.log(2 * np.pi)
    t_bar = -marginal_likelihood_bar
    lower_bar = put_diagonal(t_bar / np.diag(lower), lower, 0)
    z_bar = t_bar * z
    # z = np.linalg.solve(lower, y)
    lower_bar -= np.linalg.solve(lower.T, z_bar)[:, None] * z
    # lower = np.linalg.cholesky(kernel)
    kernel_bar = cholesky_adjoint(lower, lower_bar)
    # kernel = kernel + np.exp(log_noise) * np.eye(len(x))
    log_noise_bar = np.vdot(kernel_bar, eye_value) * t3
    # kernel = np.exp(-0.5 * gap**2 / np.exp(2.0 * log_width))
    log_width_bar = 2.0 * (-np.vdot(kernel_bar * kernel / t, t2) * t)
    return float(log_width_bar), float(log_noise_bar)
