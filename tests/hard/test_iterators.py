"""`iter` and `next`: iterators that are kept, and sequences that change while they are used."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest

import s2s
from s2s import S2SError, Unsupported
from tests.hard.checks import agrees_when_known, refuses

X = np.array([0.7, 1.2, 0.5])


def first_and_rest(x):
    it = iter(x)
    last, total = next(it), 0.0
    for v in it:
        total += (v - last) ** 2
        last = v
    return total


def until_there_is_none(x):
    it = iter(x)
    total = 0.0
    while True:
        v = next(it, None)
        if v is None:
            break
        total += v * v
    return total


def in_pairs(x):
    """The loop and `next` take turns."""
    it = iter([*x, x[0]])
    total = 0.0
    for a in it:
        b = next(it)
        total += a * b * b
    return total


def left_and_taken_up_again(x):
    rest = iter(x)
    total = 0.0
    for v in rest:
        total += v
        if total > 0.5:
            break
    for v in rest:
        total += 3 * v * v
    return total


def two_at_once(x):
    a = iter(x)
    b = iter(x * 2.0)
    total = 0.0
    next(b)
    for v in a:
        total += v * next(b, 1.0)
    return total


def of_a_dict(x):
    table = {"a": x[0], "b": x[1]}
    it = iter(table.items())
    _, v = next(it)
    return v * v + next(it)[1] ** 3


@pytest.mark.parametrize(
    "fn", [first_and_rest, until_there_is_none, in_pairs, left_and_taken_up_again, two_at_once,
           of_a_dict],
)  # fmt: skip
def test_items_are_taken_one_by_one(fn):
    agrees_when_known(fn, X)


def named_and_used_twice(x):
    """The second loop finds what the first has left."""
    pairs = zip(x, [1, 2, 0])
    total = 1.0
    for a, k in pairs:
        total = total * a + x[k] ** 2
        if k == 2:
            break
    for a, k in pairs:
        total = total * a**3
    for a, _ in pairs:
        total = total * a**5
    return total


def named_places(x):
    """The items are no numbers of `x`, and come backward as well."""
    every = itertools.permutations(range(3), 2)
    total = 1.0
    for a, b in every:
        total = total * x[a] + x[b] ** 2
    return total


@pytest.mark.parametrize("fn", [named_and_used_twice, named_places])
def test_iterators_with_names(fn):
    agrees_when_known(fn, X)


def summed_twice(x):
    items = reversed(list(x))
    return sum(items) + 3 * sum(items)


def mapped_twice(x):
    items = map(np.sin, x)
    return sum(items) + 3 * sum(items)


def both_ways(pairs):
    total = 0.0
    for a, b in pairs:
        total = total + a * b
    for a, b in pairs:
        total = total + a * a * b
    return total


def given_to_a_function(x):
    return both_ways(zip(x, x * 2.0))


def in_a_container(x):
    held = {"pairs": zip(x, x * 2.0)}
    return sum([a * b for a, b in held["pairs"]]) + sum([a for a, _ in held["pairs"]])


def in_a_closure(x):
    pairs = zip(x, x * 2.0)

    def total():
        return sum([a * b for a, b in pairs])

    return total() + 2 * total()


@pytest.mark.parametrize(
    "fn", [summed_twice, mapped_twice, given_to_a_function, in_a_container, in_a_closure]
)
def test_an_iterator_is_used_up(fn):
    refuses(fn, X, kind=Unsupported, words="are active and can be gone through only once")


def squares(pairs):
    if len(X) > 5:
        return sum([a for a, _ in pairs])
    return sum([(a - b) ** 2 for a, b in pairs])


def used_up_on_the_spot(x):
    """By a function, a branch, a loop, a call."""
    first, *rest = reversed(list(x))
    more = []
    more += map(np.sin, x)
    total = squares(zip(x, x * x)) + first * sum(rest) * more[1]
    return total + functools.reduce(lambda a, b: a * b, map(np.cos, x))


def test_one_use_is_no_other_one():
    agrees_when_known(used_up_on_the_spot, X)


def array_written(x):
    y = x * 1.0
    it = iter(y)
    a = next(it)
    y[1] = 5.0 * x[0]
    return a * next(it)


def list_grown(x):
    items = [x[0], x[1]]
    same = items
    it = iter(same)
    items.append(x[2])
    total = 0.0
    for v in it:
        total = total * 0.5 + v * v
    return total


class Owner:
    """Writes into what it holds."""

    def __init__(self, x):
        self.x = x

    def change(self):
        self.x[1] = 7.0 * self.x[0]
        return 1.0


def changed_by_a_method(x):
    y = x * 2.0
    owner = Owner(y)
    it = iter(y)
    a = next(it)
    k = owner.change()
    return a * next(it) * k


@pytest.mark.parametrize("fn", [array_written, list_grown, changed_by_a_method])
def test_an_iterator_sees_what_becomes_of_its_sequence(fn):
    """A list of its items does not: refused."""
    for run in (lambda: s2s.grad(fn)(X), lambda: s2s.jvp(fn, (X,), (X,))):
        with pytest.raises(S2SError) as caught:
            run()
        assert "^" in str(caught.value)


def list_changed_by_the_loop(x):
    items, total = [x[0], x[1], x[2]], 0.0
    for v in itertools.accumulate(items):
        total += v * v
        items[2] = total
    return total


def array_written_before(x):
    y = x * 1.0
    pairs = zip(y, x)
    y[1] = x[0] * 3.0
    return sum([a * b for a, b in pairs])


def bound_of_a_filter(x):
    bound, total = 0.1, 0.0
    for v in filter(lambda v: v > bound, x):
        total += v * v
        bound = v
    return total


def assigned_after_the_map(x):
    k = 2.0
    items = map(lambda v: v * k, x)
    k = 5.0 * x[0]
    return sum(items)


def recorded_by_a_key(x):
    seen = []

    def key(v):
        seen.append(v)
        return -v

    return sorted(x, key=key)[0] * sum(seen)


@pytest.mark.parametrize(
    "fn", [list_changed_by_the_loop, array_written_before, bound_of_a_filter,
           assigned_after_the_map, recorded_by_a_key],
)  # fmt: skip
def test_what_runs_later_sees_what_is_later(fn):
    """Python asks for the items, and calls the functions, one after the other: refused."""
    for run in (lambda: s2s.grad(fn)(X), lambda: s2s.jvp(fn, (X,), (X,))):
        with pytest.raises(S2SError) as caught:
            run()
        assert "^" in str(caught.value)


def mapped_in_the_loop(x):
    """`map` in the head of a loop calls the function of that time."""
    k, total = 1.0, 0.0
    for v in map(lambda v: v * k, x):
        total += v * v
        k = k + v
    return total


def test_a_loop_over_a_map():
    agrees_when_known(mapped_in_the_loop, X)
