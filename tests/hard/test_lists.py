"""Lists that grow under several names, through functions, under conditions, and as stacks."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from s2s import Unsound
from tests.hard.checks import agrees, agrees_when_known, refuses


def put(items, v):
    items.append(v)


def put_often(items, v, n):
    if n == 0:
        return items[-1]
    items.append(v)
    return put_often(items, v * 2, n - 1)


def through_a_function(x):
    """A helper appends to the list that it is given."""
    items = []
    put(items, x * 2)
    put(items, x * x)
    return items[0] * items[1] * len(items)


def two_names(x):
    """The other name sees what was appended."""
    items = [x]
    other = items
    items.append(x * x)
    return other[-1] * items[0]


def captured(x):
    """A nested function appends under a condition, in a loop."""
    log = []

    def note(v):
        if v > 1:
            log.append(v)
        else:
            log.append(2 * v)
        return len(log)

    n = 0
    for k in range(4):
        n = note(x * k)
    return sum(log) * n + log[-1] ** 2


class Tape:
    """Items, and what they sum to."""

    def __init__(self):
        self.items = []

    def push(self, v):
        self.items.append(v)

    def total(self):
        return sum(self.items)


def attribute(x):
    """The list of an object under a name of its own."""
    tape = Tape()
    for k in range(3):
        tape.push(x**k)
    items = tape.items
    items.append(x * 5)
    return tape.total() * tape.items[-1]


def rows(x):
    """Lists of lists, each complete when it is put into the other."""
    table = []
    for k in range(3):
        row = []
        for j in range(2):
            row.append(x * (k + j))
        table.append(row)
    return sum(v * v for row in table for v in row)


def stack_with_a_condition(x):
    """Not every iteration puts something on the stack."""
    stack = []
    n = 0
    for k in range(4):
        if k != 1:
            stack.append(x**k)
            n += 1
    total = 0.0
    for k in range(n):
        v = stack.pop()
        total += v * (k + 1) * x
    return total


def stack_with_a_rest(x):
    """Not all is taken off again, and some of it under a condition."""
    stack = []
    for k in range(5):
        stack.append(x**k)
    total = x
    for k in range(3):
        if k != 1:
            v = stack.pop()
            total = total * v
    return total


def drained(items, n):
    total = 0.0
    for k in range(n):
        v = items.pop()
        total = total + v * (k + 1)
    return total


def powers(x, n):
    out = []
    for k in range(n):
        out.append(x ** (k + 1))
    return out


def filled_elsewhere(x):
    """One function fills the list, another empties it, twice."""
    items = powers(x, 3)
    t = drained(items, 2)
    items.append(t * x)
    return drained(items, 2)


def display(x):
    """A list that is written out and taken apart."""
    items = [x, x * x, np.sin(x)]
    v = items.pop()
    w = items.pop()
    return v * w


@pytest.mark.parametrize(
    "fn",
    [filled_elsewhere, display, through_a_function, two_names, captured, attribute, rows,
     stack_with_a_condition, stack_with_a_rest],
    ids=lambda fn: fn.__name__,
)  # fmt: skip
def test_differentiated(fn):
    agrees(fn, 0.7)


def in_a_dict(x):
    items = [x]
    box = {"a": items}
    items.append(x * x)
    return box["a"][-1] * items[0]


def row_twice(x):
    table, row = [], []
    for k in range(3):
        table.append(row)
        row.append(x * k)
    return sum(v for row in table for v in row)


def row_of_table(x):
    table = [[x], [x * x]]
    row = table[0]
    row.append(x * 3)
    return table[0][1] * table[1][0]


def recursive(x):
    return put_often([x], x, 3)


@pytest.mark.parametrize(
    ("fn", "words"),
    [(in_a_dict, "`box` holds it"), (row_twice, "`table` holds it"),
     (row_of_table, "`table` holds it"), (recursive, "calls itself")],
    ids=lambda p: getattr(p, "__name__", ""),
)  # fmt: skip
def test_refused(fn, words):
    refuses(fn, 0.7, kind=Unsound, words=words)


def test_list_of_the_caller():
    """A list that is passed in stays as it is, and its gradient is as long as it."""

    def f(items, x):
        items.append(x * items[0])
        return items[0] * items[-1]

    given = [2.0, 1.0]
    assert s2s.grad(f, argnums=(0, 1))(given, 3.0) == ([12.0, 0.0], 4.0)
    assert given == [2.0, 1.0]


def test_the_shape_of_an_item_of_a_list_that_shrinks():
    """The mean of an item needs its size backward: the item is read when it is there again."""

    def program(x):
        items = [x * x, np.outer(x, x)]
        items[::2] = [np.mean(items[-2]) * x for _ in items[::2]]
        last = items.pop(1)
        return np.sum(last) * np.sum(items[0])

    agrees(program, np.array([0.7, -0.4, 1.3]), order=1)


def first_of_views(x):
    parts = [x[:1] for _ in range(2)]
    x.fill(1)
    part = parts.pop(0)
    return np.sum(part)


def first_of_one(x):
    rows = [x for _ in range(2)]
    x *= 2.0
    row = rows.pop(0)
    return np.sum(row * row)


def entry_of_one(x):
    rows = {k: x for k in range(2)}
    x *= 2.0
    row = rows.pop(1)
    return np.sum(row * row)


def test_an_array_that_changes_while_a_list_holds_it() -> None:
    """What was taken out of the list had the adjoint of the old contents."""
    x = np.array([0.3, 0.5, 0.7])
    with pytest.raises(Unsound, match="may share its memory"):
        s2s.grad(first_of_views)(x)
    agrees_when_known(first_of_one, x)
    agrees_when_known(entry_of_one, x)
