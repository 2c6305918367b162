"""Loops over objects: generator methods, iterator classes, sequences by position."""

from __future__ import annotations

import numpy as np
import pytest

from s2s import Unsupported
from tests.hard.checks import agrees, agrees_when_known, refuses

X = np.array([0.7, 1.3, -0.4])
U = np.linspace(0.1, 1.2, 12).reshape(3, 4)


class Map:
    """Iterates of a map."""

    def __init__(self, a):
        self.a = a

    def __iter__(self):
        for k in range(3):
            yield self.a * k

    def steps(self, x, n=3):
        for k in range(n):
            x = np.sin(x) * self.a
            yield k, x


class Simulation:
    """State that a generator advances."""

    def __init__(self, x):
        self.x, self.t = x, 0.0

    def run(self, n):
        for _ in range(n):
            self.x = self.x - 0.1 * np.sin(self.x)
            self.t += 0.1
            yield self.t, self.x


class Steps:
    """An iterator with a number of items."""

    def __init__(self, n, h):
        self.n, self.h = n, h

    def __iter__(self):
        self.i = 0
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i * self.h


class Fibonacci:
    """An iterator without an end."""

    def __init__(self, a, b):
        self.a, self.b = a, b

    def __iter__(self):
        return self

    def __next__(self):
        self.a, self.b = self.b, self.a + self.b
        return self.a


class Items:
    """Gone through by the iterator of a list."""

    def __init__(self, items):
        self.items = items

    def __iter__(self):
        return iter(self.items)


class Windows:
    """Gone through by position."""

    def __init__(self, x, width):
        self.x, self.width = x, width

    def __getitem__(self, k):
        if k + self.width > len(self.x):
            raise IndexError(k)
        return self.x[k : k + self.width]


class Tree:
    """Goes through its branches in order."""

    def __init__(self, v, left=None, right=None):
        self.v, self.left, self.right = v, left, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.v
        if self.right:
            yield from self.right


class Grid:
    """Places, one generator method made of another."""

    def __init__(self, n, m):
        self.n, self.m = n, m

    def cells(self):
        for i in range(self.n):
            for j in range(self.m):
                yield i, j

    def interior(self):
        for i, j in self.cells():
            if 0 < i < self.n - 1 and 0 < j < self.m - 1:
                yield i, j


GRID = Grid(3, 4)


def generator_method(x):
    total, m = 0.0, Map(x[0])
    for k, v in m.steps(x[1]):
        total = total + v * (k + 1)
    return total


def kept_for_one_loop(x):
    """What is done in between is done before the first item is asked for."""
    sim, total = Simulation(x), 0.0
    items = sim.run(3)
    sim.x = x * 2
    for t, u in items:
        total = total + t * np.sum(u**2)
    return total + np.sum(sim.x)


def changed_by_the_loop(x):
    sim, total = Simulation(x), 0.0
    for t, u in sim.run(5):
        sim.x = sim.x * 0.9
        total = total + t * np.sum(u**2)
        if t > 0.25:
            break
    return total + np.sum(sim.x)


def else_and_continue(x):
    total = 0.0
    for k, v in Map(x[0]).steps(x[1], 4):
        if k == 2:
            continue
        if v > 1e3:
            break
        total = total + v * x[2]
    else:
        total = total * 2
    return total


def returns_from_the_loop(x):
    for v in Map(x[0]):
        if v > 0.5:
            return v * x[1]
    return x[2]


def loop_in_a_loop(x):
    total, m = 0.0, Map(x[0])
    for _, v in m.steps(x[1]):
        for _, w in m.steps(v, 2):
            total = total + v * w * x[2]
    return total


def all_at_once(x):
    m = Map(x[0])
    a, b, c = m
    pairs = [v * k for k, v in m.steps(x[1])]
    return sum(m) + max(m) * b + list(m)[1] * c + a + pairs[1] * pairs[2] + sum(
        v for _, v in m.steps(x[2])
    ) + np.fromiter(m, float).sum()  # fmt: skip


def filled_lists(x):
    found = []
    for k, v in Map(x[0]).steps(x[1]):
        if k != 1:
            found.append(v * v)
    return found[0] * found[1] + len(found)


def iterator_class(x):
    total = 0.0
    for t in Steps(3, x[0]):
        total = total + t * t * x[1]
    return total


def iterator_changed_by_the_loop(x):
    steps, total = Steps(4, x[0]), 0.0
    for t in steps:
        steps.h = steps.h * x[1]
        total = total + t
        if steps.i > 2:
            break
    return total * steps.h


def endless_iterator(x):
    total = 0.0
    for k, v in enumerate(Fibonacci(x[0], x[1]), 1):
        if k > 4:
            break
        total = total + v * v * k
    return total


def gone_on_with(x):
    """An iterator goes on where the first loop left it."""
    fib, total = Fibonacci(x[0], x[1]), 0.0
    for v in fib:
        if v > 1.5:
            break
        total = total + v
    for v in fib:
        total = total + v * v
        if v > 4.0:
            break
    return total


def iterator_of_a_list(x):
    total = 0.0
    for k, v in enumerate(Items([x[0], x[1] * x[2]])):
        total = total + v * v * (k + 1)
    return total


def by_position(x):
    total = 0.0
    for w in Windows(x, 2):
        total = total + np.prod(w)
    return total * sum(np.sum(w) for w in Windows(x, 3))


def branches_of_a_tree(x):
    tree = Tree(x[0], Tree(x[1], None, Tree(0.5)), Tree(x[2]))
    total = 0.0
    for k, v in enumerate(tree):
        total = total + (v + 1) ** 2 * k
    return total * sum(v for v in tree)


def objects_in_a_list(x):
    total = 0.0
    for m in [Map(v) for v in x]:
        for k, v in m.steps(x[1]):
            total = total + v * k
    return total


def writes_in_the_loop(u):
    v = u.copy()
    for i, j in GRID.interior():
        v[i, j] = v[i - 1, j] * v[i + 1, j] + v[i, j - 1] * v[i, j + 1]
    return np.sum(v**2)


PROGRAMS = [
    generator_method, kept_for_one_loop, changed_by_the_loop, else_and_continue,
    returns_from_the_loop, loop_in_a_loop, all_at_once, filled_lists, iterator_class,
    iterator_changed_by_the_loop, endless_iterator, gone_on_with, iterator_of_a_list, by_position,
    objects_in_a_list,
]  # fmt: skip


@pytest.mark.parametrize("fn", PROGRAMS, ids=lambda f: f.__name__)
def test_gradients(fn):
    agrees(fn, X)


def test_branches_of_a_tree():
    agrees_when_known(branches_of_a_tree, X)


def test_writes_in_the_loop():
    agrees(writes_in_the_loop, U)


def test_a_sum_that_may_be_an_array_is_differentiated_for_numbers():
    def total(x):
        s = 0.0
        for k, v in Map(x[0]).steps(x[1]):
            s += v * (k + 1)
        return s

    agrees_when_known(total, X)


def test_a_generator_for_two_rounds_of_a_loop_is_refused():
    """The second round finds nothing."""

    def f(x):
        m, total = Map(x[0]), 0.0
        items = m.steps(x[1])
        for k in range(2):
            for _, v in items:
                total = total + v * (k + 1)
        return total

    refuses(f, X, kind=Unsupported, words="used as a whole here")
