"""Nested functions with decorators, functions that make functions, and what they share."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from s2s import Unsupported
from tests.hard.checks import agrees, agrees_when_known, refuses

X = np.array([0.7, 1.3, -0.4])


def wrapped(f):
    @functools.wraps(f)
    def g(*args, **kwargs):
        return f(*args, **kwargs)

    return g


def scaled(c):
    def decorate(f):
        def g(*args):
            return c * f(*args)

        return g

    return decorate


def counted(c):
    """A counter that starts at `c`."""

    def more(d):
        nonlocal c
        c = c + d
        return c

    return more


def by_wraps(x):
    @wrapped
    def f(v):
        return np.sin(v) * x[1]

    return np.sum(f(x))


def by_a_call(x):
    @scaled(3.0)
    @wrapped
    def f(v, w):
        return np.sin(v) * w

    return np.sum(f(x, x[1]))


def by_one_defined_beside_it(x):
    def repeated(n):
        def decorate(f):
            @functools.wraps(f)
            def g(v):
                for _ in range(n):
                    v = f(v)
                return v

            return g

        return decorate

    @repeated(3)
    def f(v):
        return np.cos(v) * x[1]

    return np.sum(f(x))


def by_vectorize(x):
    @np.vectorize
    def f(v):
        return v * v if v > 0 else -v * x[0]

    return np.sum(f(x) * x)


def only_wraps_may_call_itself(x):
    @functools.wraps(np.sin)
    def f(n):
        return x[0] if n == 0 else f(n - 1) * x[1] + x[2]

    return f(3)


def under_a_condition(x):
    if x[0] > 0:

        @scaled(2.0)
        def f(v):
            return v * x[0]

        y = f(x[1])
    else:
        y = x[2]
    return y**2


def two_counters(x):
    a, b = counted(x[0]), counted(x[1])
    a(x[2])
    b(1.0)
    return a(x[1]) * b(x[0])


def functions_that_share_a_variable(x):
    def adder():
        total = 0.0

        def put(v):
            nonlocal total
            total = total + v

        def get():
            return total

        return put, get

    put, get = adder()
    for v in x:
        put(v**2)
    return get() ** 2


class Layer:
    """An object that holds a function."""

    def __init__(self, w, f):
        self.w, self.f = w, f

    def __call__(self, v):
        return self.f(v * self.w)


def functions_in_objects(x):
    return Layer(x[0], np.tanh)(x[1]) * Layer(x[2], lambda v: v * v + x[0])(x[1])


PROGRAMS = [
    by_wraps, by_a_call, by_one_defined_beside_it, by_vectorize, only_wraps_may_call_itself,
    under_a_condition, two_counters, functions_that_share_a_variable, functions_in_objects,
]  # fmt: skip


@pytest.mark.parametrize("fn", PROGRAMS, ids=lambda f: f.__name__)
def test_gradients(fn):
    agrees(fn, X)


def test_a_counter_that_may_be_an_array_is_differentiated_for_numbers():
    def total(x):
        def counted(c):
            def more(d):
                nonlocal c
                c += d
                return c

            return more

        f = counted(x[0])
        f(x[1])
        return f(x[2]) ** 2

    agrees_when_known(total, X)


def test_a_decorated_function_that_calls_itself_is_refused():
    def f(x):
        @scaled(2.0)
        def g(n):
            return x[0] if n == 0 else g(n - 1) * x[1]

        return g(2)

    refuses(f, X, kind=Unsupported, words="this decorator of a nested function")


def test_a_default_in_a_loop_belongs_to_the_place_of_the_function():
    """It was refused as a variable that is assigned again."""

    def f(x):
        total = 0.0
        for i in range(3):
            total += sum(map(lambda v, i=i: v * x[i], [x[0], x[1]]))
        return total

    agrees(f, X)
