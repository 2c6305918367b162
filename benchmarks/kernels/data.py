"""Data mining, images, graphs: statistics of columns, a recursive filter, shortest paths."""

import numpy as np

from benchmarks.kernels.kernel import Kernel


def covariance(data):
    """Covariances of the columns; the data are centred in place."""
    n, m = data.shape
    data -= np.mean(data, axis=0)
    cov = np.zeros((m, m), dtype=data.dtype)
    for i in range(m):
        cov[i:, i] = data[:, i] @ data[:, i:] / (n - 1.0)
        cov[i, i:] = cov[i:, i]
    return cov


def covariance_loss(data):
    return np.sum(np.sin(covariance(data)))


def covariance_inputs(size):
    n, m = {"small": (5, 3), "large": (200, 100)}[size]
    return (np.random.default_rng(0).standard_normal((n, m)),)


def correlation(data):
    """Correlations of the columns; the data are standardised in place."""
    n, m = data.shape
    data -= np.mean(data, axis=0)
    std = np.sqrt(np.mean(data * data, axis=0))
    std[std <= 0.1] = 1.0
    data /= np.sqrt(n) * std
    corr = np.eye(m, dtype=data.dtype)
    for i in range(m - 1):
        corr[i + 1 :, i] = corr[i, i + 1 :] = data[:, i] @ data[:, i + 1 :]
    return corr


def correlation_loss(data):
    return np.sum(np.sin(correlation(data)))


def correlation_inputs(size):
    n, m = {"small": (5, 4), "large": (200, 100)}[size]
    data = np.random.default_rng(1).standard_normal((n, m))
    data[:, 1] *= 0.01  # its deviation counts as none
    return (data,)


def deriche(alpha, image):
    """Recursive edge-preserving filter: two passes along the rows, two down the columns."""
    k = (1.0 - np.exp(-alpha)) ** 2 / (1.0 + 2.0 * alpha * np.exp(-alpha) - np.exp(2.0 * alpha))
    a1 = k
    a2 = k * np.exp(-alpha) * (alpha - 1.0)
    a3 = k * np.exp(-alpha) * (alpha + 1.0)
    a4 = -k * np.exp(-2.0 * alpha)
    b1 = 2.0 ** (-alpha)
    b2 = -np.exp(-2.0 * alpha)

    height, width = image.shape
    y1 = np.zeros_like(image)
    y1[:, 0] = a1 * image[:, 0]
    y1[:, 1] = a1 * image[:, 1] + a2 * image[:, 0] + b1 * y1[:, 0]
    for j in range(2, width):
        y1[:, j] = a1 * image[:, j] + a2 * image[:, j - 1] + b1 * y1[:, j - 1] + b2 * y1[:, j - 2]
    y2 = np.zeros_like(image)
    y2[:, -2] = a3 * image[:, -1]
    for j in range(width - 3, -1, -1):
        y2[:, j] = a3 * image[:, j + 1] + a4 * image[:, j + 2]
        y2[:, j] += b1 * y2[:, j + 1] + b2 * y2[:, j + 2]
    rows = y1 + y2

    y1[0, :] = a1 * rows[0, :]
    y1[1, :] = a1 * rows[1, :] + a2 * rows[0, :] + b1 * y1[0, :]
    for i in range(2, height):
        y1[i, :] = a1 * rows[i, :] + a2 * rows[i - 1, :] + b1 * y1[i - 1, :] + b2 * y1[i - 2, :]
    y2[-1, :] = 0.0
    y2[-2, :] = a3 * rows[-1, :]
    for i in range(height - 3, -1, -1):
        y2[i, :] = a3 * rows[i + 1, :] + a4 * rows[i + 2, :] + b1 * y2[i + 1, :] + b2 * y2[i + 2, :]
    return y1 + y2


def deriche_loss(alpha, image):
    filtered = deriche(alpha, image)
    return np.sum(filtered * filtered)


def deriche_inputs(size):
    height, width = {"small": (5, 6), "large": (200, 220)}[size]
    return 0.25, np.random.default_rng(2).random((height, width))


def floyd_warshall(path):
    """Lengths of all shortest paths, relaxed in place."""
    n = path.shape[0]
    np.fill_diagonal(path, 0.0)
    for k in range(n):
        for i in range(n):
            path[i, :] = np.minimum(path[i, :], path[i, k] + path[k, :])


def floyd_warshall_loss(path):
    floyd_warshall(path)
    return np.sum(path * path)


def floyd_warshall_inputs(size):
    n = {"small": 5, "large": 60}[size]
    return (np.random.default_rng(3).uniform(0.1, 3.0, (n, n)),)


KERNELS = [
    Kernel(covariance_loss, covariance_inputs, ("data",)),
    Kernel(correlation_loss, correlation_inputs, ("data",), analytic=False),
    Kernel(deriche_loss, deriche_inputs, ("alpha", "image")),
    Kernel(floyd_warshall_loss, floyd_warshall_inputs, ("path",), analytic=False),
]
