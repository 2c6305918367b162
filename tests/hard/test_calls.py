"""Functions as values: picked from containers, passed on, made by others, given defaults."""

from __future__ import annotations

import math

import numpy as np
import pytest

import s2s
from s2s import NoRule
from tests.hard.checks import agrees, refuses

X = np.array([0.4, -0.7, 1.2])


def squared(v):
    return v * v


STEPS = [np.sin, squared, lambda v: v + 1.0]
NAMED = {"squared": squared, "exp": np.exp}


def listed(x):
    """Every function of a global list."""
    for step in STEPS:
        x = step(x)
    return np.sum(x)


def named(x):
    """Functions of a global dict."""
    return np.sum(NAMED["squared"](x) * NAMED["exp"](x))


def chosen(x):
    """A function that a condition chooses."""
    f = np.sin if x[0] > 0 else np.cos
    return np.sum(f(x) * x)


def chosen_of_two(x):
    """With two arguments, one of them a number, and taken apart."""
    f = divided if x[0] > 0 else np.arctan2
    a, b = pair_of if x[0] < 0 else STEPS[1:]
    return np.sum(f(x, 2.0)) + np.sum(a(x)) + np.sum(b(x))


def divided(a, b):
    return a / b


pair_of = (np.sin, np.cos)


def looked_up(x):
    """An attribute of a module by name."""
    return getattr(math, "exp")(x[0]) * x[1]  # noqa: B009


def holding(x):
    """A function that holds an active value and comes from elsewhere."""

    def make(a):
        def times(b):
            return a * b

        return times

    return np.sum(make(x)(x))


def keeping(x):
    """Functions that hold active values in a list that grows."""
    functions = []
    for k in range(2):
        functions.append(lambda v, k=k: v * x[k])
    total = 0.0
    for f in functions:
        total = total + np.sum(f(x))
    return total


def keywords_later(x):
    """A default that is computed from active values, which change afterwards."""
    c = np.sum(x)

    def scaled(u, w=c, *, t=2.0):
        return u * w * t

    c = c * 2
    return scaled(c) + scaled(c, 3.0) + scaled(c, t=c)


def seen_when_called(x):
    """Nested functions that read variables which are assigned again before the call."""
    k = x[0]

    def scaled(u):
        return u * k

    def both(u):
        return scaled(u) + k

    total = both(x)
    k = x[1] * 3
    for v in x:
        k = k + scaled(v)
        total = total + scaled(k) * v
    return np.sum(total * both(x))


@pytest.mark.parametrize("program", [listed, named, chosen, chosen_of_two],
                         ids=lambda f: f.__name__)  # fmt: skip
def test_function_known_at_run_time(program) -> None:
    """First order in both modes; the second order is refused in words."""
    agrees(program, X, order=1)
    with pytest.raises(NoRule, match="differentiated twice"):
        s2s.hvp(program, (X,), (X,))


def test_default_values() -> None:
    """Defaults are values of the place where the function is defined."""
    agrees(keywords_later, X)


def test_attribute_by_name() -> None:
    """`getattr` with a name that is written down is the attribute."""
    agrees(looked_up, X)


def test_late_binding() -> None:
    """A nested function sees the variables as they are when it is called."""
    agrees(seen_when_called, X)


def test_what_is_held_is_not_forgotten() -> None:
    """A function that may hold active values is refused, not called with a part of them."""
    refuses(keeping, X, kind=NoRule, words="may hold active values")


def test_functions_made_where_they_are_called() -> None:
    """What a function gives that makes functions is known."""
    agrees(holding, X)


def test_integers_have_no_adjoint() -> None:
    """A function known at run time may be given integers."""
    assert s2s.grad(lambda x: NAMED["squared"](3) * STEPS[1](x))(2.0) == 36.0


def doubled_in_place(v):
    v *= 2
    return v


def last(v):
    return v[-1]


WRITERS = [doubled_in_place]
READERS = [last, np.sum]


def writes_elsewhere(x):
    """A function known at run time that writes into what it is given."""
    y = x * 1.0
    z = WRITERS[0](y)
    return np.sum(y * z)


def written_after(x):
    """An array that is written into after a function known at run time has read it."""
    y = x * 1.0
    total = 0.0
    for read in READERS:
        total = total + read(y) ** 2
        y[0] = y[1] * total
    return total + np.sum(y * y)


def test_writes() -> None:
    """A callee that writes is refused when it is met, and so are writes around a call."""
    refuses(writes_elsewhere, X, kind=s2s.Unsound, words="only known at run time")
    refuses(written_after, X, kind=s2s.Unsound, words="something outside may hold it")


def test_a_nested_recursion_that_changes_what_it_captures() -> None:
    """Each level hands the list on."""

    def program(x):
        out = []

        def visit(v, depth):
            out.append(v * depth)
            if depth < 2:
                visit(v * 0.5, depth + 1)

        visit(x[0], 1)
        return sum(out)

    agrees(program, X, order=1)
