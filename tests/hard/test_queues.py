"""Deques and sets, itertools that do not end, stars and merged dicts."""

from __future__ import annotations

import collections
import itertools
from collections import deque

import numpy as np
import pytest

import s2s
from s2s import NoRule
from tests.hard.checks import agrees

X = np.array([1.4, 0.7, 1.2, 0.9])
SETTINGS = {"w": np.array([1.0, 2.0]), "b": 0.5, "sub": {"q": 2.0}}
RATE = 1.5


def moving(x):
    last = deque(maxlen=2)
    total = 0.0
    for v in x:
        last.append(v * v)
        total = total + sum(last) / len(last) * v
    return total


def recurrence(x):
    past = collections.deque([0.0, 0.0], maxlen=2)
    total = 0.0
    for v in x:
        y = v + 0.5 * past[0] - 0.3 * past[1]
        past.appendleft(np.sin(y))
        total = total + y * y
    return total


def breadth_first(x):
    graph = {0: [1, 2], 1: [3], 2: [3], 3: [0]}
    seen = {0}
    queue = deque([(0, 1.0)])
    total = 0.0
    while queue:
        n, weight = queue.popleft()
        total = total + weight * x[n] ** 2
        for m in graph[n]:
            if m not in seen:
                seen.add(m)
                queue.append((m, weight * x[n]))
    return total * len(seen)


def sets_in_order(x):
    done = set()
    total = 1.0
    for k in [0, 1, 0, 2]:
        if k in done:
            continue
        done.add(k)
        total = total + x[k] ** 2 * total
    done.discard(1)
    for k in sorted(done):
        total = total * x[k]
    return total


def sets_gone_through(x):
    total = 0.5
    for v, k in zip(x, {2, 0}):
        total = np.sin(total * x[k] + v)
    for k in frozenset({1, 3}) | {0}:
        total = np.sin(total * x[k])
    return total + sum(x[k] for k in {k % 2 for k in range(5)})


def endless(x):
    total = 0.0
    for k, v in zip(itertools.count(1), x):
        total = total + v**k
    for v, w, k in zip(x, itertools.cycle([1.0, 2.0]), itertools.count()):
        total = total + v * v * w * k
    return total + sum(map(pow, x, itertools.repeat(3))) + sum(
        a * b for a, b in zip(x, itertools.repeat(x[0]))
    )  # fmt: skip


def cut(x):
    total = 0.0
    for v in itertools.islice(x, 1, 3):
        total = total * v + v
    for v in itertools.takewhile(lambda v: v > 0.8, x):
        total = total + v * v
    return total + sum(itertools.dropwhile(lambda v: v > 0.8, x)) * sum(itertools.islice(x, 2))


def handed_on(f, *args, scale=1.0, **options):
    return scale * f(*args, **options)


def power(a, b, c=2.0):
    return a * b**c


def product(a, b, c, d):
    return a * b + c * d


def stars(x):
    items = [*x, *x[:2] ** 2]
    pair = (x[0], *items[1:3])
    return sum(items) * pair[1] * pair[2] + product(*x) * np.hypot(*x[:2]) + handed_on(
        power, x[0], x[1], scale=x[2]
    ) + handed_on(power, x[0], b=x[1], c=3.0)  # fmt: skip


def merged(x):
    p = {**SETTINGS, "w": x[:2] * x[2]}
    q = dict(SETTINGS, w=x[1:3])
    r = SETTINGS | {"b": x[3]}
    s = SETTINGS.copy()
    s["w"] = x[:2] * 2
    return np.sum(p["w"] * q["w"] * r["w"] * s["w"]) * p["b"] * r["b"] * p["sub"]["q"]


def reads_a_global(x):
    global RATE
    return np.sum(x * RATE)


@pytest.mark.parametrize(
    "fn", [moving, recurrence, breadth_first, sets_in_order, sets_gone_through, endless, cut, stars,
           merged, reads_a_global],
)  # fmt: skip
def test_differentiated(fn) -> None:
    """Against differences, in both modes."""
    agrees(fn, X, order=1)


def both(d, e):
    return np.sum((d | e)["w"])


def test_two_dicts() -> None:
    """`|` has no derivative for numbers: that of dicts was zero, without a word."""
    d, e = {"w": X}, {"w": X * 2}
    for run in (lambda: s2s.grad(both, (0, 1))(d, e), lambda: s2s.jvp(both, (d, e), (e, d))):
        with pytest.raises(NoRule, match="dicts"):
            run()
