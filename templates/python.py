"""Python's own numbers: `math`, the builtins, `operator`.  Python floats stay Python floats."""

import math
import operator

import numpy as np

# math: powers, exponentials, logarithms


@elementwise(math.sqrt)
def _(x) -> y:
    d[x] = ratio(d[y], 2 * y)


@elementwise(math.cbrt)
def _(x) -> y:
    d[x] = ratio(d[y], 3 * y * y)


@elementwise(math.exp)
def _(x) -> y:
    d[x] = d[y] * y


@elementwise(math.exp2)
def _(x) -> y:
    d[x] = d[y] * y * 0.6931471805599453


@elementwise(math.expm1)
def _(x) -> y:
    d[x] = d[y] * math.exp(x)


@elementwise(math.log)
def _(x, base=2.718281828459045) -> y:
    # With a base: log(x) / log(base).
    if base == 2.718281828459045:
        d[x] = d[y] / x
    else:
        d[x] = d[y] / (x * math.log(base))
    d[base] = -d[y] * y / (base * math.log(base))


@elementwise(math.log2)
def _(x) -> y:
    d[x] = d[y] / (0.6931471805599453 * x)


@elementwise(math.log10)
def _(x) -> y:
    d[x] = d[y] / (2.302585092994046 * x)


@elementwise(math.log1p)
def _(x) -> y:
    d[x] = d[y] / (1 + x)


@elementwise(math.pow)
def _(x, y) -> z:
    d[x] = d[z] * power_slope(x, y)
    d[y] = d[z] * power_log(x, y)


@elementwise(math.ldexp)
def _(x, i) -> y:
    d[x] = math.ldexp(d[y], i)


@tangent(math.frexp)
def _(x) -> (mantissa, exponent):
    d[mantissa] = math.ldexp(d[x], -exponent)


@tangent(math.modf)
def _(x) -> (part, whole):
    d[part] = d[x]


# math: trigonometry


@elementwise(math.sin)
def _(x) -> y:
    d[x] = d[y] * math.cos(x)


@elementwise(math.cos)
def _(x) -> y:
    d[x] = -d[y] * math.sin(x)


@elementwise(math.tan)
def _(x) -> y:
    d[x] = d[y] * (1 + y * y)


@elementwise(math.asin)
def _(x) -> y:
    d[x] = d[y] / math.sqrt(1 - x * x)


@elementwise(math.acos)
def _(x) -> y:
    d[x] = -d[y] / math.sqrt(1 - x * x)


@elementwise(math.atan)
def _(x) -> y:
    d[x] = d[y] / (1 + x * x)


@elementwise(math.atan2)
def _(y, x) -> z:
    d[y] = d[z] * arctan2_slope(y, x)
    d[x] = -d[z] * arctan2_slope(x, y)


@elementwise(math.sinh)
def _(x) -> y:
    d[x] = d[y] * math.cosh(x)


@elementwise(math.cosh)
def _(x) -> y:
    d[x] = d[y] * math.sinh(x)


@elementwise(math.tanh)
def _(x) -> y:
    d[x] = d[y] * (1 - y * y)


@elementwise(math.asinh)
def _(x) -> y:
    d[x] = d[y] / math.cosh(y)


@elementwise(math.acosh)
def _(x) -> y:
    d[x] = d[y] / math.sinh(y)


@elementwise(math.atanh)
def _(x) -> y:
    d[x] = d[y] / (1 - x * x)


@elementwise(math.degrees)
def _(x) -> y:
    d[x] = math.degrees(d[y])


@elementwise(math.radians)
def _(x) -> y:
    d[x] = math.radians(d[y])


@elementwise(math.hypot)
def _(x, y) -> z:
    d[x] = d[z] * ratio(x, z)
    d[y] = d[z] * ratio(y, z)


program(math.hypot, sequences.hypot)


# math: special functions


@elementwise(math.erf)
def _(x) -> y:
    d[x] = d[y] * (1.1283791670955126 * math.exp(-x * x))


@elementwise(math.erfc)
def _(x) -> y:
    d[x] = -d[y] * (1.1283791670955126 * math.exp(-x * x))


@elementwise(math.gamma)
def _(x) -> y:
    d[x] = d[y] * y * polygamma(0, x)


@elementwise(math.lgamma)
def _(x) -> y:
    d[x] = d[y] * polygamma(0, x)


@elementwise(polygamma)
def _(n, x) -> y:
    d[x] = d[y] * polygamma(n + 1, x)


# math: kinks


@elementwise(math.fabs)
def _(x) -> y:
    d[x] = d[y] * np.sign(x)


@elementwise(math.copysign)
def _(x, y) -> z:
    d[x] = d[z] * np.sign(x) * math.copysign(1, y)


@elementwise(math.fmod)
def _(x, y) -> z:
    d[x] = d[z]
    d[y] = -d[z] * round((x - z) / y)


@elementwise(math.remainder)
def _(x, y) -> z:
    d[x] = d[z]
    d[y] = -d[z] * round((x - z) / y)


# math: over several numbers


@linear(math.fsum, "seq")
def _(seq) -> y:
    d[seq] = fill_items(d[y], seq)


@tangent(math.prod)
def _(iterable, *, start=1) -> y:
    factors = other_products(iterable, start)
    d[y] = dot_items(factors, d[iterable]) + d[start] * math.prod(iterable)


@tangent(math.dist)
def _(p, q) -> y:
    d[y] = dot_items(unit_items(p, q, y), d[p]) - dot_items(unit_items(p, q, y), d[q])


@tangent(math.sumprod)
def _(p, q) -> y:
    d[y] = dot_items(q, d[p]) + dot_items(p, d[q])


# Builtins


@tangent(max, min)
def _(a, b=None, c=None, e=None) -> y:
    if b is None:
        d[y] = dot_items(pick_share(a, y), d[a])
    elif c is None:
        d[y] = tie_share(a, b, y) * d[a] + tie_share(b, a, y) * d[b]
    elif e is None:
        share = pick_share((a, b, c), y)
        d[y] = share[0] * d[a] + share[1] * d[b] + share[2] * d[c]
    else:
        share = pick_share((a, b, c, e), y)
        d[y] = share[0] * d[a] + share[1] * d[b] + share[2] * d[c] + share[3] * d[e]


@elementwise(float)
def _(x) -> y:
    d[x] = d[y]


@elementwise(complex)
def _(real=0, imag=0) -> y:
    d[real] = d[y]
    d[imag] = 1j * d[y]


@tangent(sum)
def _(iterable, start=0) -> y:
    d[y] = sum(d[iterable], d[start])


@adjoint(sum)
def _(iterable, start=0) -> y:
    d[iterable] = fill_items(d[y], iterable)
    d[start] = sum_to(d[y], start)


@linear(list, tuple, "iterable")
def _(iterable) -> y:
    d[iterable] = items_like(d[y], iterable)


@linear(items_like, "g")
def _(g, x) -> y:
    d[g] = list(d[y])


@tangent(sorted)
def _(iterable, *, key=None, reverse=False) -> y:
    order = sorting_order(iterable, key, reverse)
    d[y] = items_at(d[iterable], order)


@linear(items_at, "items")
def _(items, order) -> y:
    d[items] = items_to(d[y], order, items)


@linear(items_to, "g")
def _(g, order, items) -> y:
    d[g] = items_at(d[y], order)


@linear(np.ndarray.item, "self")
def _(self, *args) -> y:
    if len(args) == 0:
        d[self] = np.reshape(d[y], np.shape(self))
    else:
        d[self] = item_at(d[y], self, args)


@linear(np.ndarray.tolist, "self")
def _(self) -> y:
    d[self] = np.reshape(np.asarray(d[y]), np.shape(self))


@linear(fill_items, "g")
def _(g, items) -> y:
    d[g] = sum(d[y])


@linear(dot_items, "weights", "items")
def _(weights, items) -> y:
    d[weights] = items_like(scale_items(d[y], items), weights)
    d[items] = items_like(scale_items(d[y], weights), items)


@linear(scale_items, "g", "items")
def _(g, items) -> y:
    d[g] = dot_items(items, d[y])
    d[items] = scale_items(g, d[y])
