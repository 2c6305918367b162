"""Lists that are read as a whole before they grow further."""

from __future__ import annotations

import numpy as np
import pytest

from tests.hard.checks import agrees

X = np.array([1.4, 0.7, 2.1])


def looped_over(x):
    """A loop over the list, then more of it."""
    items = [x[0], x[1]]
    total = x[2]
    for item in items:
        total = total * item
    items.append(total)
    items.append(total * total)
    return items[2] * items[3]


def summed_in_a_loop(x):
    """Each round reads all items there are."""
    items = [x[0], x[1]]
    total = 0.0
    while len(items) < 6:
        items.append(items[-1] * items[-2] * 0.5)
        total = total + sum(items) ** 2 * 0.01
    return total


def stacked(x):
    """An array of the list, then the list again."""
    items = []
    for v in x:
        items.append(v * v)
    items.append(np.stack(items).sum() ** 2)
    return np.sum(np.array(items) ** 2)


def pairs(x):
    """A list of tuples that are taken apart."""
    steps = [(x[0], x[1])]
    total = 0.0
    for _ in range(3):
        a, b = steps[-1]
        steps.append((a * b, b + x[2] * 0.1))
        total = total + sum(u * v for u, v in steps) ** 2 * 0.01
    return total


def updated_too(x):
    """Items are replaced as well."""
    items = [x[0]]
    for k in range(4):
        items.append(items[-1] ** 2 * x[k % 3] * 0.3)
        total = 0.0
        for item in items:
            total = total + item**2
        items[0] = items[0] * total * 0.01
    return items[-1] * items[0]


def grown_for_nothing(x):
    """What is appended later has no influence."""
    items = [x[0], x[1]]
    last = items[-1] * x[2]
    items.append(last * items[-1])
    return last**2


def made_in_a_loop_then_grown_for_nothing(x):
    """The adjoint of the list is as long as the list is in the end."""
    items = [v * x[0] for v in x]
    chosen = items[1] * items[0]
    for k in range(2):
        items.append(0.5 * items[-1] + k)
    return chosen


def grown_for_nothing_in_some_cases(x):
    """Which names the list has later depends on a choice."""
    items = []
    for v in x:
        items.append(v**2)
    chosen = items[2] * items[0]
    if x[0] > 1:
        items.append(items[0])
    else:
        items = [x[0]]
    while len(items) < 8:
        items.append(items[-1] * 0.5)
    return chosen


def chosen_items(x):
    """The list is made in rounds that choose, and is read from both ends once it is longer."""
    items = [x[-2] if x[0] > 0 else x[1] for _ in range(2)]
    items.append(items[1] ** 3)
    return items[-3] * np.hypot(items[2], 1.0 + items[0])


@pytest.mark.parametrize(
    "program", [made_in_a_loop_then_grown_for_nothing, grown_for_nothing_in_some_cases,
                chosen_items, grown_for_nothing, looped_over, summed_in_a_loop, stacked, pairs,
     updated_too],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_growing(program) -> None:
    """Both modes agree with differences; the second order is refused where it is not there."""
    agrees(program, X, order=1 if program in (summed_in_a_loop, stacked) else 2)
