"""Factorisations of matrices, over stacks of them.

Of a symmetric matrix NumPy reads one triangle; the derivative is that of the symmetric part, so
that both triangles share the gradient.  The formulas are those of M. Giles, "Collected matrix
derivative results for forward and reverse mode algorithmic differentiation" (2008), carried over
to complex and to non-square matrices, written in the divided differences of `gap_ratio`, which
are finite for losses that do not depend on the basis of a degenerate space.
"""

import numpy as np


@macro
def hermitian_part(a):
    return (a + np.conj(mT(a))) / 2


# LAPACK makes one entry of each complex vector real, and keeps it so: how fast the columns of v
# turn in the plane of complex numbers while `moved` moves them, to be taken back.


@macro
def phases(moved, v):
    k = real_entry(v)
    size = np.sum(k * np.real(v), axis=-2, keepdims=True)
    return np.sum(k * np.imag(moved), axis=-2, keepdims=True) * reciprocal_or_zero(size)


@macro
def phases_adjoint(g, v):
    k = real_entry(v)
    size = np.sum(k * np.real(v), axis=-2, keepdims=True)
    turned = np.imag(np.sum(g * v, axis=-2, keepdims=True))
    return g - 1j * k * turned * reciprocal_or_zero(size)


@tangent(np.linalg.cholesky)
def _(a, /, *, upper=False) -> y:
    if upper:
        part = np.linalg.solve(np.conj(mT(y)), hermitian_part(d[a]))
        inner = np.linalg.solve(np.conj(mT(y)), np.conj(mT(part)))
        d[y] = (np.triu(inner) + np.triu(inner, 1)) / 2 @ y
    else:
        inverse = lower_inverse(y)
        inner = inverse @ hermitian_part(d[a]) @ np.conj(mT(inverse))
        d[y] = y @ ((np.tril(inner) + np.tril(inner, -1)) / 2)


@adjoint(np.linalg.cholesky)
def _(a, /, *, upper=False) -> y:
    if upper:
        d[a] = mT(cholesky_adjoint(mT(y), mT(d[y])))
    else:
        d[a] = cholesky_adjoint(y, d[y])


@tangent(cholesky_adjoint)
def _(lower, g) -> y:
    inverse, turned = lower_inverse(lower), np.conj(mT(lower))
    inner = turned @ np.conj(g)
    middle = np.tril(inner) + np.tril(inner, -1)
    inner_dot = np.conj(mT(np.tril(d[lower]))) @ np.conj(g) + turned @ np.conj(d[g])
    middle_dot = np.tril(inner_dot) + np.tril(inner_dot, -1)
    inverse_dot = -inverse @ np.tril(d[lower]) @ inverse
    half = np.conj(mT(inverse)) @ middle
    change = half @ inverse_dot + (
        np.conj(mT(inverse_dot)) @ middle + np.conj(mT(inverse)) @ middle_dot
    ) @ inverse
    d[y] = np.conj(hermitian_part(change)) / 2


@tangent(lower_inverse)
def _(a) -> y:
    d[y] = -y @ np.tril(d[a]) @ y


# Orthogonal and triangular: q.H @ dq is antisymmetric, dr @ inv(r) is upper triangular


@macro
def qr_turn(inner):
    low = np.tril(inner, -1)
    turn = low - np.conj(mT(low))
    if np.iscomplexobj(inner):
        return turn + 1j * np.imag(inner) * np.eye(np.shape(inner)[-1])
    return turn


@tangent(np.linalg.qr)
def _(a, mode="reduced") -> (q, r):
    k = np.shape(r)[-2]
    part = mT(np.linalg.solve(mT(r[..., :, :k]), mT(d[a][..., :, :k])))
    inner = np.conj(mT(q)) @ part
    turn = qr_turn(inner)
    d[q] = part - q @ (inner - turn)
    d[r] = np.conj(mT(q)) @ d[a] - turn @ r


# `turn` depends on part of `inner` only, and so does its transpose.


@macro
def qr_spin(spun):
    turn = np.tril(spun - np.conj(mT(spun)), -1)
    if np.iscomplexobj(spun):
        return turn + 1j * np.imag(spun) * np.eye(np.shape(spun)[-1])
    return turn


@macro
def qr_back(part, a, r):
    k = np.shape(r)[-2]
    return resized(np.conj(mT(np.linalg.solve(r[..., :, :k], np.conj(mT(part))))), a)


@adjoint(np.linalg.qr)
def _(a, mode="reduced") -> (q, r):
    of_q, of_r = np.conj(d[q]), np.conj(d[r])
    inner = np.conj(mT(q)) @ of_q
    part = of_q - q @ (inner - qr_spin(inner - of_r @ np.conj(mT(r))))
    d[a] = np.conj(q @ of_r + qr_back(part, a, r))


@tangent(np.linalg.qr, mode="r")
def _(a, mode="reduced") -> r:
    k = np.shape(r)[-2]
    q = np.linalg.qr(a)[0]
    part = mT(np.linalg.solve(mT(r[..., :, :k]), mT(d[a][..., :, :k])))
    turn = qr_turn(np.conj(mT(q)) @ part)
    d[r] = np.conj(mT(q)) @ d[a] - turn @ r


@adjoint(np.linalg.qr, mode="r")
def _(a, mode="reduced") -> r:
    of_r, q = np.conj(d[r]), np.linalg.qr(a)[0]
    d[a] = np.conj(q @ of_r - qr_back(q @ qr_spin(of_r @ np.conj(mT(r))), a, r))


@tangent(np.linalg.qr, mode="complete")
def _(a, mode="reduced") -> (q, r):
    k = min(np.shape(a)[-2], np.shape(a)[-1])
    near, far = q[..., :, :k], q[..., :, k:]
    part = mT(np.linalg.solve(mT(r[..., :k, :k]), mT(d[a][..., :, :k])))
    inner = np.conj(mT(near)) @ part
    turn = qr_turn(inner)
    moved = part - near @ (inner - turn)
    d[q] = np.concatenate((moved, moved_along(-near @ np.conj(mT(moved)) @ far, far)), axis=-1)
    top = np.conj(mT(near)) @ d[a] - turn @ r[..., :k, :]
    d[r] = np.concatenate((top, np.zeros_like(r[..., k:, :])), axis=-2)


# Eigenvalues


@tangent(np.linalg.eigh)
def _(a, UPLO="L") -> (w, v):
    triangle = UPLO
    inner = np.conj(mT(v)) @ hermitian_part(d[a]) @ v
    moved = v @ gap_ratio(inner, w)
    d[w] = np.real(np.diagonal(inner, 0, -2, -1))
    d[v] = moved - 1j * v * phases(moved, v) if np.iscomplexobj(v) else moved


@adjoint(np.linalg.eigh)
def _(a, UPLO="L") -> (w, v):
    # Where eigenvalues coincide and the loss does not depend on the basis, `turn` is 0.
    triangle = UPLO
    turn = mT(v) @ (phases_adjoint(d[v], v) if np.iscomplexobj(v) else d[v])
    spun = gap_ratio((turn - np.conj(mT(turn))) / 2, w)
    of_w = np.real(d[w]) if np.iscomplexobj(v) else d[w]
    d[a] = (np.conj(v) * of_w[..., None, :]) @ mT(v) + np.conj(v) @ spun @ mT(v)


@tangent(np.linalg.eigvalsh)
def _(a, UPLO="L") -> w:
    v = np.linalg.eigh(a, UPLO)[1]
    d[w] = np.real(np.sum(np.conj(v) * (hermitian_part(d[a]) @ v), axis=-2))


@tangent(np.linalg.eig)
def _(a) -> (w, v):
    inner = np.linalg.solve(v, d[a] @ v)
    turned = v @ gap_ratio(inner, w)
    moved = turned - v * np.real(np.sum(np.conj(v) * turned, axis=-2, keepdims=True))
    d[w] = np.diagonal(inner, 0, -2, -1)
    d[v] = moved - 1j * v * phases(moved, v) if np.iscomplexobj(v) else moved


@tangent(np.linalg.eigvals)
def _(a) -> w:
    v = np.linalg.eig(a)[1]
    d[w] = np.diagonal(np.linalg.solve(v, d[a] @ v), 0, -2, -1)


# Singular values.  The bases that `full_matrices` adds move with the spaces that they complete.


@tangent(np.linalg.svd)
def _(a, full_matrices=True, compute_uv=True, hermitian=False) -> (u, s, vh):
    n = np.shape(s)[-1]
    left, right = u[..., :, :n], vh[..., :n, :]
    move = hermitian_part(d[a]) if hermitian else d[a]
    inner = np.conj(mT(left)) @ move @ np.conj(mT(right))
    even = gap_ratio(hermitian_part(inner), s)
    odd = (inner - np.conj(mT(inner))) / 2 * pair_reciprocal(s)
    down = reciprocal_or_zero(s)
    left_dot = left @ (even + odd) + (move @ np.conj(mT(right)) - left @ inner) * down[..., None, :]
    right_dot = (odd - even) @ right + down[..., :, None] * (
        np.conj(mT(left)) @ move - inner @ right
    )
    if np.iscomplexobj(u):
        spin = 1j * phases(svd_columns(left_dot, right_dot, n), svd_columns(u, vh, n))
        left_moved = left_dot - left * spin
        right_moved = right_dot + mT(spin) * right
    else:
        left_moved, right_moved = left_dot, right_dot
    d[s] = np.real(np.diagonal(inner, 0, -2, -1))
    if full_matrices:
        far_u, far_v = u[..., :, n:], vh[..., n:, :]
        slope = left * down[..., None, :]
        u_dot = -slope @ right @ np.conj(mT(move)) @ far_u
        v_dot = -far_v @ np.conj(mT(move)) @ slope @ right
        d[u] = np.concatenate((left_moved, u_dot), axis=-1)
        d[vh] = np.concatenate((right_moved, v_dot), axis=-2)
    else:
        d[u] = left_moved
        d[vh] = right_moved


@macro
def svd_bar(of_u, of_s, of_v, left, s, right):
    of_left, of_right = np.conj(mT(left)) @ of_u, -of_v @ np.conj(mT(right))
    turn_left = (of_left - np.conj(mT(of_left))) / 2
    turn_right = (of_right - np.conj(mT(of_right))) / 2
    spun = gap_ratio(turn_left + turn_right, s)
    flat = (turn_left - turn_right) * pair_reciprocal(s)
    down = reciprocal_or_zero(s)
    grown = (left * of_s[..., None, :]) @ right
    out_left = (of_u - left @ of_left) * down[..., None, :] @ right
    out_right = left @ (down[..., :, None] * (of_v + of_right @ right))
    return grown + left @ (spun + flat) @ right + out_left + out_right


@adjoint(np.linalg.svd)
def _(a, full_matrices=True, compute_uv=True, hermitian=False) -> (u, s, vh):
    n = np.shape(s)[-1]
    left, right = u[..., :, :n], vh[..., :n, :]
    if np.iscomplexobj(u):
        m = np.shape(u)[-2]
        whole = phases_adjoint(svd_columns(d[u], d[vh], n), svd_columns(u, vh, n))
        of_u, of_v = np.conj(whole[..., :m, :]), mT(whole[..., m:, :])
        total = svd_bar(of_u, np.real(d[s]), of_v, left, s, right)
    else:
        total = svd_bar(d[u][..., :, :n], d[s], d[vh][..., :n, :], left, s, right)
    if full_matrices:
        slope = (left * reciprocal_or_zero(s)[..., None, :]) @ right
        far_u, far_v = u[..., :, n:], vh[..., n:, :]
        of_far_u = basis_free(np.conj(d[u][..., :, n:]), far_u)
        of_far_v = basis_free(mT(d[vh][..., n:, :]), np.conj(mT(far_v)))
        out_far = far_u @ np.conj(mT(of_far_u)) @ slope + slope @ of_far_v @ far_v
        bar = np.conj(total - out_far)
    else:
        bar = np.conj(total)
    d[a] = hermitian_part(bar) if hermitian else bar


@tangent(np.linalg.svd, compute_uv=False)
def _(a, full_matrices=True, compute_uv=True, hermitian=False) -> s:
    whole = full_matrices
    move = hermitian_part(d[a]) if hermitian else d[a]
    u, same, vh = np.linalg.svd(a, False, hermitian=hermitian)
    d[s] = np.real(np.sum(np.conj(u) * (move @ np.conj(mT(vh))), axis=-2))


@tangent(np.linalg.svdvals)
def _(x, /) -> s:
    u, same, vh = np.linalg.svd(x, False)
    d[s] = np.real(np.sum(np.conj(u) * (d[x] @ np.conj(mT(vh))), axis=-2))


# Their parts


@linear(gap_ratio, "m")
def _(m, w) -> y:
    d[m] = gap_ratio(d[y], w)


@tangent(gap_ratio)
def _(m, w) -> y:
    d[y] = gap_ratio(d[m] - y * (d[w][..., None, :] - d[w][..., :, None]), w)


@tangent(pair_reciprocal)
def _(s) -> y:
    d[y] = -y * y * (d[s][..., None, :] + d[s][..., :, None])


@tangent(svd_columns)
def _(u, vh, n) -> y:
    d[y] = svd_columns(d[u], d[vh], n)


@adjoint(svd_columns)
def _(u, vh, n) -> y:
    rows = np.shape(u)[-2]
    d[u] = resized(d[y][..., :rows, :], u)
    d[vh] = resized(np.conj(mT(d[y][..., rows:, :])), vh)


@linear(basis_free, "g")
def _(g, v) -> y:
    d[g] = d[y]


@linear(moved_along, "m")
def _(m, v) -> y:
    d[m] = np.conj(basis_free(np.conj(d[y]), v))


constant(real_entry)
