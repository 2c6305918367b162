"""Products of matrices and vectors as in BLAS, updating their operands in place."""

import numpy as np

from benchmarks.kernels.kernel import Kernel


def gemm(alpha, beta, c, a, b):
    """c = alpha a b + beta c, in place."""
    c[:] = alpha * a @ b + beta * c


def gemm_loss(alpha, beta, c, a, b):
    gemm(alpha, beta, c, a, b)
    return np.sum(c * c)


def gemm_inputs(size):
    n, m, k = {"small": (3, 4, 2), "large": (200, 220, 240)}[size]
    rng = np.random.default_rng(0)
    return 1.5, 1.2, rng.random((n, m)), rng.random((n, k)), rng.random((k, m))


def two_mm(alpha, beta, a, b, c, d):
    """d = alpha a b c + beta d, in place."""
    tmp = alpha * a @ b
    d *= beta
    d += tmp @ c


def two_mm_loss(alpha, beta, a, b, c, d):
    two_mm(alpha, beta, a, b, c, d)
    return np.sum(d * d)


def two_mm_inputs(size):
    ni, nj, nk, nl = {"small": (2, 3, 2, 3), "large": (160, 180, 210, 220)}[size]
    rng = np.random.default_rng(1)
    shapes = ((ni, nk), (nk, nj), (nj, nl), (ni, nl))
    return 1.5, 1.2, *(rng.random(shape) for shape in shapes)


def three_mm(a, b, c, d):
    """(a b) (c d)."""
    e = a @ b
    f = c @ d
    return e @ f


def three_mm_loss(a, b, c, d):
    return np.mean(three_mm(a, b, c, d) ** 2)


def three_mm_inputs(size):
    ni, nj, nk, nl, nm = {"small": (2, 3, 2, 3, 2), "large": (160, 180, 200, 210, 220)}[size]
    rng = np.random.default_rng(2)
    shapes = ((ni, nk), (nk, nj), (nj, nm), (nm, nl))
    return tuple(rng.random(shape) for shape in shapes)


def gemver(alpha, beta, a, u1, v1, u2, v2, w, x, y, z):
    """Two rank-one updates and two products with the updated matrix."""
    a += np.outer(u1, v1) + np.outer(u2, v2)
    x += beta * y @ a + z
    w += alpha * a @ x


def gemver_loss(alpha, beta, a, u1, v1, u2, v2, w, x, y, z):
    gemver(alpha, beta, a, u1, v1, u2, v2, w, x, y, z)
    return w @ w + x[0]


def gemver_inputs(size):
    n = {"small": 3, "large": 600}[size]
    rng = np.random.default_rng(3)
    return 1.5, 1.2, rng.random((n, n)) / n, *(rng.random(n) for _ in range(8))


def gesummv(alpha, beta, a, b, x):
    """alpha a x + beta b x."""
    return alpha * a @ x + beta * b @ x


def gesummv_loss(alpha, beta, a, b, x):
    return np.sum(gesummv(alpha, beta, a, b, x) ** 2)


def gesummv_inputs(size):
    n = {"small": 4, "large": 600}[size]
    rng = np.random.default_rng(4)
    return 1.5, 1.2, rng.random((n, n)), rng.random((n, n)), rng.random(n)


def atax(a, x):
    """a^T a x."""
    return (a @ x) @ a


def atax_loss(a, x):
    return np.sum(np.sin(atax(a, x)))


def atax_inputs(size):
    m, n = {"small": (3, 4), "large": (500, 600)}[size]
    rng = np.random.default_rng(5)
    return rng.standard_normal((m, n)) / n, rng.standard_normal(n)


def bicg(a, p, r):
    """The two products of a step of the biconjugate gradient method."""
    return r @ a, a @ p


def bicg_loss(a, p, r):
    s, q = bicg(a, p, r)
    return s @ s + np.sum(np.sin(q))


def bicg_inputs(size):
    m, n = {"small": (3, 4), "large": (500, 600)}[size]
    rng = np.random.default_rng(6)
    return rng.standard_normal((n, m)), rng.standard_normal(m), rng.standard_normal(n)


def mvt(x1, x2, y1, y2, a):
    """Add a matrix and its transpose applied to two vectors."""
    x1 += a @ y1
    x2 += y2 @ a


def mvt_loss(x1, x2, y1, y2, a):
    mvt(x1, x2, y1, y2, a)
    return x1 @ x2


def mvt_inputs(size):
    n = {"small": 4, "large": 600}[size]
    rng = np.random.default_rng(7)
    return *(rng.random(n) for _ in range(4)), rng.random((n, n))


def doitgen(a, c4):
    """Multiply the last axis by a matrix, row by row and in place."""
    nr, nq, _ = a.shape
    for r in range(nr):
        for q in range(nq):
            a[r, q, :] = a[r, q, :] @ c4


def doitgen_loss(a, c4):
    doitgen(a, c4)
    return np.sum(a * a)


def doitgen_inputs(size):
    nr, nq, np_ = {"small": (2, 3, 3), "large": (20, 22, 60)}[size]
    rng = np.random.default_rng(8)
    return rng.random((nr, nq, np_)), rng.random((np_, np_))


def spmv(pointers, columns, values, x):
    """Product of a sparse matrix in compressed rows with a vector."""
    y = np.zeros(len(pointers) - 1, dtype=values.dtype)
    for i in range(len(pointers) - 1):
        row = slice(pointers[i], pointers[i + 1])
        y[i] = values[row] @ x[columns[row]]
    return y


def spmv_loss(pointers, columns, values, x):
    y = spmv(pointers, columns, values, x)
    return y @ y


def spmv_inputs(size):
    rows, width, per_row = {"small": (5, 6, 2), "large": (2000, 3000, 8)}[size]
    rng = np.random.default_rng(9)
    pointers = np.arange(rows + 1) * per_row
    columns = np.concatenate([rng.choice(width, per_row, replace=False) for _ in range(rows)])
    return pointers, columns, rng.random(rows * per_row), rng.random(width)


KERNELS = [
    Kernel(gemm_loss, gemm_inputs, ("alpha", "beta", "c", "a", "b")),
    Kernel(two_mm_loss, two_mm_inputs, ("alpha", "beta", "a", "b", "c", "d")),
    Kernel(three_mm_loss, three_mm_inputs, ("a", "b", "c", "d")),
    Kernel(
        gemver_loss, gemver_inputs,
        ("alpha", "beta", "a", "u1", "v1", "u2", "v2", "w", "x", "y", "z"),
    ),
    Kernel(gesummv_loss, gesummv_inputs, ("alpha", "beta", "a", "b", "x")),
    Kernel(atax_loss, atax_inputs, ("a", "x")),
    Kernel(bicg_loss, bicg_inputs, ("a", "p", "r")),
    Kernel(mvt_loss, mvt_inputs, ("x1", "x2", "y1", "y2", "a")),
    Kernel(doitgen_loss, doitgen_inputs, ("a", "c4")),
    Kernel(spmv_loss, spmv_inputs, ("values", "x")),
]  # fmt: skip
