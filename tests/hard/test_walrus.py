"""Assignments inside of the tests of loops and of comprehensions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.hard.checks import agrees


def halving(x):
    n, total = 0, 0.0
    while (step := x / 2**n) > 0.1 and (n := n + 1) < 6:
        total = total + step * step * n
    return total * step


def with_an_else(x):
    total = x
    while (total := total * 1.5) < 4.0:
        if total > 100.0:
            break
        total = total + x * x
    else:
        total = total * x
    return total


def iterator(x):
    items = [x, x * x, 2 * x, -x, x]
    k, total = -1, 0.0
    while (v := items[(k := k + 1)]) > 0:
        total = total + v * (k + 1)
    return total - v * v


def in_comprehensions(x):
    roots = [r * v for v in x if (r := v * v - 0.1) > 0]
    logs = sum(t * t for v in x if (t := math.exp(v) - 0.5) > 0.2)
    return sum(roots) * logs


@pytest.mark.parametrize(
    ("fn", "args"),
    [(halving, (0.9,)), (with_an_else, (0.6,)), (iterator, (0.4,)),
     (in_comprehensions, (np.array([0.4, -0.7, 0.2]),))],
    ids=lambda p: getattr(p, "__name__", ""),
)  # fmt: skip
def test_differentiated(fn, args):
    agrees(fn, *args)
