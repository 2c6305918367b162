"""Programs whose gradient was once zero without a word."""

from __future__ import annotations

import numpy as np

import s2s
from s2s import NoRule, Unsupported
from tests.hard.checks import agrees, agrees_when_known, refuses

X = np.array([0.4, -0.7, 1.2])


def counted_from_two(x):
    """The start of `enumerate` as a keyword."""
    return sum(i * v * v for i, v in enumerate(x, start=2))


def kept_enumeration(x):
    """An iterator that is made in one place and used up in another."""
    pairs = enumerate(x)
    total = 0.0
    for i, v in pairs:
        total = total + i * v
    return total


def set_of_squares(x):
    """Values in a set lose their order."""
    return sum({v * v for v in x})


def set_display(x):
    """The same, written out."""
    return max({x[0] * 2, x[1]})


def weighted_counts(x):
    """The weights of `bincount` are floats."""
    return np.sum(np.bincount(np.array([0, 1, 1]), weights=x) ** 2)


def from_function(x):
    """A function that captures an active value and is called by NumPy."""
    return np.sum(np.fromfunction(lambda i, j: i * x[0] + j * x[1], (2, 3)))


def drawn(x):
    """A draw that depends on its parameters in no simple way."""
    return np.random.dirichlet(x)[0]


def edges(x):
    """The edges of bins follow the smallest and the largest value."""
    return np.sum(np.histogram_bin_edges(x, bins=3) ** 2)


def test_enumerate_with_keyword() -> None:
    """`enumerate(x, start=2)` hands its items on."""
    agrees(counted_from_two, X)


def test_kept_enumeration() -> None:
    """An iterator of active items may be kept under a name."""
    agrees(kept_enumeration, X)


def test_sets() -> None:
    """Sets of active values are refused."""
    refuses(set_of_squares, X, kind=NoRule, words="SetComp")
    refuses(set_display, X, kind=Unsupported, words="a set of active values")


def test_functions_that_are_not_constant() -> None:
    """Functions of NumPy that were taken for constant have rules, or are refused."""
    agrees(weighted_counts, X)
    agrees(from_function, X)
    agrees(edges, X)
    refuses(drawn, X * X, kind=NoRule, words="dirichlet")


def computed_from_items(x):
    """A number computed from an item of a list that is overwritten later."""
    xs, vs = [x[0], x[1], x[2]], [0.0, 0.1, 0.2]
    for _ in range(3):
        for i in range(3):
            d = xs[i] * 2
            vs[i] = vs[i] + d / (d * d + 0.5) ** 1.5
        for i in range(3):
            xs[i] = xs[i] + 0.1 * vs[i]
    return xs[0] + xs[1] * xs[2]


def test_items_that_numbers_are_computed_from() -> None:
    """What is computed again needs the list as it was, not only the item."""
    agrees(computed_from_items, X)


def counted_by_what_is_saved(x):
    """A loop whose iterations are counted by what they save."""
    xs, k = [x[0], x[1], x[2]], 0
    while k < 3:
        xs[k] = xs[k] * 2
        k = k + 1
    return xs[0] ** 2 + xs[1] ** 2 * xs[2]


def left_early(x):
    """A loop that is left."""
    y = x[0]
    for v in x:
        if y > 1.0:
            break
        y = y * y + v
    return y**3


def test_hessians_of_loops_that_are_counted() -> None:
    """How often a loop ran is known after it ran."""
    for program in (counted_by_what_is_saved, left_early):
        step = 1e-5 * np.eye(3)
        slopes = [
            (s2s.grad(program)(X + e) - s2s.grad(program)(X - e)) / 2e-5 for e in step
        ]  # fmt: skip
        np.testing.assert_allclose(s2s.hessian(program)(X), slopes, rtol=1e-6, atol=1e-6)


class Tank:
    """A property that does more than to assign."""

    area = 2.0

    def __init__(self, h):
        self._h = h

    @property
    def h(self):
        """The height."""
        return self._h

    @h.setter
    def h(self, value):
        self._h = value * 0.9


class Celsius:
    """A descriptor of the user's."""

    class Degrees:
        """Does more than to assign."""

        def __set__(self, obj, value):
            obj.__dict__["t"] = value + 1.0

    t = Degrees()


def with_a_setter(x):
    """Assignments that are calls."""
    tank = Tank(x)
    for _ in range(2):
        tank.h = tank.h * tank.area
        tank.h += 0.5
    return tank.h**2


def with_a_descriptor(x):
    """An assignment that does what nobody has looked at."""
    c = Celsius()
    c.t = x * x
    return c.__dict__["t"] ** 2


def test_setters() -> None:
    """The setter of a property is called, other descriptors are refused."""
    agrees(with_a_setter, 0.7)
    refuses(with_a_descriptor, 0.7, kind=Unsupported, words="cannot tell what assigning `t` does")


def overwritten_after_a_loop_that_is_left(x):
    """The array that the last iteration made is written into, and its old contents are needed."""
    a, total = x * 2, 0.0
    for e in x:
        if e > 5:
            break
        a = np.sin(x) * e
        total = total + np.sum(np.square(a))
    a[[1, 0]] = a[[0, 1]]
    return np.sum(a * np.array([1.0, 3.0, 2.0])) * total


def overwritten_after_a_choice(x):
    """The same where only some iterations make a new one."""
    a, total = x * 2, 0.0
    for k, e in enumerate(x):
        if k != 1:
            a = np.sin(x) * e
            total = total + np.sum(a**3)
        a[0] += e
    a[1:] = a[0] * a[2]
    return np.sum(a) * total


def test_overwritten_after_loops() -> None:
    """What one iteration makes may be what is written into after the loop."""
    agrees_when_known(overwritten_after_a_loop_that_is_left, np.array([-0.7, 0.5, 1.1]))
    agrees_when_known(overwritten_after_a_choice, np.array([-0.7, 0.5, 1.1]))
