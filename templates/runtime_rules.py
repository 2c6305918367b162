"""The functions that derivatives call are linear: rules for differentiating them again."""

import numpy as np


@linear(unbroadcast, "g")
def _(g, x) -> y:
    d[g] = spread_to(d[y], g)


@linear(part_to, "g")
def _(g, x) -> y:
    d[g] = part_to(d[y], g)


@linear(spread_to, "g", view="maybe")
def _(g, x) -> y:
    d[g] = unbroadcast(d[y], g)


@tangent(accumulate)
def _(a, b) -> y:
    d[y] = accumulate(d[a], d[b])


@adjoint(accumulate)
def _(a, b) -> y:
    d[a] = d[y]
    d[b] = d[y]


@tangent(add_at)
def _(shadow, index, v) -> y:
    d[y] = add_at(d[shadow], index, d[v])


@adjoint(add_at)
def _(shadow, index, v) -> y:
    d[shadow] = d[y]
    d[v] = part_to(d[y][index], v)


@linear(structured, "g")
def _(g, x) -> y:
    d[g] = d[y]


@linear(nth, "items")
def _(items, k) -> y:
    d[items] = add_at(zeros_of(items), k, d[y])


@linear(as_gradient, "g")
def _(g, x) -> y:
    d[g] = d[y]


@linear(copy_of, "g")
def _(g) -> y:
    d[g] = d[y]


@linear(copied, "x")
def _(x) -> y:
    d[x] = d[y]


@linear(own_objects, "x")
def _(x) -> y:
    d[x] = d[y]


@linear(list_of, "g")
def _(g) -> y:
    d[g] = d[y]


@linear(written, "shadow")
def _(shadow, index) -> y:
    d[shadow] = with_part(zeros_of(shadow), index, d[y])


@tangent(with_part)
def _(x, index, v) -> y:
    d[y] = with_part(d[x], index, d[v])


@adjoint(with_part)
def _(x, index, v) -> y:
    d[x] = with_part(d[y], index, zeros_of(v))
    d[v] = sum_to(written(d[y], index), v)
