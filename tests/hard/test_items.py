"""Builtins that take a sequence and give a list."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.hard.checks import agrees

X = np.array([0.4, -0.7, 1.2])


def listed(x):
    """A list of an array, and an array of it again."""
    items = list(x)
    return np.sum(np.array(items) ** 2) * items[1] + sum(list(x[1:]))


def listed_twice(x):
    """A tuple of a list of a tuple."""
    items = tuple(list((x[0], x[1] * 2, x)))
    return items[0] * items[1] + np.sum(items[2] ** 2)


def rows(x):
    """A list of rows."""
    m = np.outer(x, x)
    first, *rest = list(m)
    return np.sum(first**2) + np.sum(rest[0] * rest[1])


def in_order(x):
    """Sorting down."""
    s = sorted(x, reverse=True)
    return s[0] * s[1] ** 2 * s[2] ** 3


def in_order_of_size(x):
    """Sorting by a key, from a list."""
    s = sorted([x[0], x[1], x[2] * x[0]], key=abs)
    return s[0] * s[1] ** 2 * s[2] ** 3


def products(x):
    """Sums and products of `math`."""
    return math.fsum(x) * math.prod(x)


@pytest.mark.parametrize(
    "program", [listed, listed_twice, rows, in_order, in_order_of_size, products],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_items(program) -> None:
    """Both modes and the second order agree with differences."""
    agrees(program, X)
