"""Factorisations that overwrite their argument, and what is solved with them."""

import numpy as np

from benchmarks.kernels.kernel import Kernel


def diagonally_dominant(n, seed):
    """A matrix that needs no pivoting."""
    return np.random.default_rng(seed).random((n, n)) / n + 2.0 * np.eye(n)


def lu(a):
    """Overwrite a with its factors: ones on the diagonal of the lower one, not stored."""
    n = a.shape[0]
    for i in range(n):
        for j in range(i):
            a[i, j] -= a[i, :j] @ a[:j, j]
            a[i, j] /= a[j, j]
        for j in range(i, n):
            a[i, j] -= a[i, :i] @ a[:i, j]


def lu_loss(a):
    lu(a)
    return np.sum(a * a)


def lu_inputs(size):
    return (diagonally_dominant({"small": 4, "large": 60}[size], 0),)


def ludcmp(a, b):
    """Solve a x = b: factors in place, then both substitutions."""
    n = a.shape[0]
    lu(a)
    y = np.zeros_like(b)
    for i in range(n):
        y[i] = b[i] - a[i, :i] @ y[:i]
    x = np.zeros_like(b)
    for i in range(n - 1, -1, -1):
        x[i] = (y[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
    return x


def ludcmp_loss(a, b):
    x = ludcmp(a, b)
    return x @ x


def ludcmp_inputs(size):
    n = {"small": 4, "large": 60}[size]
    return diagonally_dominant(n, 1), np.random.default_rng(2).random(n)


def cholesky(a):
    """Overwrite the lower half of a with its Cholesky factor."""
    for i in range(a.shape[0]):
        for j in range(i):
            a[i, j] -= a[i, :j] @ a[j, :j]
            a[i, j] /= a[j, j]
        a[i, i] -= a[i, :i] @ a[i, :i]
        a[i, i] = np.sqrt(a[i, i])


def cholesky_loss(a):
    cholesky(a)
    return np.sum(np.tril(a) ** 2) + np.sum(np.log(np.diag(a)))


def cholesky_inputs(size):
    n = {"small": 4, "large": 80}[size]
    half = np.random.default_rng(3).random((n, n))
    return (half @ half.T / n + np.eye(n),)


def durbin(r):
    """Solve the Yule-Walker equations of a Toeplitz matrix recursively."""
    y = np.zeros_like(r)
    y[0] = -r[0]
    alpha = -r[0]
    beta = 1.0
    for k in range(1, r.shape[0]):
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + np.flip(r[:k]) @ y[:k]) / beta
        y[:k] += alpha * np.flip(y[:k])
        y[k] = alpha
    return y


def durbin_loss(r):
    y = durbin(r)
    return y @ y


def durbin_inputs(size):
    n = {"small": 6, "large": 400}[size]
    return (0.5 ** np.arange(1.0, n + 1) + 0.1 * np.cos(np.arange(n)) / n,)


def gramschmidt(a):
    """Orthonormalise the columns of a, which are used up."""
    n = a.shape[1]
    q = np.zeros_like(a)
    r = np.zeros((n, n), dtype=a.dtype)
    for k in range(n):
        r[k, k] = np.sqrt(a[:, k] @ a[:, k])
        q[:, k] = a[:, k] / r[k, k]
        for j in range(k + 1, n):
            r[k, j] = q[:, k] @ a[:, j]
            a[:, j] -= q[:, k] * r[k, j]
    return q, r


def gramschmidt_loss(a):
    q, r = gramschmidt(a)
    return np.sum(r * r * r) + np.sum(np.sin(q))


def gramschmidt_inputs(size):
    m, n = {"small": (5, 3), "large": (120, 40)}[size]
    return (np.random.default_rng(4).random((m, n)) + np.eye(m, n),)


KERNELS = [
    Kernel(lu_loss, lu_inputs, ("a",)),
    Kernel(ludcmp_loss, ludcmp_inputs, ("a", "b")),
    Kernel(cholesky_loss, cholesky_inputs, ("a",)),
    Kernel(durbin_loss, durbin_inputs, ("r",)),
    Kernel(gramschmidt_loss, gramschmidt_inputs, ("a",)),
]
