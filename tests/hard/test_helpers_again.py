"""Helpers are kept between programs, and each program gets the one that it needs."""

from __future__ import annotations

import numpy as np
import pytest

import s2s


def plain(x, p):
    """A power whose base may be an array or a number."""
    return np.sum(x**p)


def chosen(x, p):
    """The same power where a later choice may leave it out."""
    y = x**p
    return np.sum(np.where(x > 0, y, 1.0))


@pytest.mark.parametrize("order", [(plain, chosen), (chosen, plain)], ids=["plain", "chosen"])
def test_a_choice_has_a_helper_of_its_own(order) -> None:
    """An infinite slope behind a choice counts as nothing, whoever was compiled before."""
    derivatives = {fn: s2s.grad(fn) for fn in order}
    assert all(derivatives[fn].source for fn in order)
    x = np.array([0.0, 4.0])
    generic = derivatives[chosen].generic(("x",)).module
    generic.ready()
    found = derivatives[chosen].subject.entry(generic.entry)(x, 0.5)
    np.testing.assert_allclose(found, [0.0, 0.25])
