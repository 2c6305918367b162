"""Names that some paths leave unbound, in forward mode: zeros have the shape of what is read."""

from __future__ import annotations

import numpy as np
import pytest

from tests.hard.checks import agrees

X = np.array([0.8, -0.9, 0.5])


def constant_row(a, b):
    """Gives an array without a derivative, or reads a name that nobody has."""
    if a > 100.0:
        if b > 0.0:
            return missing[-3]  # noqa: F821
    return np.array([1.4, 0.5, -1.2])


def from_a_helper(x, a):
    return x @ constant_row(x[0], a) * a


def in_a_choice(x, a):
    """The second choice keeps what the first has bound, or not."""
    if a > 0:
        y = np.ones(3)
    if a < 1:
        y = x * 2
    return y @ x * a


def in_loops(x, a):
    for _ in range(int(a)):
        y = np.ones(3)
    while a < 1:
        y = x * 2
        a += 1.0
    return y @ x * a


@pytest.mark.parametrize("fn", [from_a_helper, in_a_choice, in_loops])
@pytest.mark.parametrize("a", [0.5, 2.0])
def test_names_that_may_be_unbound(fn, a):
    agrees(fn, X, a, order=1, generic=False)
