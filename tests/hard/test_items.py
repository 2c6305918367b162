"""Builtins that take a sequence and give a list."""

from __future__ import annotations

import math

import numpy as np
import pytest

import s2s
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


def plus_a_list(x):
    """A list that an array is added to is an array."""
    return np.sum((x + [x[0], 1.0, 2.0]) ** 2) + np.sum([x[1], 2.0, x[0]] * x)


@pytest.mark.parametrize(
    "program", [listed, listed_twice, rows, in_order, in_order_of_size, products],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_items(program) -> None:
    """Both modes and the second order agree with differences."""
    agrees(program, X)


def joined(x):
    """Lists are joined, not added."""
    items = [x[0]]
    for k in range(2):
        items = items + [items[-1] * x[k]]
    return sum(items)


def repeated(x):
    """A list is repeated, not multiplied."""
    return sum([x[0] * x[1]] * 3)


@pytest.mark.parametrize("program", [joined, repeated], ids=lambda f: f.__name__)
def test_lists_are_no_arrays(program) -> None:
    """The gradient is that of the program, or there is none."""
    try:
        found = s2s.grad(program)(X)
    except s2s.S2SError:
        return
    step = 1e-6 * np.eye(3)
    slope = [(program(X + e) - program(X - e)) / 2e-6 for e in step]
    np.testing.assert_allclose(found, slope, rtol=1e-6)


def test_a_list_beside_an_array_is_one() -> None:
    """What is known to be an array makes the list an array."""
    step = 1e-6 * np.eye(3)
    slope = [(plus_a_list(X + e) - plus_a_list(X - e)) / 2e-6 for e in step]
    np.testing.assert_allclose(s2s.grad(plus_a_list)(X), slope, rtol=1e-6)
