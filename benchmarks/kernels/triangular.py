"""Triangular and symmetric matrices: only one half is read or written."""

import numpy as np

from benchmarks.kernels.kernel import Kernel


def syrk(alpha, beta, c, a):
    """The lower half of c = alpha a a^T + beta c, row by row."""
    for i in range(a.shape[0]):
        c[i, : i + 1] *= beta
        for k in range(a.shape[1]):
            c[i, : i + 1] += alpha * a[i, k] * a[: i + 1, k]


def syrk_loss(alpha, beta, c, a):
    syrk(alpha, beta, c, a)
    return np.sum(c * c)


def syrk_inputs(size):
    n, m = {"small": (4, 3), "large": (60, 40)}[size]
    rng = np.random.default_rng(0)
    return 1.5, 1.2, rng.random((n, n)), rng.random((n, m))


def syr2k(alpha, beta, c, a, b):
    """The lower half of c = alpha (a b^T + b a^T) + beta c, row by row."""
    for i in range(a.shape[0]):
        c[i, : i + 1] *= beta
        for k in range(a.shape[1]):
            c[i, : i + 1] += a[: i + 1, k] * alpha * b[i, k] + b[: i + 1, k] * alpha * a[i, k]


def syr2k_loss(alpha, beta, c, a, b):
    syr2k(alpha, beta, c, a, b)
    return np.sum(c * c)


def syr2k_inputs(size):
    n, m = {"small": (4, 3), "large": (60, 40)}[size]
    rng = np.random.default_rng(1)
    return 1.5, 1.2, rng.random((n, n)), rng.random((n, m)), rng.random((n, m))


def symm(alpha, beta, c, a, b):
    """c = alpha a b + beta c for a symmetric a of which only the lower half is stored."""
    temp = np.zeros(b.shape[1], dtype=b.dtype)
    c *= beta
    for i in range(c.shape[0]):
        for j in range(c.shape[1]):
            c[:i, j] += alpha * b[i, j] * a[i, :i]
            temp[j] = b[:i, j] @ a[i, :i]
        c[i, :] += alpha * b[i, :] * a[i, i] + alpha * temp


def symm_loss(alpha, beta, c, a, b):
    symm(alpha, beta, c, a, b)
    return np.sum(c * c)


def symm_inputs(size):
    m, n = {"small": (4, 3), "large": (40, 50)}[size]
    rng = np.random.default_rng(2)
    return 1.5, 1.2, rng.random((m, n)), rng.random((m, m)), rng.random((m, n))


def trmm(alpha, a, b):
    """b = alpha a^T b for a lower triangular a with ones on its diagonal, in place."""
    for i in range(b.shape[0]):
        for j in range(b.shape[1]):
            b[i, j] += a[i + 1 :, i] @ b[i + 1 :, j]
    b *= alpha


def trmm_loss(alpha, a, b):
    trmm(alpha, a, b)
    return np.sum(b * b)


def trmm_inputs(size):
    m, n = {"small": (4, 3), "large": (40, 50)}[size]
    rng = np.random.default_rng(3)
    return 1.5, rng.random((m, m)), rng.random((m, n))


def trisolv(lower, x, b):
    """Forward substitution into x."""
    for i in range(x.shape[0]):
        x[i] = (b[i] - lower[i, :i] @ x[:i]) / lower[i, i]


def trisolv_loss(lower, x, b):
    trisolv(lower, x, b)
    return np.sum(x * x)


def trisolv_inputs(size):
    n = {"small": 5, "large": 400}[size]
    rng = np.random.default_rng(4)
    lower = np.tril(rng.random((n, n))) / n + np.eye(n)
    return lower, np.zeros(n), rng.random(n)


KERNELS = [
    Kernel(syrk_loss, syrk_inputs, ("alpha", "beta", "c", "a")),
    Kernel(syr2k_loss, syr2k_inputs, ("alpha", "beta", "c", "a", "b")),
    Kernel(symm_loss, symm_inputs, ("alpha", "beta", "c", "a", "b")),
    Kernel(trmm_loss, trmm_inputs, ("alpha", "a", "b")),
    Kernel(trisolv_loss, trisolv_inputs, ("lower", "b")),
]
