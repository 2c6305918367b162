"""Matrix functions, over stacks of matrices.  Most are tangents, whose adjoints are derived."""

import numpy as np

# Systems and inverses


@linear(np.linalg.solve, "b")
def _(a, b) -> x:
    if ndim(b) != 1:
        d[b] = sum_to(np.linalg.solve(mT(a), d[x]), b)
    elif ndim(a) == 2:
        d[b] = np.linalg.solve(mT(a), d[x])
    else:
        d[b] = sum_to(np.linalg.solve(mT(a), d[x][..., None])[..., 0], b)


@tangent(np.linalg.solve)
def _(a, b) -> x:
    if ndim(b) != 1 or ndim(a) == 2:
        d[x] = np.linalg.solve(a, d[b] - d[a] @ x)
    else:
        d[x] = np.linalg.solve(a, (d[b] - (d[a] @ x[..., None])[..., 0])[..., None])[..., 0]


@tangent(np.linalg.inv)
def _(a) -> y:
    d[y] = -y @ d[a] @ y


@tangent(np.linalg.pinv)
def _(a, rcond=None, hermitian=False, *, rtol=None) -> y:
    cut = rcond, rtol
    left = y @ np.conj(mT(y)) @ np.conj(mT(d[a]))
    right = np.conj(mT(d[a])) @ np.conj(mT(y)) @ y
    d[y] = left - left @ a @ y + right - y @ a @ right - y @ d[a] @ y


@tangent(np.linalg.lstsq)
def _(a, b, rcond=None) -> (x, residues, rank, s):
    cut = rcond
    inverse = np.linalg.pinv(a)
    rest = b - a @ x
    moved = d[b] - d[a] @ x
    a_dot = np.conj(mT(d[a]))
    turned = a_dot @ (np.conj(mT(inverse)) @ x)
    d[x] = inverse @ moved + inverse @ (mT(np.conj(inverse)) @ (a_dot @ rest)) + (
        turned - inverse @ (a @ turned)
    )
    grown = np.sum(2 * np.real(np.conj(rest) * moved), axis=0)
    d[residues] = np.reshape(grown, -1)[: np.size(residues)]


# Determinants


@tangent(np.linalg.det)
def _(a) -> y:
    d[y] = np.sum(cofactors(a) * d[a], axis=(-2, -1))


@tangent(cofactors)
def _(a) -> y:
    inverse = mT(np.linalg.inv(a))
    grown = np.sum(inverse * d[a], axis=(-2, -1), keepdims=True)
    d[y] = y * grown - y @ mT(d[a]) @ inverse


@tangent(np.linalg.slogdet)
def _(a) -> (sign, logabsdet):
    grown = np.sum(mT(np.linalg.inv(a)) * d[a], axis=(-2, -1))
    if np.iscomplexobj(a):
        d[sign] = 1j * sign * np.imag(grown)
        d[logabsdet] = np.real(grown)
    else:
        d[logabsdet] = grown


# Factorisations.  Of a symmetric matrix NumPy reads one triangle; the derivative is that of
# the symmetric part, so that both triangles share the gradient.


@tangent(np.linalg.cholesky)
def _(a, /, *, upper=False) -> y:
    if upper:
        part = np.linalg.solve(mT(np.conj(y)), (d[a] + np.conj(mT(d[a]))) / 2)
        inner = np.linalg.solve(mT(np.conj(y)), np.conj(mT(part)))
        d[y] = (np.triu(inner) + np.triu(inner, 1)) / 2 @ y
    else:
        part = np.linalg.solve(y, (d[a] + np.conj(mT(d[a]))) / 2)
        inner = np.linalg.solve(y, np.conj(mT(part)))
        d[y] = y @ ((np.tril(inner) + np.tril(inner, -1)) / 2)


@tangent(np.linalg.qr)
def _(a, mode="reduced") -> (q, r):
    part = mT(np.linalg.solve(mT(r), mT(d[a])))
    inner = np.conj(mT(q)) @ part
    low = np.tril(inner, -1)
    turn = low - np.conj(mT(low))
    if np.iscomplexobj(a):
        turn = turn + 1j * np.imag(inner) * np.eye(np.shape(r)[-1])
    d[q] = part - q @ (inner - turn)
    d[r] = (inner - turn) @ r


@tangent(np.linalg.eigh)
def _(a, UPLO="L") -> (w, v):
    triangle = UPLO
    inner = np.conj(mT(v)) @ ((d[a] + np.conj(mT(d[a]))) / 2) @ v
    d[w] = np.real(np.diagonal(inner, 0, -2, -1))
    d[v] = v @ gap_ratio(inner, w)


@adjoint(np.linalg.eigh)
def _(a, UPLO="L") -> (w, v):
    # Where eigenvalues coincide and the loss does not depend on the basis, `turn` is 0.
    triangle = UPLO
    turn = mT(v) @ d[v]
    spun = gap_ratio((turn - np.conj(mT(turn))) / 2, w)
    d[a] = (np.conj(v) * d[w][..., None, :]) @ mT(v) + np.conj(v) @ spun @ mT(v)


@tangent(np.linalg.eigvalsh)
def _(a, UPLO="L") -> w:
    triangle = UPLO
    v = np.linalg.eigh(a, UPLO)[1]
    moved = (d[a] + np.conj(mT(d[a]))) / 2
    d[w] = np.real(np.sum(np.conj(v) * (moved @ v), axis=-2))


@tangent(np.linalg.eig)
def _(a) -> (w, v):
    # Eigenvectors have length 1; their phase is taken as fixed.
    inner = np.linalg.solve(v, d[a] @ v)
    turned = v @ gap_ratio(inner, w)
    d[w] = np.diagonal(inner, 0, -2, -1)
    d[v] = turned - v * np.real(np.sum(np.conj(v) * turned, axis=-2, keepdims=True))


@tangent(np.linalg.eigvals)
def _(a) -> w:
    v = np.linalg.eig(a)[1]
    d[w] = np.diagonal(np.linalg.solve(v, d[a] @ v), 0, -2, -1)


@linear(gap_ratio, "m")
def _(m, w) -> y:
    d[m] = gap_ratio(d[y], w)


@tangent(gap_ratio)
def _(m, w) -> y:
    d[y] = gap_ratio(d[m] - y * (d[w][..., None, :] - d[w][..., :, None]), w)


@tangent(np.linalg.svd)
def _(a, full_matrices=True, compute_uv=True, hermitian=False) -> (u, s, vh):
    whole = full_matrices
    inner = np.conj(mT(u)) @ d[a] @ np.conj(mT(vh))
    even = gap_ratio((inner + np.conj(mT(inner))) / 2, s)
    odd = (inner - np.conj(mT(inner))) / 2 * pair_reciprocal(s)
    down = reciprocal_or_zero(s)
    d[s] = np.real(np.diagonal(inner, 0, -2, -1))
    d[u] = u @ (even + odd) + (d[a] @ np.conj(mT(vh)) - u @ inner) * down[..., None, :]
    d[vh] = (odd - even) @ vh + down[..., :, None] * (np.conj(mT(u)) @ d[a] - inner @ vh)


@adjoint(np.linalg.svd)
def _(a, full_matrices=True, compute_uv=True, hermitian=False) -> (u, s, vh):
    # The columns that `full_matrices` adds are taken as given.
    whole = full_matrices
    n = np.shape(s)[-1]
    left, right = u[..., :, :n], vh[..., :n, :]
    of_u, of_v = np.conj(d[u][..., :, :n]), np.conj(d[vh][..., :n, :])
    of_left, of_right = np.conj(mT(left)) @ of_u, -of_v @ np.conj(mT(right))
    turn_left = (of_left - np.conj(mT(of_left))) / 2
    turn_right = (of_right - np.conj(mT(of_right))) / 2
    spun = gap_ratio(turn_left + turn_right, s)
    flat = (turn_left - turn_right) * pair_reciprocal(s)
    down = reciprocal_or_zero(s)
    grown = (left * d[s][..., None, :]) @ right
    out_left = (of_u - left @ of_left) * down[..., None, :] @ right
    out_right = left @ (down[..., :, None] * (of_v + of_right @ right))
    d[a] = np.conj(grown + left @ (spun + flat) @ right + out_left + out_right)


@tangent(np.linalg.svdvals)
def _(x, /) -> s:
    u, same, vh = np.linalg.svd(x, False)
    d[s] = np.real(np.sum(np.conj(u) * (d[x] @ np.conj(mT(vh))), axis=-2))


@tangent(pair_reciprocal)
def _(s) -> y:
    d[y] = -y * y * (d[s][..., None, :] + d[s][..., :, None])


# Powers


@tangent(np.linalg.matrix_power)
def _(a, n) -> y:
    if n < 0:
        inverse = np.linalg.inv(a)
        d[y] = matrix_power_tangent(inverse, -inverse @ d[a] @ inverse, -n)
    else:
        d[y] = matrix_power_tangent(a, d[a], n)


@linear(matrix_power_tangent, "v")
def _(a, v, n) -> y:
    d[v] = matrix_power_tangent(mT(a), d[y], n)


@tangent(matrix_power_tangent)
def _(a, v, n) -> y:
    k = np.shape(a)[-1]
    second = matrix_power_tangent(twin(a, d[a]), twin(v, np.zeros_like(v)), n)
    d[y] = matrix_power_tangent(a, d[v], n) + second[..., :k, k:]


@adjoint(matrix_power_tangent)
def _(a, v, n) -> y:
    k = np.shape(a)[-1]
    turned = twin(mT(v), np.zeros_like(v))
    d[a] = matrix_power_tangent(twin(mT(a), d[y]), turned, n)[..., :k, k:]


@tangent(twin)
def _(a, v) -> y:
    d[y] = twin(d[a], d[v])


@adjoint(twin)
def _(a, v) -> y:
    k = np.shape(a)[-1]
    d[a] = d[y][..., :k, :k] + d[y][..., k:, k:]
    d[v] = d[y][..., :k, k:]


# Norms: at 0, the subgradient of least norm, which is 0


@macro
def along(unit, x, x_dot, axis, keepdims):
    if np.iscomplexobj(x):
        return np.sum(np.real(np.conj(unit) * x_dot), axis=axis, keepdims=keepdims)
    return np.sum(unit * x_dot, axis=axis, keepdims=keepdims)


@tangent(np.linalg.norm)
def _(x, ord=None, axis=None, keepdims=False) -> y:
    size = expand_reduced(y, x, axis, keepdims)
    if ord is None or ord == "fro":
        d[y] = along(ratio(x, size), x, d[x], axis, keepdims)
    elif isinstance(axis, int) or (axis is None and ndim(x) == 1):
        if ord == 2:
            d[y] = along(ratio(x, size), x, d[x], axis, keepdims)
        elif ord == 1:
            d[y] = along(np.sign(x), x, d[x], axis, keepdims)
        elif ord == np.inf or ord == -np.inf:
            share = extreme_share(np.abs(x), y, axis, keepdims)
            d[y] = along(share * np.sign(x), x, d[x], axis, keepdims)
        elif ord != 0:
            part = ratio(np.abs(x), size) ** (ord - 1) * np.sign(x)
            d[y] = along(np.where(x == 0, 0, part), x, d[x], axis, keepdims)
    else:
        d[y] = along(matrix_norm_slope(x, ord, axis), x, d[x], axis, keepdims)


@tangent(np.linalg.vector_norm)
def _(x, /, *, axis=None, keepdims=False, ord=2) -> y:
    size = expand_reduced(y, x, axis, keepdims)
    if ord == 2:
        d[y] = along(ratio(x, size), x, d[x], axis, keepdims)
    elif ord == 1:
        d[y] = along(np.sign(x), x, d[x], axis, keepdims)
    elif ord == np.inf or ord == -np.inf:
        share = extreme_share(np.abs(x), y, axis, keepdims)
        d[y] = along(share * np.sign(x), x, d[x], axis, keepdims)
    elif ord != 0:
        part = ratio(np.abs(x), size) ** (ord - 1) * np.sign(x)
        d[y] = along(np.where(x == 0, 0, part), x, d[x], axis, keepdims)


@tangent(np.linalg.matrix_norm)
def _(x, /, *, keepdims=False, ord="fro") -> y:
    if ord == "fro":
        size = expand_reduced(y, x, (-2, -1), keepdims)
        d[y] = along(ratio(x, size), x, d[x], (-2, -1), keepdims)
    else:
        d[y] = along(matrix_norm_slope(x, ord, (-2, -1)), x, d[x], (-2, -1), keepdims)


@tangent(matrix_norm_slope)
def _(x, ord, axis=None) -> y:
    d[y] = matrix_norm_curve(x, d[x], ord, axis)


@linear(matrix_norm_curve, "v")
def _(x, v, ord, axis=None) -> y:
    d[v] = matrix_norm_curve(x, d[y], ord, axis)


@tangent(matrix_norm_curve)
def _(x, v, ord, axis=None) -> y:
    d[y] = matrix_norm_curve(x, d[v], ord, axis) + underivable(d[x], "the Hessian of a norm")


@linear(np.linalg.trace, "x")
def _(x, /, *, offset=0, dtype=None) -> y:
    precision = dtype
    d[x] = put_diagonal(np.expand_dims(d[y], -1), x, offset, -2, -1)
