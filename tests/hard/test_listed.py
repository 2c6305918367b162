"""Lists that other lists hold are arrays to NumPy; lists of lists in functions that call themselves."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import s2s
from tests.hard.checks import agrees

X = np.array([0.7, -0.4, 1.3, 0.9, -0.6, 1.1])


def spread_of_items(x):
    rows = []
    for i in range(3):
        rows.append([x[i], x[i + 1] * x[i], x[i + 2]])
    return sum(np.var(r) for r in rows) + np.std(rows[1]) * np.sum(rows[0])


def of_groups(x):
    groups = {}
    for i, v in enumerate(x):
        groups.setdefault(i % 2, []).append(v * v)
    return sum(np.std(g) * np.mean(g) * np.max(g) for g in groups.values())


def of_a_dict(x):
    d = {"a": [v * v for v in x[:3]], "b": [v * v for v in x[3:]]}
    norms = sum(np.median(r) * np.linalg.norm(r) for r in d.values())
    return norms + np.max(d["a"]) * np.dot(d["a"], d["b"]) + np.sort(d["b"])[1]


def of_plain_lists(x):
    return np.median([x[0], x[1] * x[2], x[3]]) + np.std(x.tolist())


def of_columns(x):
    rows = [[x[0], x[1], x[2]], [x[3], x[4], x[5]]]
    return sum(np.prod(np.array(col)) for col in zip(*rows))  # noqa: B905


def determinant(m):
    if len(m) == 1:
        return m[0][0]
    total = 0.0
    for j in range(len(m)):
        minor = [row[:j] + row[j + 1 :] for row in m[1:]]
        total += (-1) ** j * m[0][j] * determinant(minor)
    return total


def by_minors(x):
    return determinant([[x[(2 * i + j * j) % 6] + i for j in range(3)] for i in range(3)])


def of_the_rows_of_a_matrix(x):
    m = np.outer(x[:3], x[3:]) + np.diag(x[:3])
    return determinant([list(row) for row in m])


def merged(a, b):
    if not a or not b:
        return a + b
    if a[0] < b[0]:
        return [a[0], *merged(a[1:], b)]
    return [b[0]] + merged(a, b[1:])


def by_merging(x):
    return sum(i * v * v for i, v in enumerate(merged([x[0], x[2] ** 2], [x[1], x[3] * x[4]])))


def captured(x):
    out = []

    def walk(low, high):
        if high - low == 1:
            out.append(x[low] ** 2)
            return
        middle = (low + high) // 2
        walk(low, middle)
        walk(middle, high)
        out.append(out[-1] * out[0])

    walk(0, 6)
    return sum(out) + out[2] * out[-1]


def remembered(x):
    known = {}

    def term(n):
        if n < 2:
            return x[n]
        if n not in known:
            known[n] = term(n - 1) * x[n % 6] + term(n - 2)
        return known[n]

    return term(7)


def leibniz(x):
    m = np.outer(x[:3], x[3:]) + np.diag(x[:3])
    places = itertools.permutations(range(3))
    return sum([np.prod([m[i, p[i]] for i in range(3)]) for p in places])


def left_early(x):
    m = np.outer(x, x)
    pairs = itertools.combinations(range(4), 2)
    total = 0.0
    for i, j in pairs:
        total += m[i, j] ** 2
        if i > 0:
            break
    for i, j in pairs:
        total += m[j, i] ** 3
    return total


def started_before(x):
    pairs = itertools.product(range(3), repeat=2)
    next(pairs)
    total = 0.0
    for (i, j), k in zip(pairs, range(6), strict=False):
        total += x[i] * x[j] ** 2 * x[k]
    return total


@pytest.mark.parametrize(
    "program", [spread_of_items, of_groups, of_a_dict, of_plain_lists, of_columns, by_minors,
                of_the_rows_of_a_matrix, by_merging, captured, remembered, leibniz, left_early,
                started_before],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_listed(program) -> None:
    agrees(program, X, order=1)
    s2s.check_grads(program, (X,), order=2, modes="fwd")
