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
    # Golub and Pereyra (1973): also where the rank is deficient, as long as it stays the same.
    cut = rcond, rtol
    move = (d[a] + np.conj(mT(d[a]))) / 2 if hermitian else d[a]
    left = y @ np.conj(mT(y)) @ np.conj(mT(move))
    right = np.conj(mT(move)) @ np.conj(mT(y)) @ y
    d[y] = left - left @ a @ y + right - y @ a @ right - y @ move @ y


@tangent(np.linalg.lstsq)
def _(a, b, rcond=None) -> (x, residues, rank, s):
    inverse = np.linalg.pinv(a, lstsq_cut(a, rcond))
    rest = b - a @ x
    moved = d[b] - d[a] @ x
    a_dot = np.conj(mT(d[a]))
    turned = a_dot @ (np.conj(mT(inverse)) @ x)
    d[x] = inverse @ moved + inverse @ (mT(np.conj(inverse)) @ (a_dot @ rest)) + (
        turned - inverse @ (a @ turned)
    )
    grown = np.sum(2 * np.real(np.conj(rest) * moved), axis=0)
    d[residues] = np.reshape(grown, -1)[: np.size(residues)]
    u, same, vh = np.linalg.svd(a, False)
    d[s] = np.real(np.sum(np.conj(u) * (d[a] @ np.conj(mT(vh))), axis=-2))


@tangent(np.linalg.tensorinv)
def _(a, ind=2) -> y:
    d[y] = -np.tensordot(np.tensordot(y, d[a], ind), y, ndim(a) - ind)


@tangent(np.linalg.tensorsolve)
def _(a, b, axes=None) -> x:
    order, n = solve_order(ndim(a), axes), np.size(b)
    move = np.reshape(np.transpose(d[a], order), (n, n)) @ np.ravel(x)
    matrix = np.reshape(np.transpose(a, order), (n, n))
    d[x] = np.reshape(np.linalg.solve(matrix, np.ravel(d[b]) - move), np.shape(x))


# Determinants


@macro
def for_each(g, a):
    return g if ndim(a) == 2 else np.expand_dims(g, (-2, -1))



@tangent(np.linalg.det)
def _(a) -> y:
    d[y] = np.sum(cofactors(a) * d[a], axis=(-2, -1))


@adjoint(np.linalg.det)
def _(a) -> y:
    d[a] = for_each(d[y], a) * cofactors(a)


@tangent(cofactors)
def _(a) -> y:
    d[y] = cofactors_tangent(a, d[a])


@linear(cofactors_tangent, "v")
def _(a, v) -> y:
    d[v] = cofactors_tangent(a, d[y])


@tangent(cofactors_tangent)
def _(a, v) -> y:
    d[y] = cofactors_tangent(a, d[v]) + underivable(d[a], "the second derivative of det")


@tangent(np.linalg.slogdet)
def _(a) -> (sign, logabsdet):
    grown = np.sum(mT(np.linalg.inv(a)) * d[a], axis=(-2, -1))
    if np.iscomplexobj(a):
        d[sign] = 1j * sign * np.imag(grown)
        d[logabsdet] = np.real(grown)
    else:
        d[logabsdet] = grown


@adjoint(np.linalg.slogdet)
def _(a) -> (sign, logabsdet):
    if np.iscomplexobj(a):
        grown = np.real(d[logabsdet]) + 1j * np.imag(sign * d[sign])
        d[a] = for_each(grown, a) * mT(np.linalg.inv(a))
    else:
        d[a] = for_each(d[logabsdet], a) * mT(np.linalg.inv(a))


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


@linear(np.linalg.trace, "x")
def _(x, /, *, offset=0, dtype=None) -> y:
    precision = dtype
    d[x] = put_diagonal(np.expand_dims(d[y], -1), x, offset, -2, -1)


constant(lstsq_cut, solve_order)
