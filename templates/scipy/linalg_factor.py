"""scipy.linalg: factorisations, eigenvalues and functions of matrices.

Factors are differentiated as they were computed: another LAPACK may turn their signs.
"""

requires = "scipy.linalg"

import numpy as np
import scipy.linalg


@composite(scipy.linalg.cholesky, "a")
def _(a, lower=False, overwrite_a=False, check_finite=True) -> y:
    unread = check_finite
    factor = np.linalg.cholesky(a)
    return factor if lower else np.conj(mT(factor))


@tangent(scipy.linalg.lu)
def _(a, permute_l=False, overwrite_a=False, check_finite=True) -> (p, l, u):
    unread = check_finite
    part = np.linalg.solve(l, mT(p) @ d[a])
    inner = mT(np.linalg.solve(mT(u), mT(part)))
    d[l] = l @ np.tril(inner, -1)
    d[u] = np.triu(inner) @ u


@tangent(scipy.linalg.lu, permute_l=True)
def _(a, permute_l=False, overwrite_a=False, check_finite=True) -> (l, u):
    unread = check_finite
    inner = mT(np.linalg.solve(mT(u), mT(np.linalg.solve(l, d[a]))))
    d[l] = l @ np.tril(inner, -1)
    d[u] = np.triu(inner) @ u


@tangent(scipy.linalg.qr)
def _(
    a, overwrite_a=False, lwork=None, mode="full", pivoting=False, check_finite=True
) -> (q, r):  # fmt: skip
    unread = check_finite
    if mode == "full":
        square = only_square(d[a])
    elif mode == "economic":
        square = d[a]
    part = mT(np.linalg.solve(mT(r), mT(square)))
    inner = np.conj(mT(q)) @ part
    low = np.tril(inner, -1)
    turn = low - np.conj(mT(low))
    if np.iscomplexobj(a):
        turn = turn + 1j * np.imag(inner) * np.eye(np.shape(r)[-1])
    d[q] = part - q @ (inner - turn)
    d[r] = (inner - turn) @ r


@linear(only_square, "a")
def _(a) -> y:
    d[a] = only_square(d[y])


@tangent(scipy.linalg.rq)
def _(a, overwrite_a=False, lwork=None, mode="full", check_finite=True) -> (r, q):
    unread = mode, check_finite
    part = np.linalg.solve(r, d[a])
    inner = part @ mT(q)
    low = np.tril(inner, -1)
    turn = low - mT(low)
    d[r] = r @ (inner - turn)
    d[q] = part - (inner - turn) @ q


@tangent(scipy.linalg.polar)
def _(a, side="right") -> (u, p):
    if side == "right":
        grown = np.conj(mT(d[a])) @ a
        moved = scipy.linalg.solve_sylvester(p, p, grown + np.conj(mT(grown)))
        d[p] = moved
        d[u] = mT(np.linalg.solve(mT(p), mT(d[a] - u @ moved)))
    else:
        grown = d[a] @ np.conj(mT(a))
        moved = scipy.linalg.solve_sylvester(p, p, grown + np.conj(mT(grown)))
        d[p] = moved
        d[u] = np.linalg.solve(p, d[a] - moved @ u)


@tangent(scipy.linalg.orthogonal_procrustes)
def _(A, B, check_finite=True) -> (R, scale):
    # R is the unitary factor of A^T B, and `scale` the trace of the other one.
    unread = check_finite
    m = mT(A) @ B
    p = mT(R) @ m
    whole = (p + mT(p)) / 2
    moved = mT(d[A]) @ B + mT(A) @ d[B]
    grown = mT(moved) @ m
    stretched = scipy.linalg.solve_sylvester(whole, whole, grown + mT(grown))
    d[R] = mT(np.linalg.solve(whole, mT(moved - R @ stretched)))
    d[scale] = np.trace(stretched)


@tangent(scipy.linalg.hessenberg)
def _(a) -> h:
    form, q = scipy.linalg.hessenberg(a, calc_q=True)
    d[h] = hessenberg_moved(form, q, d[a], False)


@linear(hessenberg_moved, "v")
def _(h, q, v, turned) -> y:
    d[v] = hessenberg_moved(h, q, d[y], not turned)


# Singular values


@tangent(scipy.linalg.svd, compute_uv=False)
def _(a, full_matrices=True, compute_uv=True) -> s:
    whole = full_matrices
    u, same, vh = np.linalg.svd(a, False)
    d[s] = np.real(np.sum(np.conj(u) * (d[a] @ np.conj(mT(vh))), axis=-2))


@tangent(scipy.linalg.svd)
def _(
    a, full_matrices=True, compute_uv=True, overwrite_a=False, check_finite=True,
    lapack_driver="gesdd",
) -> (u, s, vh):  # fmt: skip
    unread = full_matrices, check_finite, lapack_driver
    inner = np.conj(mT(u)) @ d[a] @ np.conj(mT(vh))
    even = gap_ratio((inner + np.conj(mT(inner))) / 2, s)
    odd = (inner - np.conj(mT(inner))) / 2 * pair_reciprocal(s)
    down = reciprocal_or_zero(s)
    d[s] = np.real(np.diagonal(inner, 0, -2, -1))
    d[u] = u @ (even + odd) + (d[a] @ np.conj(mT(vh)) - u @ inner) * down[..., None, :]
    d[vh] = (odd - even) @ vh + down[..., :, None] * (np.conj(mT(u)) @ d[a] - inner @ vh)


@composite(scipy.linalg.svdvals, "a")
def _(a, overwrite_a=False, check_finite=True) -> s:
    unread = check_finite
    return np.linalg.svdvals(a)


@tangent(scipy.linalg.null_space)
def _(A, rcond=None) -> y:
    # Turned within the space, a basis is as good: the one found is taken as it moves least.
    cut = rcond
    d[y] = -np.linalg.pinv(A) @ d[A] @ y


# Eigenvalues


@tangent(scipy.linalg.eigh, eigvals_only=True)
def _(
    a, b=None, *, lower=True, eigvals_only=False, overwrite_a=False, overwrite_b=False, type=1,
    check_finite=True,
) -> w:  # fmt: skip
    unread = lower, check_finite
    if b is None:
        v = np.linalg.eigh(a)[1]
        moved = (d[a] + np.conj(mT(d[a]))) / 2 @ v
    else:
        v = scipy.linalg.eigh(a, b)[1]
        weight = (d[b] + np.conj(mT(d[b]))) / 2 @ v
        moved = (d[a] + np.conj(mT(d[a]))) / 2 @ v - weight * w[..., None, :]
    d[w] = np.real(np.sum(np.conj(v) * moved, axis=-2))


@tangent(scipy.linalg.eigh)
def _(
    a, b=None, *, lower=True, eigvals_only=False, overwrite_a=False, overwrite_b=False, type=1,
    check_finite=True,
) -> (w, v):  # fmt: skip
    unread = lower, check_finite
    inner = np.conj(mT(v)) @ ((d[a] + np.conj(mT(d[a]))) / 2) @ v
    if b is None:
        d[w] = np.real(np.diagonal(inner, 0, -2, -1))
        d[v] = v @ gap_ratio(inner, w)
    else:
        # a v = w b v with v^H b v = 1
        weight = np.conj(mT(v)) @ ((d[b] + np.conj(mT(d[b]))) / 2) @ v
        own = np.real(np.diagonal(weight, 0, -2, -1))
        d[w] = np.real(np.diagonal(inner, 0, -2, -1)) - w * own
        d[v] = v @ gap_ratio(inner - weight * w[..., None, :], w) - v * own[..., None, :] / 2


@tangent(scipy.linalg.eigvalsh)
def _(
    a, b=None, *, lower=True, overwrite_a=False, overwrite_b=False, type=1, check_finite=True
) -> w:  # fmt: skip
    unread = lower, check_finite
    if b is None:
        v = np.linalg.eigh(a)[1]
        moved = (d[a] + np.conj(mT(d[a]))) / 2 @ v
    else:
        v = scipy.linalg.eigh(a, b)[1]
        weight = (d[b] + np.conj(mT(d[b]))) / 2 @ v
        moved = (d[a] + np.conj(mT(d[a]))) / 2 @ v - weight * w[..., None, :]
    d[w] = np.real(np.sum(np.conj(v) * moved, axis=-2))


@tangent(scipy.linalg.eig)
def _(a, b=None, left=False, right=True, overwrite_a=False, overwrite_b=False) -> (w, v):
    # Eigenvectors have length 1; their phase is taken as fixed.
    inner = np.linalg.solve(v, d[a] @ v)
    turned = v @ gap_ratio(inner, w)
    d[w] = np.diagonal(inner, 0, -2, -1)
    d[v] = turned - v * np.real(np.sum(np.conj(v) * turned, axis=-2, keepdims=True))


@tangent(scipy.linalg.eigvals)
def _(a, b=None, overwrite_a=False, check_finite=True) -> w:
    unread = check_finite
    v = eigenvectors_of(a, w)
    d[w] = np.diagonal(np.linalg.solve(v, d[a] @ v), 0, -2, -1)


@tangent(scipy.linalg.eigh_tridiagonal, eigvals_only=True)
def _(d, e, eigvals_only=False) -> w:
    v = scipy.linalg.eigh_tridiagonal(d, e)[1]
    side = np.diag(d[e], 1)
    d[w] = np.sum(v * ((np.diag(d[d]) + side + mT(side)) @ v), axis=0)


@tangent(scipy.linalg.eigh_tridiagonal)
def _(d, e) -> (w, v):
    side = np.diag(d[e], 1)
    inner = mT(v) @ (np.diag(d[d]) + side + mT(side)) @ v
    d[w] = np.diagonal(inner)
    d[v] = v @ gap_ratio(inner, w)


@tangent(scipy.linalg.eigvalsh_tridiagonal)
def _(d, e) -> w:
    v = scipy.linalg.eigh_tridiagonal(d, e)[1]
    side = np.diag(d[e], 1)
    d[w] = np.sum(v * ((np.diag(d[d]) + side + mT(side)) @ v), axis=0)


# Functions of matrices: that of [[a, v], [0, a]] holds the derivative along v


@tangent(scipy.linalg.expm)
def _(A) -> y:
    d[y] = matrix_function_tangent(scipy.linalg.expm, A, d[A])


@tangent(scipy.linalg.logm)
def _(A) -> y:
    d[y] = matrix_function_tangent(scipy.linalg.logm, A, d[A])


@tangent(scipy.linalg.cosm)
def _(A) -> y:
    d[y] = matrix_function_tangent(scipy.linalg.cosm, A, d[A])


@tangent(scipy.linalg.sinm)
def _(A) -> y:
    d[y] = matrix_function_tangent(scipy.linalg.sinm, A, d[A])


@tangent(scipy.linalg.tanm)
def _(A) -> y:
    d[y] = matrix_function_tangent(scipy.linalg.tanm, A, d[A])


@tangent(scipy.linalg.coshm)
def _(A) -> y:
    d[y] = matrix_function_tangent(scipy.linalg.coshm, A, d[A])


@tangent(scipy.linalg.sinhm)
def _(A) -> y:
    d[y] = matrix_function_tangent(scipy.linalg.sinhm, A, d[A])


@tangent(scipy.linalg.tanhm)
def _(A) -> y:
    d[y] = matrix_function_tangent(scipy.linalg.tanhm, A, d[A])


@tangent(scipy.linalg.fractional_matrix_power)
def _(A, t) -> y:
    d[y] = matrix_function_tangent(scipy.linalg.fractional_matrix_power, A, d[A], t)


@tangent(scipy.linalg.sqrtm)
def _(A) -> y:
    d[y] = scipy.linalg.solve_sylvester(y, y, d[A])


@tangent(scipy.linalg.expm_frechet)
def _(A, E) -> (exp, frechet):
    d[exp] = matrix_function_tangent(scipy.linalg.expm, A, d[A])
    d[frechet] = matrix_function_tangent(scipy.linalg.expm, A, d[E])
    if needs(d[A]):
        n = np.shape(A)[-1]
        moved = twin(d[A], np.zeros_like(A))
        d[frechet] += matrix_function_tangent(scipy.linalg.expm, twin(A, E), moved)[:n, n:]


@linear(matrix_function_tangent, "v")
def _(f, a, v, option=None) -> y:
    d[v] = matrix_function_tangent(f, mT(a), d[y], option)


@tangent(matrix_function_tangent)
def _(f, a, v, option=None) -> y:
    d[y] = matrix_function_tangent(f, a, d[v], option)
    if needs(d[a]):
        k = np.shape(a)[-1]
        moved = twin(d[a], np.zeros_like(a))
        d[y] += matrix_function_tangent(f, twin(a, v), moved, option)[..., :k, k:]
