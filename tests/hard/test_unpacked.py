"""Arrays that are taken apart: `a, b, c = np.exp(x)` and its relatives."""

from __future__ import annotations

import operator

import numpy as np
import pytest

from tests.hard.checks import agrees

X = np.array([2.4, 1.3, 2.9])
M = np.array([[0.3, -0.7], [1.1, 0.4], [-0.2, 0.9]])


def exponentials(x):
    """The rule reads its result."""
    a, b, c = np.exp(x)
    return a * b**2 + c


def columns(x):
    """The columns of the transpose."""
    u, v = np.outer(x[:2], x).T[:2]
    return np.sum(u * v**2)


def reshaped(x):
    """A method of an expression."""
    u, v, w = (x * 2).reshape(3)
    return u * v**2 + w


def starred(x):
    """The rest."""
    u, *v = np.sin(x)
    return u * v[0] ** 2 + v[1]


def nested(x):
    """Patterns in patterns."""
    (u, v), w = np.sin(x)[:2], np.cos(x)
    return u * v**2 + w[1]


def functions_in_turn(x):
    """Functions that are known at run time."""
    for fn in [np.sin, np.cos]:
        u, v, w = fn(x)
        x = x + u * v * w
    return np.sum(x)


def chosen(x):
    """One of two calls."""
    u, v, w = np.sin(x) if x[0] > 0 else np.cos(x)
    return u * v**2 * w


def operators(x):
    """Operators as functions."""
    u, v, w = operator.mul(x, x)
    return u * v**2 * w


def generated(x):
    """A generator that is consumed at once."""
    a, b, c = (q**2 for q in np.sin(x))
    return a * b * c


def generated_rest(x):
    """A generator of rows and a pattern with a rest."""
    (a, b, _), *rest = (q * np.sin(x) for q in x)
    return a * b * rest[0][1] ** 2 * rest[1][0]


def quantiles(x):
    """Two of them at once."""
    low, high = np.percentile(x, [20, 70])
    return low * high**2


@pytest.mark.parametrize(
    "program",
    [exponentials, columns, reshaped, starred, nested, functions_in_turn, chosen, operators,
     generated, generated_rest, quantiles],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_unpacked(program) -> None:
    """Both programs and both modes agree with differences."""
    agrees(program, X, order=1)


def test_rows_of_a_result() -> None:
    """A loop takes each row of a result apart."""

    def program(x):
        total = 0.0
        for (u, v), w in zip(np.sin(x), x[:, 0] ** 2):
            total += u * v**2 * w
        return total

    agrees(program, M)


def test_an_item_of_a_list() -> None:
    """The item is an array, the list is a list."""

    def program(xs):
        a, b, c = xs[-1]
        (d, *rest), e = xs[0], xs[1][0]
        return a * b**2 + c * d * rest[1] * e

    agrees(program, [X, X * 2, X + 1], order=1)


def test_a_buffer_that_an_early_return_leaves_unbound() -> None:
    """Nothing is done for it on the other path."""

    def program(x):
        if x[1] > 5:
            buffer = np.ones(4)
        else:
            if x[0] > 2:
                return x[0] ** 2
            buffer = np.zeros(4)
        buffer[1:] = x
        return np.sum(buffer**3)

    agrees(program, X, order=1)
    agrees(program, X - 1, order=1)
    agrees(program, X + 6, order=1)
