"""Choices by whether a list is empty, which it may be no more when the backward sweep chooses."""

from __future__ import annotations

import numpy as np
import pytest

from tests.hard.checks import agrees, agrees_when_known

X = np.array([0.7, 1.2, 0.5])


class Holder:
    """Holds a list."""

    def __init__(self):
        self.items = []


def filled_later(x):
    """Empty when it is asked, and not afterwards."""
    items, y = [], x[0]
    if items:
        y *= 5.0
    else:
        y *= y
    items.append(x[0] * x[1])
    return y * items[0]


def filled_in_a_loop(x):
    seen, y = [], x[0]
    for k, v in enumerate(x):
        y = y * v if seen else y * y * v
        seen.append(k)
    return y


def emptied_by_the_branch(x):
    items, y = [], 0.0
    for v in x:
        if items:
            y += items.pop() * v
        items.append(v * v)
    return y


def a_default_for_what_is_left(x):
    items, y = list(x), 0.0
    for k in range(4):
        y += (k + 1) * (items.pop(0) if items else x[k - 1]) ** 2
    return y


def of_an_attribute(x):
    holder, y = Holder(), x[0]
    for v in x:
        if holder.items and v < 1.0:
            y = y * v
        else:
            y = y * y * v
        holder.items.append(v)
    return y * holder.items[1]


def grown(items, v):
    """A helper asks."""
    if items:
        items.append(items[-1] * v)
    else:
        items.append(v)


def by_a_helper(x):
    items = []
    for v in x:
        grown(items, v)
    return sum(items)


FUNCTIONS = [filled_later, filled_in_a_loop, emptied_by_the_branch, a_default_for_what_is_left,
             of_an_attribute, by_a_helper]  # fmt: skip


@pytest.mark.parametrize("fn", FUNCTIONS)
def test_the_branch_is_that_of_its_time(fn):
    agrees_when_known(fn, X)


@pytest.mark.parametrize("fn", [filled_in_a_loop, emptied_by_the_branch])
def test_for_arguments_of_any_kind_as_well(fn):
    agrees(fn, X, order=1)
