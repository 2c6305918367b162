"""Objects that are picked and put in order by a key, and `zip` of a star."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.hard.checks import agrees_when_known

X = np.array([0.7, 1.2, 0.5])


class Body:
    """Something with a place and a weight."""

    def __init__(self, x, m=1.0):
        self.x, self.m = x, m

    def score(self):
        return self.x * self.m


def smallest_is_changed(x):
    """The one that is picked is one of the list."""
    bodies = [Body(v, v * v) for v in x]
    for _ in range(3):
        top = max(bodies, key=lambda b: b.score())
        top.x *= 0.3
    low = min(bodies, key=lambda b: b.x)
    return sum(b.x * b.m for b in bodies) + low.x**2


def in_order(x):
    """The order is another list of the same objects."""
    bodies = [Body(v, v * v) for v in x]
    order = sorted(bodies, key=lambda b: b.score(), reverse=True)
    order[0].x = order[0].x * 2.0
    return sum((k + 1) * b.x**2 for k, b in enumerate(order)) + bodies[1].x


def put_in_order(x):
    bodies = [Body(v) for v in x]
    bodies.sort(key=lambda b: b.x)
    bodies[0].x *= 3.0
    return sum((k + 1) * b.x**2 for k, b in enumerate(bodies))


def all_pairs(x):
    """Every two pull on each other."""
    bodies = [Body(v, 0.0) for v in x]
    for a, b in itertools.combinations(bodies, 2):
        a.m += b.x**2
        b.m -= a.x
    return sum((k + 1) * b.m**2 for k, b in enumerate(bodies))


def columns_of_pairs(x):
    a, b = zip(*[(v, v * v) for v in x])
    return sum(p * q for p, q in zip(a, b)) + a[0] * b[1]


def stacked_columns(x):
    rows = [(v * x, v + x) for v in x]
    a, b = (np.stack(c) for c in zip(*rows))
    return np.sum(a * a * b)


@pytest.mark.parametrize(
    "fn", [smallest_is_changed, in_order, put_in_order, all_pairs, columns_of_pairs,
           stacked_columns],
)  # fmt: skip
def test_objects_and_columns(fn):
    agrees_when_known(fn, X)
