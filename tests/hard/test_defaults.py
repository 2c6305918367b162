"""Dicts that fill themselves, and lists that recursive functions put together."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest

import s2s
from tests.hard.checks import agrees_when_known
from tests.oracle import assert_close, finite_difference_gradient

X = np.array([0.7, -0.4, 1.3, 0.9, 0.2, -1.1, 0.5, 1.7, 0.35])


def sums(x):
    d = defaultdict(float)
    for i, v in enumerate(x):
        d[i // 2, i % 2] += v * v
    return sum(v * v for v in d.values()) + d[0, 1] * d[17, 0] + len(d)


def edges(x):
    adjacent = defaultdict(list)
    for (a, b), w in zip([(0, 1), (1, 2), (0, 2)], x):
        adjacent[a].append((b, w))
        adjacent[b].append((a, w))
    h = [x[3], x[4], x[5]]
    for _ in range(2):
        new = [0.0] * 3
        for u in range(3):
            for v, w in adjacent[u]:
                new[u] += w * h[v]
        h = new
    return sum(v * v for v in h)


def dicts_in_a_dict(x):
    g = defaultdict(lambda: defaultdict(float))
    for i in range(9):
        w = x[i] ** 2
        g[i % 3][i % 2] += w
    s = 0.0
    for u in range(3):
        for v in range(2):
            s += (u + 1) * g[u][v] ** 2
    return s


def first_of_an_argument(x):
    d = defaultdict(lambda: x[0] * 2.0)
    for i in range(1, 9):
        d[i % 3] *= x[i]
    return d[0] * d[1] + d[2]


def filled_at_first(x):
    d = defaultdict(float, {1: x[0]})
    d[1] += x[1]
    d[2] -= x[2] * d[1]
    return d[1] * d[2] + (d[3] if 3 in d else x[4])


def counted(x):
    c = Counter()
    for k in "abcab":
        c[k] += 1
    return sum(x[i] ** 2 * c[k] for i, k in enumerate("abcde")) * len(c)


@pytest.mark.parametrize(
    "fn", [sums, edges, dicts_in_a_dict, first_of_an_argument, filled_at_first, counted]
)
def test_dicts_that_fill_themselves(fn) -> None:
    agrees_when_known(fn, X)


def merge_sorted(a):
    if len(a) <= 1:
        return a
    m = len(a) // 2
    left, right = merge_sorted(a[:m]), merge_sorted(a[m:])
    out, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            out.append(left[i])
            i += 1
        else:
            out.append(right[j])
            j += 1
    return out + left[i:] + right[j:]


def quick_sorted(a):
    if len(a) <= 1:
        return a
    p = a[0]
    low, high = [v for v in a[1:] if v < p], [v for v in a[1:] if v >= p]
    return quick_sorted(low) + [p] + quick_sorted(high)


def weighted_merge(x):
    return sum((k + 1) * v * v for k, v in enumerate(merge_sorted(list(x))))


def weighted_quick(x):
    return sum((k + 1) * v * v for k, v in enumerate(quick_sorted([v for v in x])))


def beam(x):
    """Tuples that grow."""
    beams = [((), 0.0)]
    for t in range(3):
        more = []
        for path, score in beams:
            for k in range(3):
                more.append((path + (k,), score + x[3 * t + k] * (1 + len(path))))
        more.sort(key=lambda c: -c[1])
        beams = more[:2]
    return beams[0][1] ** 2 + beams[1][1]


@pytest.mark.parametrize("fn", [weighted_merge, weighted_quick, beam])
def test_lists_put_together(fn) -> None:
    expected = finite_difference_gradient(fn, (X.copy(),), (0,))
    assert_close((s2s.grad(fn)(X.copy()),), expected, rtol=1e-6, atol=1e-7, where="gradient")
    s2s.check_grads(fn, (X.copy(),))
