"""Matrix and tensor products."""

import numpy as np


@linear(np.matmul, np.linalg.matmul, "a", "b")
def _(a, b) -> y:
    if ndim(a) == 1 and ndim(b) == 1:
        d[a] = d[y] * b
        d[b] = d[y] * a
    elif ndim(a) == 2 and ndim(b) == 1:
        d[a] = d[y][:, None] * b
        d[b] = mT(a) @ d[y]
    elif ndim(a) == 1 and ndim(b) == 2:
        d[a] = b @ d[y]
        d[b] = a[:, None] * d[y]
    elif ndim(b) == 1:
        d[a] = sum_to(d[y][..., None] * b, a)
        d[b] = unbroadcast(mT(a) @ d[y][..., None], b[:, None])[:, 0]
    elif ndim(a) == 1:
        d[a] = unbroadcast(d[y][..., None, :] @ mT(b), a[None])[0]
        d[b] = sum_to(a[:, None] * d[y][..., None, :], b)
    elif ndim(b) == 2 and ndim(a) > 2:
        d[a] = d[y] @ mT(b)
        d[b] = stacked_rows(a).T @ stacked_rows(d[y])
    else:
        d[a] = sum_to(d[y] @ mT(b), a)
        d[b] = sum_to(mT(a) @ d[y], b)


@linear(stacked_rows, "a")
def _(a) -> y:
    d[a] = np.reshape(d[y], np.shape(a))


@linear(np.dot, "a", "b")
def _(a, b, out=None) -> y:
    if ndim(a) == 0 or ndim(b) == 0:
        d[a] = sum_to(d[y] * b, a)
        d[b] = sum_to(a * d[y], b)
    elif ndim(a) == 1 and ndim(b) == 1:
        d[a] = d[y] * b
        d[b] = d[y] * a
    elif ndim(a) == 2 and ndim(b) == 2:
        d[a] = d[y] @ mT(b)
        d[b] = mT(a) @ d[y]
    elif ndim(a) == 2 and ndim(b) == 1:
        d[a] = d[y][:, None] * b
        d[b] = mT(a) @ d[y]
    else:
        axes = ((-1,), (-1 if ndim(b) == 1 else -2,))
        d[a] = contract_a(d[y], a, b, axes)
        d[b] = contract_b(d[y], a, b, axes)


@linear(np.inner, "a", "b")
def _(a, b) -> y:
    if ndim(a) == 0 or ndim(b) == 0:
        d[a] = sum_to(d[y] * b, a)
        d[b] = sum_to(a * d[y], b)
    elif ndim(a) == 1 and ndim(b) == 1:
        d[a] = d[y] * b
        d[b] = d[y] * a
    elif ndim(a) == 2 and ndim(b) == 2:
        d[a] = d[y] @ b
        d[b] = mT(d[y]) @ a
    else:
        d[a] = contract_a(d[y], a, b, (-1, -1))
        d[b] = contract_b(d[y], a, b, (-1, -1))


@linear(np.outer, "a", "b")
def _(a, b, out=None) -> y:
    d[a] = np.reshape(d[y] @ np.ravel(b), np.shape(a))
    d[b] = np.reshape(np.ravel(a) @ d[y], np.shape(b))


@linear(np.linalg.outer, "a", "b")
def _(a, b, /) -> y:
    d[a] = d[y] @ b
    d[b] = a @ d[y]


@linear(np.vdot, "a", "b")
def _(a, b) -> y:
    # vdot conjugates its first argument.
    d[a] = np.conj(d[y] * np.reshape(b, np.shape(a)))
    d[b] = d[y] * np.conj(np.reshape(a, np.shape(b)))


@linear(np.vecdot, np.linalg.vecdot, "a", "b")
def _(a, b, /, *, axis=-1) -> y:
    g = np.expand_dims(d[y], axis)
    d[a] = sum_to(np.conj(g * b), a)
    d[b] = sum_to(g * np.conj(a), b)


@linear(np.matvec, "a", "b")
def _(a, b) -> y:
    d[a] = sum_to(d[y][..., None] * b[..., None, :], a)
    d[b] = sum_to((mT(a) @ d[y][..., None])[..., 0], b)


@linear(np.vecmat, "a", "b")
def _(a, b) -> y:
    # vecmat conjugates its first argument.
    d[a] = sum_to(np.conj((b @ d[y][..., None])[..., 0]), a)
    d[b] = sum_to(np.conj(a)[..., None] * d[y][..., None, :], b)


@linear(np.tensordot, "a", "b")
def _(a, b, axes=2) -> y:
    d[a] = contract_a(d[y], a, b, axes)
    d[b] = contract_b(d[y], a, b, axes)


@linear(np.linalg.tensordot, "a", "b")
def _(a, b, /, *, axes=2) -> y:
    d[a] = contract_a(d[y], a, b, axes)
    d[b] = contract_b(d[y], a, b, axes)


@linear(tensordot_adjoint_a, "g", "b")
def _(g, a, b, axes=2) -> y:
    d[g] = np.tensordot(d[y], b, axes)
    d[b] = tensordot_adjoint_b(g, d[y], b, axes)


@linear(tensordot_adjoint_b, "g", "a")
def _(g, a, b, axes=2) -> y:
    d[g] = np.tensordot(a, d[y], axes)
    d[a] = tensordot_adjoint_a(g, a, d[y], axes)


@linear(np.kron, "a", "b")
def _(a, b) -> y:
    d[a] = kron_adjoint_a(d[y], a, b)
    d[b] = kron_adjoint_b(d[y], a, b)


@linear(kron_adjoint_a, "g", "b")
def _(g, a, b) -> y:
    d[g] = np.kron(d[y], b)
    d[b] = kron_adjoint_b(g, d[y], b)


@linear(kron_adjoint_b, "g", "a")
def _(g, a, b) -> y:
    d[g] = np.kron(a, d[y])
    d[a] = kron_adjoint_a(g, a, d[y])


@linear(np.cross, "a", "b")
def _(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None) -> y:
    d[a] = cross_adjoint_a(d[y], a, b, axisa=axisa, axisb=axisb, axisc=axisc, axis=axis)
    d[b] = cross_adjoint_b(d[y], a, b, axisa=axisa, axisb=axisb, axisc=axisc, axis=axis)


@linear(cross_adjoint_a, "g", "b")
def _(g, a, b, axisa=-1, axisb=-1, axisc=-1, axis=None) -> y:
    d[g] = np.cross(d[y], b, axisa=axisa, axisb=axisb, axisc=axisc, axis=axis)
    d[b] = cross_adjoint_b(g, d[y], b, axisa=axisa, axisb=axisb, axisc=axisc, axis=axis)


@linear(cross_adjoint_b, "g", "a")
def _(g, a, b, axisa=-1, axisb=-1, axisc=-1, axis=None) -> y:
    d[g] = np.cross(a, d[y], axisa=axisa, axisb=axisb, axisc=axisc, axis=axis)
    d[a] = cross_adjoint_a(g, a, d[y], axisa=axisa, axisb=axisb, axisc=axisc, axis=axis)


@linear(np.linalg.cross, "a", "b")
def _(a, b, /, *, axis=-1) -> y:
    d[a] = sum_to(np.linalg.cross(b, d[y], axis=axis), a)
    d[b] = sum_to(np.linalg.cross(d[y], a, axis=axis), b)


# einsum: the adjoint is an einsum with the operand and the result exchanged


@macro
def einsum_bar(g, subscripts, k, x, others, optimize):
    core = np.einsum(einsum_reversed(subscripts, k), g, *others, optimize=optimize)
    return sum_to(core, x) if einsum_plain(subscripts, k) else einsum_place(core, subscripts, k, x)


@linear(np.einsum, "operands")
def _(subscripts, *operands, out=None, optimize=False, dtype=None, casting="safe") -> y:
    precision = dtype, casting
    d[operands] = [
        einsum_bar(d[y], subscripts, k, operands[k], operands[:k] + operands[k + 1 :], optimize)
        for k in range(len(operands))
    ]


@linear(einsum_place, "core")
def _(core, subscripts, k, x) -> y:
    d[core] = einsum_pick(d[y], subscripts, k, core)


@linear(einsum_pick, "bar")
def _(bar, subscripts, k, core) -> y:
    d[bar] = einsum_place(d[y], subscripts, k, bar)


constant(np.einsum_path)


# Chains of matrices


@tangent(np.linalg.multi_dot)
def _(arrays, *, out=None) -> y:
    d[y] = multi_dot_tangent(arrays, d[arrays])


@adjoint(np.linalg.multi_dot)
def _(arrays, *, out=None) -> y:
    d[arrays] = multi_dot_adjoint(d[y], arrays)


@linear(multi_dot_tangent, "dots")
def _(arrays, dots) -> y:
    d[dots] = multi_dot_adjoint(d[y], arrays)


@tangent(multi_dot_adjoint)
def _(g, arrays) -> y:
    d[y] = accumulate(multi_dot_adjoint(d[g], arrays), multi_dot_twice(g, arrays, d[arrays]))


@adjoint(multi_dot_adjoint)
def _(g, arrays) -> y:
    d[g] = multi_dot_tangent(arrays, d[y])
    d[arrays] = multi_dot_twice(g, arrays, d[y])


# One-dimensional convolution and polynomials


@linear(np.convolve, "a", "v")
def _(a, v, mode="full") -> y:
    d[a] = convolve_adjoint(d[y], np.size(a), v, mode)
    d[v] = convolve_adjoint(d[y], np.size(v), a, mode)


@linear(convolve_adjoint, "g", "v")
def _(g, size, v, mode="full") -> y:
    d[g] = np.convolve(d[y], v, mode)
    d[v] = convolve_adjoint(g, np.size(v), d[y], mode)


@linear(np.correlate, "a", "v")
def _(a, v, mode="valid") -> y:
    # correlate is convolve with the conjugate of the second, reversed.
    d[a] = convolve_adjoint(d[y], np.size(a), np.conj(v)[::-1], mode)
    d[v] = np.conj(convolve_adjoint(d[y], np.size(v), a, mode)[::-1])


@tangent(np.polyval)
def _(p, x) -> y:
    d[y] = np.polyval(d[p], x) + np.polyval(np.polyder(p), x) * d[x]


@linear(np.polyval, "p")
def _(p, x) -> y:
    d[p] = np.ravel(d[y]) @ np.vander(np.ravel(x), np.size(p))


@adjoint(np.polyval)
def _(p, x) -> y:
    d[x] = d[y] * np.polyval(np.polyder(p), x)


@tangent(np.roots)
def _(p) -> y:
    # At a simple root r: p'(r) dr + dp(r) = 0.
    d[y] = -np.polyval(d[p], y) / np.polyval(np.polyder(p), y)


@linear(np.polyder, "p")
def _(p, m=1) -> y:
    d[p] = polyder_adjoint(d[y], p, m)


@linear(polyder_adjoint, "g")
def _(g, p, m) -> y:
    d[g] = np.polyder(d[y], m)


@tangent(np.vander)
def _(x, N=None, increasing=False) -> y:
    columns = N
    d[y] = vander_slope(x, np.shape(y)[1], increasing, 1) * d[x][:, None]


@tangent(vander_slope)
def _(x, n, increasing, order) -> y:
    d[y] = vander_slope(x, n, increasing, order + 1) * d[x][:, None]
