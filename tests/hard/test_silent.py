"""Programs whose gradient was once zero without a word."""

from __future__ import annotations

import numpy as np

from s2s import NoRule, Unsupported
from tests.hard.checks import agrees, refuses

X = np.array([0.4, -0.7, 1.2])


def counted_from_two(x):
    """The start of `enumerate` as a keyword."""
    return sum(i * v * v for i, v in enumerate(x, start=2))


def kept_enumeration(x):
    """An iterator that is made in one place and used up in another."""
    pairs = enumerate(x)
    total = 0.0
    for i, v in pairs:
        total = total + i * v
    return total


def set_of_squares(x):
    """Values in a set lose their order."""
    return sum({v * v for v in x})


def set_display(x):
    """The same, written out."""
    return max({x[0] * 2, x[1]})


def weighted_counts(x):
    """The weights of `bincount` are floats."""
    return np.sum(np.bincount(np.array([0, 1, 1]), weights=x) ** 2)


def from_function(x):
    """A function that captures an active value and is called by NumPy."""
    return np.sum(np.fromfunction(lambda i, j: i * x[0] + j * x[1], (2, 3)))


def drawn(x):
    """A draw that depends on its parameters in no simple way."""
    return np.random.dirichlet(x)[0]


def edges(x):
    """The edges of bins follow the smallest and the largest value."""
    return np.sum(np.histogram_bin_edges(x, bins=3) ** 2)


def test_enumerate_with_keyword() -> None:
    """`enumerate(x, start=2)` hands its items on."""
    agrees(counted_from_two, X)


def test_kept_enumeration() -> None:
    """An iterator of active items may be kept under a name."""
    agrees(kept_enumeration, X)


def test_sets() -> None:
    """Sets of active values are refused."""
    refuses(set_of_squares, X, kind=NoRule, words="SetComp")
    refuses(set_display, X, kind=Unsupported, words="a set of active values")


def test_functions_that_are_not_constant() -> None:
    """Functions of NumPy that were taken for constant have rules, or are refused."""
    agrees(weighted_counts, X)
    agrees(from_function, X)
    agrees(edges, X)
    refuses(drawn, X * X, kind=NoRule, words="dirichlet")
