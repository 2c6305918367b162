"""Keys of dicts, lists of positions of different lengths, and items looked for and removed."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from tests.hard.checks import agrees, agrees_when_known, refuses

X = np.array([0.7, -0.4, 1.3, 0.9, -0.6, 1.1])


def ranks(x):
    """The lists of neighbours are not equally long."""
    neighbours = {0: [1, 2], 1: [2], 2: [0, 3], 3: [1, 0], 4: [3, 5], 5: [0]}
    r = [1 / 6] * 6
    for _ in range(3):
        new = [0.05] * 6
        for u, others in neighbours.items():
            for v in others:
                new[v] += 0.85 * r[u] * x[u] / len(others)
        r = new
    return sum(a * a for a in r)


def columns(x):
    table = {"x": x[:3], "y": x[3:]}
    table["z"] = table["x"] * table["y"]
    table["x"] = table["x"] - table["x"].mean()
    m = np.column_stack([table[k] for k in sorted(table)])
    return np.sum((m.T @ m) ** 2)


def the_largest(x):
    products = {}
    for i in range(6):
        for j in range(i):
            products[i, j] = x[i] * x[j]
    best = max(products, key=lambda k: products[k])
    return products[best] * sum(products.values()) * best[0]


def positions_of_keys(x):
    d = {(i, i + 1): x[i] for i in range(5)}
    return sum(k[0] * v for k, v in d.items()) + sorted(d)[1][0] * x[2] ** 2


def remembered_under_numbers(x):
    """To look something up under a number does not read the number."""
    known = {}

    def square(t):
        if t not in known:
            known[t] = t * t
        return known[t]

    return square(x[0]) * square(x[0]) + square(x[1]) + len(known)


def least_recently_used(x):
    cache, order, s = {}, [], 0.0
    for k in [0, 1, 2, 0, 3, 1, 4, 0]:
        if k in cache:
            order.remove(k)
        else:
            cache[k] = x[k] * len(order) + s
            if len(order) == 3:
                del cache[order.pop(0)]
        order.append(k)
        s += cache[k] ** 2
    return s + sum(cache.values())


def removed(x):
    items = [v * v for v in x]
    items.remove(min(items))
    return sum((k + 1) * v for k, v in enumerate(items))


def means(x):
    centres = [x[0], x[3]]
    for _ in range(2):
        groups = [[] for _ in centres]
        for v in x:
            far = [(v - c) ** 2 for c in centres]
            groups[far.index(min(far))].append(v)
        centres = [sum(g) / len(g) if g else c for g, c in zip(groups, centres, strict=True)]
    return centres[0] ** 2 + centres[1] ** 3


def binned(x):
    edges, weights = [-0.5, 0.5, 1.0], [0.0] * 4
    for v in x:
        weights[sum(v > e for e in edges)] += v * v
    parts = [w / sum(weights) for w in weights]
    return -sum(p * np.log(p) for p in parts if p > 0)


@pytest.mark.parametrize(
    "program", [ranks, columns, the_largest, positions_of_keys, remembered_under_numbers,
                least_recently_used, removed, means, binned],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_keys(program) -> None:
    agrees(program, X, order=1, generic=program not in (ranks, means, binned))
    s2s.check_grads(program, (X,), order=2, modes="fwd")


def keys_summed(x):
    d = {x[0]: 1.0, x[1]: 2.0}
    return sum(k * v for k, v in d.items())


def keys_in_order(x):
    d = {}
    for v in x:
        d[v] = v * v
    return sorted(d)[0] * x[2]


def the_largest_key(x):
    d = {v: v * v for v in x}
    return max(d) ** 2


@pytest.mark.parametrize(
    "program", [keys_summed, keys_in_order, the_largest_key], ids=lambda f: f.__name__
)
def test_keys_that_are_differentiated(program) -> None:
    """The adjoint of a key went nowhere: the gradient was silently too small."""
    refuses(program, X, kind=s2s.Unsupported, words="keys of this dict are numbers")


def doubled(params):
    """Keys of the argument are keys again: of it may not be known that it is a dict."""
    out = {}
    for name in params:
        out[name] = params[name] * 2.0
    squares = {name: value**2 for name, value in out.items()}
    return sum(np.sum(squares[name]) for name in squares)


def test_keys_of_the_argument() -> None:
    agrees_when_known(doubled, {"a": np.array([0.5, 1.5]), "b": 2.0})
    assert "params_bar" in s2s.grad(doubled).source
