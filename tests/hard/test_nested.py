"""Lists of lists and dicts of lists, changed under keys that only show when they run."""

from __future__ import annotations

import math

import numpy as np
import pytest

import s2s
from tests.hard.checks import agrees_when_known
from tests.oracle import finite_difference_gradient

X = np.array([0.7, -0.4, 1.3, 0.9, 0.2, -1.1, 0.5, 1.7, 0.35])


def matrix(x):
    return [[x[3 * i + j] for j in range(3)] for i in range(3)]


def weighted(m):
    s = 0.0
    for i in range(len(m)):
        for j in range(len(m[i])):
            s += (i + 1) * (j + 2) * m[i][j] ** 2
    return s


def determinant_by_lu(x):
    n = 3
    m = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            m[i][j] = x[i * n + j] + (4.0 if i == j else 0.0)
    for k in range(n):
        for i in range(k + 1, n):
            m[i][k] /= m[k][k]
            for j in range(k + 1, n):
                m[i][j] -= m[i][k] * m[k][j]
    d = 1.0
    for i in range(n):
        d *= m[i][i]
    return d


def elimination(x):
    """Rows change places."""
    n = 2
    a = [[x[0], x[1], x[2]], [x[3], x[4], x[5]]]
    for c in range(n):
        p = c
        for r in range(c + 1, n):
            if abs(a[r][c]) > abs(a[p][c]):
                p = r
        a[c], a[p] = a[p], a[c]
        for r in range(c + 1, n):
            f = a[r][c] / a[c][c]
            for k in range(c, n + 1):
                a[r][k] -= f * a[c][k]
    return a[1][2] / a[1][1]


def product(a, b):
    out = [[0.0] * len(b[0]) for _ in range(len(a))]
    for i in range(len(a)):
        for j in range(len(b[0])):
            for k in range(len(b)):
                out[i][j] += a[i][k] * b[k][j]
    return out


def power(x):
    """The helper makes the list that it changes."""
    m, r = [[x[0], x[1]], [x[2], x[3]]], [[1.0, 0.0], [0.0, 1.0]]
    for _ in range(2):
        r = product(r, m)
    return r[0][0] + r[1][1] ** 2


def exchanged_buffers(x):
    u, v = matrix(x), [[0.0] * 3 for _ in range(3)]
    for t in range(4):
        for i in range(3):
            v[i][t % 3] = u[i][0] * u[i - 1][1]
        u, v = v, u
    return weighted(u) + weighted(v)


def buckets(x):
    groups = {}
    for i, v in enumerate(x):
        groups.setdefault(i % 3, []).append(v)
    groups[1][0] *= groups[2][1]
    return sum((k + 1) * sum(vs) ** 2 for k, vs in groups.items())


def table_of_dicts(x):
    best = [{}]
    trans = {"r": {"r": x[0], "s": x[1]}, "s": {"r": x[2], "s": x[3]}}
    for s in ("r", "s"):
        best[0][s] = x[4] if s == "r" else x[5]
    for t in range(1, 3):
        best.append({})
        for s in ("r", "s"):
            best[t][s] = sum(best[t - 1][p] * trans[p][s] for p in ("r", "s")) * x[6]
    return sum(best[-1].values()) ** 2


def three_levels(x):
    t = [[[0.0 for _ in range(2)] for _ in range(2)] for _ in range(2)]
    for i in range(2):
        for j in range(2):
            for k in range(2):
                t[i][j][k] = x[4 * i + 2 * j + k]
            t[i][j][0] *= t[i][j][1]
    return sum(r[0] ** 2 for p in t for r in p)


def rows_in_a_loop(x):
    m = matrix(x)
    for i, row in enumerate(m):
        for j in range(3):
            row[j] = math.sin(row[j]) * row[j - 1]
        m[0][i] += row[2] * x[i]
    return weighted(m)


def arrays(x):
    layers = [[np.zeros(3) for _ in range(2)] for _ in range(2)]
    for i in range(2):
        for j in range(2):
            layers[i][j] = x[:3] * (i + 1) + x[3:6] * j
    for i in range(2):
        for j in range(2):
            layers[i][j] += x[6:] * layers[i - 1][j]
    return sum(np.sum(a * a) for row in layers for a in row)


def rows_kept(x):
    """Each row is complete when the table takes it in."""
    rows, row = [], [x[0], x[1], x[2]]
    for _ in range(3):
        new = [0.0] * 3
        for j in range(3):
            new[j] = row[j] * row[j - 1]
        rows.append(new)
        row = new
    return weighted(rows) * row[1]


@pytest.mark.parametrize(
    "fn",
    [determinant_by_lu, elimination, power, exchanged_buffers, buckets, table_of_dicts,
     three_levels, rows_in_a_loop, arrays, rows_kept],
)  # fmt: skip
def test_differentiated(fn) -> None:
    agrees_when_known(fn, X)


def same_row_twice(x, k):
    row = [x[0], x[1], x[2]]
    m = [row, row]
    m[k][1] = x[3]
    return m[1][1] ** 2 + m[0][0]


def rows_of_a_copy(x, k):
    m = matrix(x)
    n = m[:]
    n[k][0] *= x[4]
    return weighted(m) + m[k][0] * n[0][0]


def row_in_two_places(x, k):
    m = matrix(x)
    m[1] = m[k]
    m[k][0] = x[5] * x[4]
    return weighted(m)


def changed_after_it_was_put(x, k):
    history, state = [], [x[0], x[1]]
    for _ in range(3):
        state[k] += 0.1 * state[1]
        history.append(state)
    return sum((j + 1) * h[0] * h[1] for j, h in enumerate(history))


def last_one_changed(x, k):
    """What was put in last is changed under the name that the loop gave it."""
    rows, row = [], [x[0], x[1], x[2]]
    for _ in range(3):
        new = [0.0] * 3
        for j in range(3):
            new[j] = row[j] * row[j - 1]
        rows.append(new)
        row = new
    row[k] = 7.0
    return weighted(rows)


def longer_in_the_loop(x, k):
    m = [[x[0]], [x[1]]]
    for r in m:
        m[k].append(r[0] * 2)
        if len(m[k]) > 4:
            break
    return sum(m[0]) ** 2


def changed_while_it_runs(x, k):
    """The row of the loop is the one that is changed, the first time around."""
    m, s = matrix(x), 0.0
    for r in m:
        m[k][0] += 0.5 * r[2]
        s += r[0] * r[1]
    return s + weighted(m)


@pytest.mark.parametrize(
    "fn", [longer_in_the_loop, changed_while_it_runs, same_row_twice, rows_of_a_copy,
           row_in_two_places, changed_after_it_was_put, last_one_changed],
)  # fmt: skip
def test_one_list_in_two_places(fn) -> None:
    """Right, or refused: never another function's gradient."""
    try:
        found = s2s.grad(fn)(X.copy(), 0)
    except s2s.Unsound:
        return
    expected = finite_difference_gradient(fn, (X.copy(), 0), (0,))
    np.testing.assert_allclose(found, expected[0], rtol=1e-6, atol=1e-7)


def minors(x):
    """A determinant by minors; rows are joined by a display."""

    def det(m):
        if len(m) == 1:
            return m[0][0]
        rest = [[[*r[:j], *r[j + 1 :]] for r in m[1:]] for j in range(len(m))]
        return sum((-1) ** j * m[0][j] * det(rest[j]) for j in range(len(m)))

    return det([[x[0], x[1], x[2]], [x[1], x[2] ** 2, x[0]], [x[2], x[0], 0.5]])


def test_a_list_of_unknown_kind_is_named() -> None:
    """The error at run time says what to write, and that works."""
    agrees_when_known(minors, np.array([0.4, -0.7, 1.2]))
    with pytest.raises(TypeError, match=r"write `\[\*a, \*b\]`"):
        s2s.grad(_by_sums)(np.array([0.4, -0.7, 1.2]))


def _joined(m):
    if len(m) == 1:
        return m[0][0]
    return sum(m[0][j] * _joined([r[:j] + r[j + 1 :] for r in m[1:]]) for j in range(len(m)))


def _by_sums(x):
    return _joined([[x[0], x[1], x[2]], [x[1], x[2] ** 2, x[0]], [x[2], x[0], 0.5]])
