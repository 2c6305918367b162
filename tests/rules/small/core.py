# ruff: noqa
"""A few rules of every kind, to test the engine apart from the rules that s2s ships."""

import operator

import numpy as np

from s2s import runtime
from s2s.runtime import unbroadcast


@elementwise(operator.add)
def _(a, b) -> y:
    d[a] = d[y]
    d[b] = d[y]


@elementwise(np.subtract)
def _(a, b) -> y:
    d[a] = d[y]
    d[b] = -d[y]


@elementwise(np.multiply)
def _(a, b) -> y:
    d[a] = d[y] * b
    d[b] = a * d[y]


@elementwise(np.divide)
def _(a, b) -> y:
    quotient = d[y] / b
    d[a] = quotient
    d[b] = -quotient * y


@elementwise(np.negative)
def _(x) -> y:
    d[x] = -d[y]


@elementwise(np.tanh)
def _(x) -> y:
    d[x] = d[y] * (1 - y * y)


@elementwise(np.cos)
def _(x) -> y:
    d[x] = -np.sin(x) * d[y]


@elementwise(np.where)
def _(condition, a, b) -> y:
    d[a] = np.where(condition, d[y], 0)
    d[b] = np.where(condition, 0, d[y])


@elementwise(np.power)
def _(a, b) -> y:
    if is_scalar(b):
        d[a] = d[y] * (b * a ** (b - 1))
    else:
        d[a] = d[y] * (b * np.power(a, b - 1))
    d[b] = d[y] * y * np.log(a)


@linear(np.sum, "x")
def _(x, axis=None, dtype=None, out=None, keepdims=False) -> y:
    d[x] = spread(d[y], x, axis, keepdims)


@linear(np.matmul, "a", "b")
def _(a, b) -> y:
    if ndim(a) == 1 and ndim(b) == 1:
        d[a] = d[y] * b
        d[b] = d[y] * a
    elif ndim(b) == 1:
        d[a] = d[y][..., None] * b
        d[b] = sum_to(mT(a) @ d[y][..., None], b[:, None])[:, 0]
    elif ndim(a) == 1:
        d[a] = sum_to(d[y][..., None, :] @ mT(b), a[None])[0]
        d[b] = a[:, None] * d[y][..., None, :]
    else:
        d[a] = sum_to(d[y] @ mT(b), a)
        d[b] = sum_to(mT(a) @ d[y], b)


@linear(np.linalg.solve, "b")
def _(a, b) -> x:
    if ndim(b) == 1:
        d[b] = sum_to(np.linalg.solve(mT(a), d[x][..., None]), b[:, None])[..., 0]
    else:
        d[b] = sum_to(np.linalg.solve(mT(a), d[x]), b)


@tangent(np.linalg.solve)
def _(a, b) -> x:
    if ndim(b) == 1:
        d[x] = np.linalg.solve(a, (d[b] - d[a] @ x)[..., None])[..., 0]
    else:
        d[x] = np.linalg.solve(a, d[b] - d[a] @ x)


@tangent(np.linalg.inv)
def _(a) -> y:
    d[y] = -(y @ d[a] @ y)


@tangent(np.mean)
def _(a, axis=None, dtype=None, out=None, keepdims=False) -> y:
    if axis is None:
        d[y] = np.sum(d[a], keepdims=keepdims) / a.size
    else:
        d[y] = np.sum(d[a], axis, keepdims=keepdims) * (y.size / a.size)


@linear(np.swapaxes, "a", view=True)
def _(a, axis1, axis2) -> y:
    d[a] = np.swapaxes(d[y], axis1, axis2)


@linear(np.transpose, "a", view=True)
def _(a, axes=None) -> y:
    if axes is None:
        d[a] = d[y].T
    else:
        d[a] = np.transpose(d[y], np.argsort(axes))


@linear(np.reshape, "a", view="maybe")
def _(a, /, shape, order="C") -> y:
    d[a] = np.reshape(d[y], a.shape)


@linear(operator.getitem, "x", view="maybe")
def _(x, i) -> y:
    d[x] = add_at(zeros_of(x), i, d[y])


@linear(np.concatenate, "arrays")
def _(arrays, axis=0) -> y:
    d[arrays] = np.split(d[y], np.cumsum([3, 3]), axis)


@linear(unbroadcast, "g")
def _(g, x) -> y:
    d[g] = spread_to(d[y], g)


@linear(runtime.spread_to, "g")
def _(g, x) -> y:
    d[g] = unbroadcast(d[y], g)


@macro
def twice(x, times=2):
    doubled = times * x
    return doubled


@elementwise(np.fabs)
def _(x) -> y:
    d[x] = twice(d[y], 1) * np.sign(x)


@tangent(np.linalg.eigh)
def _(a) -> (w, v):
    rotated = mT(v) @ d[a] @ v
    d[w] = (rotated * np.eye(a.shape[-1])) @ np.ones(a.shape[-1])


@linear(np.einsum, "operands")
def _(subscripts, *operands) -> y:
    # For "i,i->i" only: enough to test parameters with a star.
    if len(operands) == 1:
        d[operands] = (d[y],)
    else:
        d[operands] = (d[y] * operands[1], d[y] * operands[0])


@constant(np.sign, np.floor, operator.gt, np.no_such_function)
def _(): ...


same_as(np.hypot_that_is_missing, np.tanh)
same_as(np.linalg.matmul, np.matmul)
