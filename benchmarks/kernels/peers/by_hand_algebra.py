"""Adjoints by hand of the programs of linear algebra, with the loops of the programs."""

import numpy as np

from benchmarks.kernels import blas, data, factor, triangular


def gemm(alpha, beta, c, a, b):
    ab = a @ b
    c_bar = 2 * (alpha * ab + beta * c)
    return (
        np.sum(c_bar * ab), np.sum(c_bar * c), beta * c_bar,
        alpha * (c_bar @ b.T), alpha * (a.T @ c_bar),
    )  # fmt: skip


def two_mm(alpha, beta, a, b, c, d):
    ab = a @ b
    abc = ab @ c
    d_bar = 2 * (alpha * abc + beta * d)
    ab_bar = alpha * (d_bar @ c.T)
    return (
        np.sum(d_bar * abc), np.sum(d_bar * d), ab_bar @ b.T, a.T @ ab_bar,
        alpha * (ab.T @ d_bar), beta * d_bar,
    )  # fmt: skip


def three_mm(a, b, c, d):
    e = a @ b
    f = c @ d
    g_bar = e @ f
    g_bar *= 2.0 / g_bar.size
    e_bar = g_bar @ f.T
    f_bar = e.T @ g_bar
    return e_bar @ b.T, a.T @ e_bar, f_bar @ d.T, c.T @ f_bar


def gesummv(alpha, beta, a, b, x):
    ax, bx = a @ x, b @ x
    y_bar = 2 * (alpha * ax + beta * bx)
    a_bar = np.outer(alpha * y_bar, x)
    b_bar = np.outer(beta * y_bar, x)
    return y_bar @ ax, y_bar @ bx, a_bar, b_bar, alpha * (y_bar @ a) + beta * (y_bar @ b)


def atax(a, x):
    ax = a @ x
    y_bar = np.cos(ax @ a)
    ax_bar = a @ y_bar
    a_bar = np.outer(ax, y_bar)
    a_bar += np.outer(ax_bar, x)
    return a_bar, ax_bar @ a


def bicg(a, p, r):
    s_bar = 2 * (r @ a)
    q_bar = np.cos(a @ p)
    a_bar = np.outer(r, s_bar)
    a_bar += np.outer(q_bar, p)
    return a_bar, q_bar @ a, a @ s_bar


def mvt(x1, x2, y1, y2, a):
    x1_bar, x2_bar = x2 + y2 @ a, x1 + a @ y1
    a_bar = np.outer(x1_bar, y1)
    a_bar += np.outer(y2, x2_bar)
    return x1_bar, x2_bar, x1_bar @ a, a @ x2_bar, a_bar


def gemver(alpha, beta, a, u1, v1, u2, v2, w, x, y, z):
    a = a + np.outer(u1, v1) + np.outer(u2, v2)
    ya = y @ a
    x = x + beta * ya + z
    ax = a @ x
    w_bar = 2 * (w + alpha * ax)
    alpha_bar = w_bar @ ax
    x_bar = alpha * (w_bar @ a)
    x_bar[0] += 1.0
    beta_bar = x_bar @ ya
    y_bar = beta * (a @ x_bar)
    a_bar = np.outer(alpha * w_bar, x)
    a_bar += np.outer(beta * y, x_bar)
    return (
        alpha_bar, beta_bar, a_bar, a_bar @ v1, u1 @ a_bar, a_bar @ v2, u2 @ a_bar,
        w_bar, x_bar, y_bar, x_bar.copy(),
    )  # fmt: skip


def doitgen(a, c4):
    nr, nq, _ = a.shape
    out = a.copy()
    blas.doitgen(out, c4)
    a_bar = 2 * out
    c4_bar = np.zeros_like(c4)
    for r in range(nr - 1, -1, -1):
        for q in range(nq - 1, -1, -1):
            c4_bar += a[r, q, :, None] * a_bar[r, q]
            a_bar[r, q] = c4 @ a_bar[r, q]
    return a_bar, c4_bar


def spmv(pointers, columns, values, x):
    y_bar = 2 * blas.spmv(pointers, columns, values, x)
    values_bar, x_bar = np.empty_like(values), np.zeros_like(x)
    for i in range(len(pointers) - 1):
        row = slice(pointers[i], pointers[i + 1])
        values_bar[row] = y_bar[i] * x[columns[row]]
        np.add.at(x_bar, columns[row], y_bar[i] * values[row])
    return values_bar, x_bar


def syrk(alpha, beta, c, a):
    out = c.copy()
    triangular.syrk(alpha, beta, out, a)
    c_bar = 2 * out
    a_bar = np.zeros_like(a)
    alpha_bar = beta_bar = 0.0
    for i in range(a.shape[0] - 1, -1, -1):
        t = c_bar[i, : i + 1]
        for k in range(a.shape[1] - 1, -1, -1):
            along = t @ a[: i + 1, k]
            alpha_bar += a[i, k] * along
            a_bar[i, k] += alpha * along
            a_bar[: i + 1, k] += (alpha * a[i, k]) * t
        beta_bar += t @ c[i, : i + 1]
        t *= beta
    return alpha_bar, beta_bar, c_bar, a_bar


def trisolv(lower, x, b):
    x = x.copy()
    triangular.trisolv(lower, x, b)
    x_bar = 2 * x
    lower_bar, b_bar = np.zeros_like(lower), np.empty_like(b)
    for i in range(x.shape[0] - 1, -1, -1):
        t = x_bar[i] / lower[i, i]
        b_bar[i] = t
        lower_bar[i, :i] = -t * x[:i]
        lower_bar[i, i] = -t * x[i]
        x_bar[:i] -= t * lower[i, :i]
    return lower_bar, b_bar


def lu(a):
    a = a.copy()
    factor.lu(a)
    n = a.shape[0]
    a_bar = 2 * a
    for i in range(n - 1, -1, -1):
        for j in range(n - 1, i - 1, -1):
            t = a_bar[i, j]
            a_bar[i, :i] -= t * a[:i, j]
            a_bar[:i, j] -= t * a[i, :i]
        for j in range(i - 1, -1, -1):
            t = a_bar[i, j] / a[j, j]
            a_bar[i, j] = t
            a_bar[j, j] -= t * a[i, j]
            a_bar[i, :j] -= t * a[:j, j]
            a_bar[:j, j] -= t * a[i, :j]
    return (a_bar,)


def cholesky(a):
    a = a.copy()
    factor.cholesky(a)
    n = a.shape[0]
    a_bar = 2 * np.tril(a)
    a_bar[np.diag_indices(n)] += 1.0 / np.diag(a)
    for i in range(n - 1, -1, -1):
        a_bar[i, i] /= 2.0 * a[i, i]
        a_bar[i, :i] -= 2.0 * a_bar[i, i] * a[i, :i]
        for j in range(i - 1, -1, -1):
            t = a_bar[i, j] / a[j, j]
            a_bar[i, j] = t
            a_bar[j, j] -= t * a[i, j]
            a_bar[i, :j] -= t * a[j, :j]
            a_bar[j, :j] -= t * a[i, :j]
    return (a_bar,)


def covariance(table):
    n, m = table.shape
    centred = table.copy()
    cov_bar = np.cos(data.covariance(centred))
    table_bar = np.zeros_like(table)
    for i in range(m - 1, -1, -1):
        t = cov_bar[i, i:].copy()
        cov_bar[i, i:] = 0.0
        t += cov_bar[i:, i]
        t /= n - 1.0
        table_bar[:, i] += centred[:, i:] @ t
        table_bar[:, i:] += centred[:, i, None] * t
    table_bar -= np.mean(table_bar, axis=0)
    return (table_bar,)


def floyd_warshall(path):
    path = path.copy()
    n = path.shape[0]
    np.fill_diagonal(path, 0.0)
    shorter = []
    for k in range(n):
        for i in range(n):
            detour = path[i, k] + path[k, :]
            shorter.append(detour < path[i, :])
            path[i, :] = np.minimum(path[i, :], detour)
    path_bar = 2 * path
    for k in range(n - 1, -1, -1):
        for i in range(n - 1, -1, -1):
            # At ties, where i or k is one of the ends, both ways lead to the same entry.
            moved = np.where(shorter.pop(), path_bar[i, :], 0.0)
            path_bar[i, :] -= moved
            path_bar[i, k] += np.sum(moved)
            path_bar[k, :] += moved
    np.fill_diagonal(path_bar, 0.0)
    return (path_bar,)


ADJOINTS = {
    f.__name__: f
    for f in (
        gemm, two_mm, three_mm, gesummv, atax, bicg, mvt, gemver, doitgen, spmv, syrk, trisolv,
        lu, cholesky, covariance, floyd_warshall,
    )
}  # fmt: skip
