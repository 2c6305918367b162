"""Generators that are consumed: by loops, by functions, by other generators; and what is refused."""

from __future__ import annotations

import itertools
from itertools import count, islice, takewhile

import numpy as np
import pytest

import s2s
from s2s import Unsupported
from tests.hard.checks import agrees, agrees_when_known, refuses

X = np.array([0.9, 1.7, 1.2, 0.6])


def steps(x, n):
    """Iterates of a map."""
    for _ in range(n):
        yield x
        x = x * np.sin(x)


def newton(x, a):
    """An endless one."""
    while True:
        x = 0.5 * (x + a / x)
        yield x


def in_a_loop(x):
    total = 0.0
    for i in range(1, 4):
        for k, v in enumerate(steps(x[0] * i, 4), 1):
            if v > 1e9:
                return total
            if k == 2:
                continue
            total = total * 0.5 + v * k
            if total > 1e8:
                break
        else:
            total = total * x[1]
    return total


def left_early(x):
    before = 0.0
    for v in newton(1.0, x[0]):
        if abs(v - before) < 1e-10:
            return v * x[1]
        before = v


def name_after_the_loop(x):
    for k, v in enumerate(newton(1.0, x[0])):
        if k == 4:
            break
    return v * x[1]


def beside_sequences(x):
    total = 0.0
    for a, v in zip(x, steps(x[0], 10)):
        total += a * v * v
    for v, a in zip(steps(x[0], 10), x):
        total += a * v
    for v, k in zip(steps(x[0], 3), count(2)):
        total += v * k
    return total


def by_functions(x):
    first = next(v for v in newton(1.0, x[1]) if v * v - x[1] < 1e-6)
    listed = list(islice(newton(2.0, x[0]), 3))
    a, b, *rest = steps(x[2], 4)
    return first * listed[0] * listed[2] + sum(steps(x[3], 3)) * a * b + sum(rest) + max(
        steps(x[2], 2)
    )  # fmt: skip


def in_comprehensions(x):
    nested = sum(sum(steps(v, 2)) * k for k, v in enumerate(x))
    table = {k: v for k, v in zip("abc", steps(x[0], 3))}
    return nested + sum([sum(w * w for w in steps(v, 3)) for v in x]) + table["a"] * table["c"]


def through_others(x):
    total = 0.0
    for v in map(lambda v: v * v, steps(x[0], 3)):
        total += v
    for v in filter(lambda v: v > 0.5, steps(x[1], 3)):
        total += v * v
    for v in takewhile(lambda v: v - 1.5 < 0.2, itertools.islice(steps(x[1], 9), 1, 4)):
        total += v**3
    return total


def windows(x, n):
    """A list of its own."""
    kept = []
    for v in x:
        kept.append(v)
        if len(kept) > n:
            kept.pop(0)
        if len(kept) == n:
            yield sum(kept) / n


def moving_averages(x):
    ws = list(windows(x, 2))
    total = ws[0] * ws[1]
    for w in windows(x, 3):
        total = total + w**3
    return total


def changed(x, n):
    """One array for all items."""
    y = x.copy()
    for _ in range(n):
        y += np.sin(y)
        yield y


def of_one_array(x):
    """Each item is used before it changes."""
    total = 0.0
    for y in changed(x, 3):
        total += np.sum(y * y)
    return total * np.sum(sum(changed(x, 2)))


def in_turns(x):
    """The consumer changes what the generator reads next."""
    y = x.copy()
    total = 0.0

    def items():
        for k in range(4):
            yield y[k] * 2

    for k, v in enumerate(items()):
        if k < 3:
            y[k + 1] = y[k + 1] + v * v
        total += v
    return total


def stopped_in_between(x):
    """Nothing runs after the last item that was asked for."""
    log = []

    def items():
        for v in x:
            log.append(1)
            yield v * v

    total = 0.0
    for v in items():
        total += v * len(log)
        if len(log) == 3:
            break
    return total * len(log)


def leaves(tree):
    """One that calls itself."""
    if isinstance(tree, tuple):
        for part in tree:
            yield from leaves(part)
    else:
        yield tree


def of_a_tree(x):
    total = 1.0
    for v in leaves((x[0], (x[1], (x[2], x[3])), x[0])):
        total = total * 0.5 + v * v
    for k in leaves((0, (2, 3))):
        total = total * x[k]
    return total + sum(v * v for v in leaves((x[2], x[1])))


def nested(x):
    def outer():
        def inner(n):
            for i in range(n):
                yield x[i] * n

        for n in range(3):
            yield from inner(n)
            for v in inner(2):
                yield v * v

    return sum(outer())


def named(x):
    squares = (v * v for v in x)
    total = 0.0
    for v in squares:
        total += v * v
    iterates = steps(x[0], 3)
    for v in iterates:
        total += v
    return total


@pytest.mark.parametrize(
    "fn",
    [
        name_after_the_loop, beside_sequences, by_functions, in_comprehensions, through_others,
        moving_averages, stopped_in_between, of_a_tree, nested, named,
    ],
)  # fmt: skip
def test_consumed(fn) -> None:
    """All happens in the order in which Python does it."""
    agrees(fn, X, order=1)


@pytest.mark.parametrize("fn", [in_a_loop, left_early, in_turns])
def test_consumed_and_differentiated_twice(fn) -> None:
    """The second order, too."""
    agrees(fn, X, order=2)


def test_items_of_one_array() -> None:
    """The generic program cannot tell whether `y += ...` is in place, and refuses."""
    gradient = s2s.grad(of_one_array)(X)
    for k in range(4):
        h = 1e-6 * np.eye(4)[k]
        slope = (of_one_array(X + h) - of_one_array(X - h)) / 2e-6
        assert abs(gradient[k] - slope) < 1e-5 * (1 + abs(slope))
    s2s.check_grads(of_one_array, (X,), 1)


def test_of_a_module_that_changes() -> None:
    """A generator function that means something else by now is read again."""
    scope = globals()
    gradient = s2s.grad(named)
    first = gradient(X)
    old = scope["steps"]
    try:
        scope["steps"] = newton_like
        assert not np.allclose(gradient(X), first)
    finally:
        scope["steps"] = old
    assert np.allclose(gradient(X), first)


def newton_like(x, n):
    """Other items."""
    for k in range(n):
        yield x * k


def the_same_array(x):
    ys = list(changed(x, 3))
    return np.sum(ys[0] * ys[2])


def kept(x):
    items = steps(x[0], 3)
    return next(items) * next(items)


def guarded(x):
    def items():
        for v in x:
            try:
                yield v * v
            except ValueError:
                yield v

    return sum(items())


def answered(x):
    def items():
        y = yield x[0]
        yield y

    total = 0.0
    for v in items():
        total += v
    return total


@pytest.mark.parametrize("fn", [kept, guarded, answered])
def test_refused(fn) -> None:
    """Generators that are kept, that handle exceptions around items, or are sent something."""
    refuses(fn, X, kind=Unsupported, words="generators and coroutines")


def test_a_list_of_one_array() -> None:
    """All items of the list are one array, which changes after it was put there."""
    agrees_when_known(the_same_array, X)
