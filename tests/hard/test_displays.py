"""Lists, tuples and dicts that a call is written out from, and what is known of them by then."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from s2s import Unsound, Unsupported
from tests.hard.checks import agrees, agrees_when_known, refuses


def weighted(a, b=0.0):
    return a * a + 3 * b


def squared(v):
    return v * v


def cubed(v):
    return v * v * v + 1


def swap(pair):
    pair[0], pair[1] = pair[1], pair[0]


def changed_list(x):
    """An item is replaced before the list is spread."""
    pair = [x, x]
    pair[1] = x * x
    return weighted(*pair)


def changed_dict(x):
    """An entry is replaced before the dict is spread."""
    options = {"b": x}
    options["b"] = 3 * x
    return weighted(x, **options)


def updated_dict(x):
    """A method changes it."""
    options = {"b": x}
    options.update(b=x * x)
    return weighted(x, **options)


def changed_later(x):
    """The next time around the loop, the dict is another one."""
    options = {"b": x}
    y = 0.0
    for k in range(3):
        y = y + weighted(x, **options)
        options["b"] = x * x * k
    return y


def changed_inside(x):
    """A nested function changes what it captured."""
    pair = [x, 2 * x]

    def change():
        pair[1] = x * x

    y = 0.0
    for _ in range(2):
        y += weighted(*pair)
        change()
    return y


def another_name(x):
    """It is changed under another name."""
    pair = [x, x]
    other = pair
    other[1] = x * x * x
    return weighted(*pair)


@pytest.mark.parametrize(
    "fn", [changed_list, changed_inside, another_name], ids=lambda f: f.__name__
)
def test_changed_displays_are_not_written_out(fn):
    refuses(fn, 0.7, kind=Unsupported, words="starred arguments")


@pytest.mark.parametrize(
    "fn", [changed_dict, updated_dict, changed_later], ids=lambda f: f.__name__
)
def test_what_a_dict_holds_when_it_is_spread(fn):
    agrees_when_known(fn, 0.7)


def replaced(x):
    """A function in a list is replaced, and the list gone through."""
    steps = [squared, cubed]
    steps[0] = cubed
    for step in steps:
        x = step(x)
    return x


def replaced_later(x):
    """In the first iteration it is another function than in the second."""
    steps = [squared, cubed]
    for _ in range(3):
        x = steps[0](x)
        steps[0] = cubed
    return x


def swapped(x):
    """A callee changes the list."""
    steps = [squared, cubed]
    for _ in range(3):
        x = steps[0](x)
        swap(steps)
    return x


def one_of_two(x):
    """Which list is changed is a choice."""
    steps = [squared, cubed]
    some = steps if x > 0 else [cubed, cubed]
    some[0] = cubed
    return steps[0](x)


class Stages:
    """Functions in a list that an object holds."""

    def __init__(self):
        self.steps = [squared, cubed]

    def simplify(self):
        self.steps[0] = cubed

    def run(self, x):
        return self.steps[0](x)


def of_an_object(x):
    """A method replaces one of them."""
    stages = Stages()
    for _ in range(2):
        x = stages.run(x)
        stages.simplify()
    return x


@pytest.mark.parametrize("fn", [replaced, replaced_later, swapped, of_an_object])
def test_functions_that_are_replaced(fn):
    agrees(fn, 0.7, order=1)


def test_a_choice_of_lists_that_is_changed():
    with pytest.raises(Unsound, match="two names of one array"):
        s2s.grad(one_of_two)(0.7)
    _, slope = s2s.jvp(one_of_two, (0.7,), (1.0,))
    np.testing.assert_allclose(slope, 3 * 0.7**2, rtol=1e-14)


class Affine:
    """Options that are `None`, a tuple, or one thing instead of a tuple."""

    def __init__(self):
        self.calls = 0

    def __call__(self, x, *factors, offset=None, names=()):
        self.calls += 1
        if not isinstance(names, tuple):
            names = (names,)
        if offset is None:
            offset = 1.0
        y = weighted(x, *names) + offset
        for f in factors:
            y = y * f + x
        return y


def spread_options(x):
    """The call says which of the options there are."""
    f = Affine()
    return f(x, 2.0, x) + f(x, offset=x, names=(x * x,)) + f(x, names=2.0) + f(x) * f.calls


class Counted:
    """State that messages speak of."""

    def __init__(self, limit, scale=None, method=None):
        self.limit = limit
        self.count = 0
        if scale is None:
            self.scale = 2.0
        else:
            self.scale = scale
        self.method = np.subtract if method is None else method

    @property
    def left(self):
        return self.limit - self.count

    def __call__(self, x, **options):
        if self.count >= self.limit:
            raise ValueError("no more than {} calls, {} left".format(self.limit, self.left))
        assert x.shape == (2,), f"{x.shape} after {self.count} calls"
        self.count += 1
        return self.moved(x, **options)

    def moved(self, x, by=None):
        if by is None:
            return self.method(x * self.scale, x * x)
        return self.method(x * self.scale, by)


def counted(x):
    """Messages with attributes in them, methods held by attributes, options passed on."""
    f = Counted(5)
    g = Counted(3, x[0], method=np.add)
    for k in range(3):
        x = f(x) + g(x, by=x * k)
    return np.sum(x) * f.left


def test_options_that_the_call_settles():
    agrees(spread_options, 0.7)


def test_messages_that_speak_of_attributes():
    agrees(counted, np.array([0.3, -0.4]))


def filled(x):
    """Rows of an array whose number of rows is computed; a message holds `x`."""
    if np.isscalar(x):
        x = np.asarray([x])
    n = np.size(x)
    if n > 5:
        raise ValueError("too many: {}".format(x))
    rows = np.zeros((2 * n + 1, n))
    rows[0] = x
    for k in range(n):
        rows[k + 1] = x[k] * x
    return np.sum(rows**3)


def test_arrays_of_computed_sizes_are_arrays():
    agrees(filled, np.array([0.3, -0.4]))


def test_the_sizes_of_an_array_stay_in_a_display() -> None:
    """They have no derivative, and what is known of `(n, *x.shape)` is not known of a list."""

    def program(x):
        table = np.zeros((2, *x.shape[:1], *x.shape))
        table[1, 0] = x * x
        return np.sum(table * table)

    agrees(program, np.array([0.5, -1.5]))
    assert "(2, *x.shape[:1], *x.shape)" in s2s.grad(program).specialize(np.ones(2)).source
