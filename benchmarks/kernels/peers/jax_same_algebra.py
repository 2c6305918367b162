"""Matrices and what factors them, for JAX, with the algorithm of the program. Imports JAX.

A loop is a scan. What it only reads or writes line by line goes through it line by line; what a
later turn reads again is carried. Lengths are static in JAX, so a slice that grows is a mask.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


def gemm(alpha, beta, c, a, b):
    c = alpha * a @ b + beta * c
    return jnp.sum(c * c)


def two_mm(alpha, beta, a, b, c, d):
    d = alpha * a @ b @ c + beta * d
    return jnp.sum(d * d)


def three_mm(a, b, c, d):
    return jnp.mean(((a @ b) @ (c @ d)) ** 2)


def gemver(alpha, beta, a, u1, v1, u2, v2, w, x, y, z):
    a = a + jnp.outer(u1, v1) + jnp.outer(u2, v2)
    x = x + beta * (y @ a) + z
    w = w + alpha * (a @ x)
    return w @ w + x[0]


def gesummv(alpha, beta, a, b, x):
    return jnp.sum((alpha * (a @ x) + beta * (b @ x)) ** 2)


def atax(a, x):
    return jnp.sum(jnp.sin((a @ x) @ a))


def bicg(a, p, r):
    s, q = r @ a, a @ p
    return s @ s + jnp.sum(jnp.sin(q))


def mvt(x1, x2, y1, y2, a):
    return (x1 + a @ y1) @ (x2 + y2 @ a)


def doitgen(a, c4):
    a = lax.map(lambda plane: lax.map(lambda line: line @ c4, plane), a)
    return jnp.sum(a * a)


def spmv(pointers, columns, values, x):
    # All rows have as many entries as the longest one, those too many are zero.
    lengths = np.diff(pointers)
    turn = np.arange(lengths.max())
    held = turn < lengths[:, None]
    places = np.where(held, pointers[:-1, None] + turn, 0)
    values, columns = jnp.where(held, values[places], 0.0), columns[places]
    y = lax.map(jax.checkpoint(lambda row: row[0] @ x[row[1]]), (values, columns))
    return y @ y


def syrk(alpha, beta, c, a):
    n = len(a)

    def row(operands):
        i, c_i, a_i = operands

        def add(c_i, column):
            a_ik, a_k = column
            return c_i + a_ik * a_k, None

        new, _ = lax.scan(add, beta * c_i, (alpha * a_i, a.T))
        return jnp.where(jnp.arange(n) <= i, new, c_i)

    c = lax.map(row, (jnp.arange(n), c, a))
    return jnp.sum(c * c)


def syr2k(alpha, beta, c, a, b):
    n = len(a)

    def row(operands):
        i, c_i, a_i, b_i = operands

        def add(c_i, column):
            a_ik, b_ik, a_k, b_k = column
            return c_i + a_k * b_ik + b_k * a_ik, None

        new, _ = lax.scan(add, beta * c_i, (alpha * a_i, alpha * b_i, a.T, b.T))
        return jnp.where(jnp.arange(n) <= i, new, c_i)

    c = lax.map(row, (jnp.arange(n), c, a, b))
    return jnp.sum(c * c)


def symm(alpha, beta, c, a, b):
    rows = b.T

    def step(columns, operands):
        i, a_i, a_ii, b_i = operands

        def column(operands):
            c_j, b_j, b_ij = operands
            return c_j + b_ij * a_i, b_j @ a_i

        columns, temp = lax.map(column, (columns, rows, alpha * b_i))
        return columns.at[:, i].add(alpha * b_i * a_ii + alpha * temp), None

    below, diagonal = jnp.tril(a, -1), jnp.diagonal(a)
    columns, _ = lax.scan(step, beta * c.T, (jnp.arange(len(a)), below, diagonal, b))
    return jnp.sum(columns * columns)


def trmm(alpha, a, b):
    # A row reads only rows after it, which are still as they were.
    columns = b.T

    def row(operands):
        a_i, b_i = operands
        return lax.map(lambda entry: entry[0] + a_i @ entry[1], (b_i, columns))

    b = alpha * lax.map(row, (jnp.tril(a, -1).T, b))
    return jnp.sum(b * b)


def trisolv(lower, x, b):
    x = forward(jnp.tril(lower, -1), jnp.diagonal(lower), b)
    return jnp.sum(x * x)


def forward(lower, diagonal, b, reverse=False):
    """Substitution; the triangle comes with its diagonal apart."""

    def step(x, row):
        i, line, pivot, b_i = row
        return x.at[i].set((b_i - line @ x) / pivot), None

    rows = jnp.arange(len(b)), lower, diagonal, b
    return lax.scan(step, jnp.zeros_like(b), rows, reverse=reverse)[0]


def factors(a):
    """Both triangular factors in the place of a matrix."""
    number = jnp.arange(len(a))

    def step(a, i):
        # The entries of a row use those of the columns above them, up to the diagonal.
        columns = jnp.where(number < i, jnp.tril(a.T, -1), 0.0)
        pivots = jnp.where(number < i, jnp.diagonal(a), 1.0)

        def entry(row, operands):
            j, column, pivot = operands
            return row.at[j].set((row[j] - row @ column) / pivot), None

        row, _ = lax.scan(entry, a[i], (number, columns, pivots))
        return a.at[i].set(row), None

    return lax.scan(step, a, number)[0]


def lu(a):
    a = factors(a)
    return jnp.sum(a * a)


def ludcmp(a, b):
    a = factors(a)
    y = forward(jnp.tril(a, -1), jnp.ones(len(b)), b)
    x = forward(jnp.triu(a, 1), jnp.diagonal(a), y, reverse=True)
    return x @ x


def cholesky(a):
    number = jnp.arange(len(a))

    def step(a, i):
        def entry(row, operands):
            j, other, pivot = operands
            return row.at[j].set((row[j] - row @ other) / pivot), None

        old = a[i]
        row, _ = lax.scan(entry, old, (number, jnp.tril(a, -1), jnp.diagonal(a)))
        row = jnp.where(number < i, row, 0.0)
        root = jnp.sqrt(old[i] - row @ row)
        return a.at[i].set(jnp.where(number > i, old, row).at[i].set(root)), None

    a, _ = lax.scan(step, a, number)
    return jnp.sum(jnp.tril(a) ** 2) + jnp.sum(jnp.log(jnp.diagonal(a)))


def durbin(r):
    n = len(r)
    blank = jnp.zeros_like(r)
    turned = jnp.concatenate([jnp.flip(r), blank])

    def step(state, k):
        y, alpha, beta = state
        beta = beta * (1.0 - alpha * alpha)
        alpha = -(r[k] + lax.dynamic_slice_in_dim(turned, n - k, n) @ y) / beta
        back = lax.dynamic_slice_in_dim(jnp.concatenate([jnp.flip(y), blank]), n - k, n)
        return ((y + alpha * back).at[k].set(alpha), alpha, beta), None

    start = blank.at[0].set(-r[0]), -r[0], 1.0
    (y, _, _), _ = lax.scan(jax.checkpoint(step), start, jnp.arange(1, n))
    return y @ y


def gramschmidt(a):
    number = jnp.arange(a.shape[1])

    def step(columns, k):
        a_k = columns[k]
        norm = jnp.sqrt(a_k @ a_k)
        q = a_k / norm

        def column(operands):
            later, a_j = operands
            r_kj = jnp.where(later, q @ a_j, 0.0)
            return r_kj, a_j - q * r_kj

        r, columns = lax.map(column, (number > k, columns))
        return columns, (q, r.at[k].set(norm))

    _, (q, r) = lax.scan(step, a.T, number)
    return jnp.sum(r * r * r) + jnp.sum(jnp.sin(q))


def covariance(data):
    n, _ = data.shape
    data = data - jnp.mean(data, axis=0)
    upper = jnp.triu(lax.map(lambda column: column @ data / (n - 1.0), data.T))
    return jnp.sum(jnp.sin(upper + jnp.triu(upper, 1).T))


def correlation(data):
    n, m = data.shape
    data = data - jnp.mean(data, axis=0)
    std = jnp.sqrt(jnp.mean(data * data, axis=0))
    data = data / (jnp.sqrt(n) * jnp.where(std <= 0.1, 1.0, std))
    upper = jnp.triu(lax.map(lambda column: column @ data, data.T), 1)
    return jnp.sum(jnp.sin(jnp.eye(m) + upper + upper.T))


def floyd_warshall(path):
    # The k-th row stays as it is in the k-th turn: the way from k to k is of length 0.
    path = jnp.fill_diagonal(path, 0.0, inplace=False)

    def step(path, k):
        onward = path[k]
        return lax.map(lambda row: jnp.minimum(row, row[k] + onward), path), None

    path, _ = lax.scan(step, path, jnp.arange(len(path)))
    return jnp.sum(path * path)


REWRITES = (
    gemm, two_mm, three_mm, gemver, gesummv, atax, bicg, mvt, doitgen, spmv, syrk, syr2k, symm,
    trmm, trisolv, lu, ludcmp, cholesky, durbin, gramschmidt, covariance, correlation,
    floyd_warshall,
)  # fmt: skip
