"""scipy.linalg: systems of equations, matrix equations and structured matrices."""

requires = "scipy.linalg"

import numpy as np
import scipy.linalg

# Dense systems.  With `assume_a` only a part of the matrix is read: of a symmetric one the
# symmetric part, as for the factorisations.


@macro
def part_read(a, assume_a):
    if assume_a is None or assume_a in ("gen", "general"):
        return a
    if assume_a in ("sym", "pos", "symmetric", "positive definite"):
        return (a + mT(a)) / 2
    if assume_a in ("her", "hermitian"):
        return (a + np.conj(mT(a))) / 2
    if assume_a == "upper triangular":
        return np.triu(a)
    if assume_a == "lower triangular":
        return np.tril(a)
    return not_differentiated(a, "this structure of a matrix")


@composite(scipy.linalg.solve, "a", "b")
def _(
    a, b, lower=False, overwrite_a=False, overwrite_b=False, check_finite=True, assume_a=None,
    transposed=False,
) -> x:  # fmt: skip
    unread = lower, check_finite
    m = part_read(a, assume_a)
    return np.linalg.solve(mT(m) if transposed else m, b)


@composite(scipy.linalg.inv, "a")
def _(a, overwrite_a=False, check_finite=True, *, assume_a=None, lower=False) -> y:
    unread = lower, check_finite
    return np.linalg.inv(part_read(a, assume_a))


@composite(scipy.linalg.det, "a")
def _(a, overwrite_a=False, check_finite=True) -> y:
    unread = check_finite
    return np.linalg.det(a)


@macro
def triangle(a, lower, unit):
    if lower:
        return np.tril(a, -1) if unit else np.tril(a)
    return np.triu(a, 1) if unit else np.triu(a)


@macro
def turned_as(m, trans):
    if trans == 0 or trans == "N":
        return m
    return np.conj(mT(m)) if trans == 2 or trans == "C" else mT(m)


@tangent(scipy.linalg.solve_triangular)
def _(
    a, b, trans=0, lower=False, unit_diagonal=False, overwrite_b=False, check_finite=True
) -> x:  # fmt: skip
    unread = check_finite
    moved = turned_as(triangle(d[a], lower, unit_diagonal), trans) @ x
    d[x] = scipy.linalg.solve_triangular(a, d[b] - moved, trans, lower, unit_diagonal)


@linear(scipy.linalg.solve_triangular, "b")
def _(
    a, b, trans=0, lower=False, unit_diagonal=False, overwrite_b=False, check_finite=True
) -> x:  # fmt: skip
    unread = check_finite
    if trans == 0 or trans == "N":
        d[b] = scipy.linalg.solve_triangular(a, d[x], 1, lower, unit_diagonal)
    elif trans == 1 or trans == "T":
        d[b] = scipy.linalg.solve_triangular(a, d[x], 0, lower, unit_diagonal)
    else:
        g = np.conj(d[x])
        d[b] = np.conj(scipy.linalg.solve_triangular(a, g, 0, lower, unit_diagonal))


@composite(scipy.linalg.lstsq, "a", "b")
def _(a, b, cond=None) -> (x, residues, rank, s):
    return np.linalg.lstsq(a, b)


@composite(scipy.linalg.pinv, "a")
def _(a, *, atol=None, rtol=None) -> y:
    return np.linalg.pinv(a)


@composite(scipy.linalg.pinvh, "a")
def _(a, atol=None, rtol=None, lower=True) -> y:
    unread = lower
    return np.linalg.pinv((a + np.conj(mT(a))) / 2)


@composite(scipy.linalg.norm, "a")
def _(a, ord=None, axis=None, keepdims=False, check_finite=True) -> y:
    unread = check_finite
    return np.linalg.norm(a, ord, axis, keepdims)


# Factors kept for later


@composite(scipy.linalg.cho_factor, "a")
def _(a, lower=False, overwrite_a=False, check_finite=True) -> c_and_lower:
    unread = check_finite
    factor = np.linalg.cholesky(a)
    return (factor if lower else np.conj(mT(factor))), lower


@composite(scipy.linalg.cho_solve, "c_and_lower", "b")
def _(c_and_lower, b, overwrite_b=False, check_finite=True) -> x:
    unread = check_finite
    c, lower = c_and_lower
    factor = lower_factor(c, lower)
    half = scipy.linalg.solve_triangular(factor, b, 0, True)
    return scipy.linalg.solve_triangular(factor, half, 2, True)


@tangent(lower_factor)
def _(c, lower) -> y:
    d[y] = lower_factor(d[c], lower)


@adjoint(lower_factor)
def _(c, lower) -> y:
    d[c] = lower_factor_back(d[y], lower)


@linear(lower_factor_back, "g")
def _(g, lower) -> y:
    d[g] = lower_factor(d[y], lower)


@tangent(scipy.linalg.lu_factor)
def _(a, overwrite_a=False, check_finite=True) -> lu_and_piv:
    unread = check_finite
    lu, piv = lu_and_piv
    low = np.tril(lu, -1) + np.eye(np.shape(lu)[-1])
    part = scipy.linalg.solve_triangular(low, pivoted(d[a], piv), 0, True, True)
    inner = mT(scipy.linalg.solve_triangular(lu, mT(part), 1))
    d[lu_and_piv] = low @ np.tril(inner, -1) + np.triu(inner) @ np.triu(lu), 0


@composite(scipy.linalg.lu_solve, "lu_and_piv", "b")
def _(lu_and_piv, b, trans=0, overwrite_b=False, check_finite=True) -> x:
    unread = check_finite
    lu, piv = lu_and_piv
    low = np.tril(lu, -1) + np.eye(np.shape(lu)[-1])
    whole = unpivoted(low @ np.triu(lu), piv)
    return np.linalg.solve(turned_as(whole, trans), b)


@linear(pivoted, "a")
def _(a, piv) -> y:
    d[a] = unpivoted(d[y], piv)


@linear(unpivoted, "a")
def _(a, piv) -> y:
    d[a] = pivoted(d[y], piv)


# Banded systems


@tangent(scipy.linalg.solve_banded)
def _(l_and_u, ab, b, overwrite_ab=False, overwrite_b=False, check_finite=True) -> x:
    unread = check_finite
    d[x] = scipy.linalg.solve_banded(l_and_u, ab, d[b] - banded_dot(l_and_u, d[ab], x))


@linear(scipy.linalg.solve_banded, "b")
def _(l_and_u, ab, b, overwrite_ab=False, overwrite_b=False, check_finite=True) -> x:
    unread = check_finite
    turned = banded_transpose(l_and_u, ab)
    d[b] = scipy.linalg.solve_banded((l_and_u[1], l_and_u[0]), turned, d[x])


@linear(banded_dot, "ab", "x")
def _(l_and_u, ab, x) -> y:
    d[ab] = banded_outer(l_and_u, d[y], x)
    d[x] = banded_dot((l_and_u[1], l_and_u[0]), banded_transpose(l_and_u, ab), d[y])


@linear(banded_outer, "g", "x")
def _(l_and_u, g, x) -> y:
    d[g] = banded_dot(l_and_u, d[y], x)
    d[x] = banded_dot((l_and_u[1], l_and_u[0]), banded_transpose(l_and_u, d[y]), g)


@linear(banded_transpose, "ab")
def _(l_and_u, ab) -> y:
    d[ab] = banded_transpose((l_and_u[1], l_and_u[0]), d[y])


@composite(scipy.linalg.solveh_banded, "ab", "b")
def _(ab, b, overwrite_ab=False, overwrite_b=False, lower=False, check_finite=True) -> x:
    unread = check_finite
    width = np.shape(ab)[0] - 1
    return scipy.linalg.solve_banded((width, width), both_bands(ab, lower), b)


@linear(both_bands, "ab")
def _(ab, lower) -> y:
    d[ab] = one_band(d[y], lower)


@linear(one_band, "g")
def _(g, lower) -> y:
    d[g] = both_bands(d[y], lower)


@linear(scipy.linalg.cho_solve_banded, "b")
def _(cb_and_lower, b, overwrite_b=False, check_finite=True) -> x:
    unread = check_finite
    d[b] = scipy.linalg.cho_solve_banded(cb_and_lower, d[x])


# Matrix equations


@tangent(scipy.linalg.solve_sylvester)
def _(a, b, q) -> x:
    d[x] = scipy.linalg.solve_sylvester(a, b, d[q] - d[a] @ x - x @ d[b])


@linear(scipy.linalg.solve_sylvester, "q")
def _(a, b, q) -> x:
    d[q] = scipy.linalg.solve_sylvester(mT(a), mT(b), d[x])


@tangent(scipy.linalg.solve_continuous_lyapunov, scipy.linalg.solve_lyapunov)
def _(a, q) -> x:
    moved = d[q] - d[a] @ x - x @ np.conj(mT(d[a]))
    d[x] = scipy.linalg.solve_continuous_lyapunov(a, moved)


@linear(scipy.linalg.solve_continuous_lyapunov, scipy.linalg.solve_lyapunov, "q")
def _(a, q) -> x:
    d[q] = scipy.linalg.solve_continuous_lyapunov(mT(a), d[x])


@tangent(scipy.linalg.solve_discrete_lyapunov)
def _(a, q, method=None) -> x:
    way = method
    moved = d[q] + d[a] @ x @ np.conj(mT(a)) + a @ x @ np.conj(mT(d[a]))
    d[x] = scipy.linalg.solve_discrete_lyapunov(a, moved)


@linear(scipy.linalg.solve_discrete_lyapunov, "q")
def _(a, q, method=None) -> x:
    way = method
    d[q] = scipy.linalg.solve_discrete_lyapunov(mT(a), d[x])


@tangent(scipy.linalg.solve_continuous_are)
def _(a, b, q, r) -> x:
    # The differential of the equation is a Lyapunov equation of the closed loop.
    gain = np.linalg.solve(r, mT(b) @ x)
    loop = a - b @ gain
    moved = x @ (d[a] - d[b] @ gain)
    moved = moved + mT(moved) + d[q] + mT(gain) @ d[r] @ gain
    d[x] = -scipy.linalg.solve_continuous_lyapunov(mT(loop), moved)


@tangent(scipy.linalg.solve_discrete_are)
def _(a, b, q, r) -> x:
    gain = np.linalg.solve(r + mT(b) @ x @ b, mT(b) @ x @ a)
    loop = a - b @ gain
    moved = mT(loop) @ x @ (d[a] - d[b] @ gain)
    moved = moved + mT(moved) + d[q] + mT(gain) @ d[r] @ gain
    d[x] = scipy.linalg.solve_discrete_lyapunov(mT(loop), moved)


# Structured matrices: entries are moved


@tangent(scipy.linalg.block_diag)
def _(*arrs) -> y:
    d[y] = scipy.linalg.block_diag(*d[arrs])


@adjoint(scipy.linalg.block_diag)
def _(*arrs) -> y:
    d[arrs] = diagonal_blocks(d[y], arrs)


@macro
def toeplitz_of(c, r):
    n = np.size(c)
    entries = np.concatenate((np.ravel(c)[::-1], np.ravel(r)[1:]))
    return np.take(entries, np.arange(n - 1, -1, -1)[:, None] + np.arange(np.size(r)))


@composite(scipy.linalg.toeplitz, "c", "r")
def _(c, r=None) -> y:
    return toeplitz_of(c, np.conj(c)) if r is None else toeplitz_of(c, r)


@composite(scipy.linalg.hankel, "c", "r")
def _(c, r=None) -> y:
    n = np.size(c)
    if r is None:
        entries = np.concatenate((np.ravel(c), np.zeros(n - 1)))
        return np.take(entries, np.arange(n)[:, None] + np.arange(n))
    entries = np.concatenate((np.ravel(c), np.ravel(r)[1:]))
    return np.take(entries, np.arange(n)[:, None] + np.arange(np.size(r)))


@composite(scipy.linalg.circulant, "c")
def _(c) -> y:
    n = np.shape(c)[-1]
    return np.take(c, (np.arange(n)[:, None] - np.arange(n)) % n, axis=-1)


@composite(scipy.linalg.solve_circulant, "c", "b")
def _(c, b) -> x:
    return np.linalg.solve(scipy.linalg.circulant(c), b)


@macro
def toeplitz_from(c_or_cr):
    if isinstance(c_or_cr, tuple):
        return toeplitz_of(c_or_cr[0], c_or_cr[1])
    return toeplitz_of(c_or_cr, np.conj(c_or_cr))


@composite(scipy.linalg.solve_toeplitz, "c_or_cr", "b")
def _(c_or_cr, b, check_finite=True) -> x:
    unread = check_finite
    return np.linalg.solve(toeplitz_from(c_or_cr), b)


@composite(scipy.linalg.matmul_toeplitz, "c_or_cr", "x")
def _(c_or_cr, x, check_finite=False, workers=None) -> y:
    unread = check_finite, workers
    return toeplitz_from(c_or_cr) @ x


@composite(scipy.linalg.companion, "a")
def _(a) -> y:
    n = np.size(a) - 1
    return np.concatenate(((-a[1:] / a[0])[None, :], np.eye(n - 1, n)))


@composite(scipy.linalg.leslie, "f", "s")
def _(f, s) -> y:
    below = np.concatenate((np.diag(s), np.zeros((np.size(s), 1))), axis=1)
    return np.concatenate((f[None, :], below))


@composite(scipy.linalg.fiedler, "a")
def _(a) -> y:
    return np.abs(a[:, None] - a)


@composite(scipy.linalg.khatri_rao, "a", "b")
def _(a, b) -> y:
    return np.reshape(a[:, None, :] * b[None, :, :], (-1, np.shape(a)[1]))


@composite(scipy.linalg.convolution_matrix, "a")
def _(a, n, mode="full") -> y:
    m = np.size(a)
    shift = np.arange(m + n - 1)[:, None] - np.arange(n)
    inside_ = (shift >= 0) & (shift < m)
    whole = np.take(a, np.where(inside_, shift, 0)) * inside_
    cut = min(n, m) - 1
    if mode == "valid":
        return whole[cut : m + n - 1 - cut]
    if mode == "same":
        return whole[cut // 2 : m + n - 1 - (cut - cut // 2)]
    return whole
