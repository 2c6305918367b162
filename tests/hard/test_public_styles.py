"""How public NumPy code is written: abstract classes, private names, parts chosen by strings."""

from __future__ import annotations

import bisect
import math
import re
from abc import ABC, abstractmethod

import numpy as np

import s2s
from tests.hard.checks import agrees
from tests.oracle import finite_difference_gradient

X = np.array([0.4, -0.7, 1.2])


class Shape(ABC):
    """An abstract class, with what its classes share."""

    def __init__(self, scale=1.0):
        self.scale = scale
        super().__init__()

    def __call__(self, v):
        return self.scale * self.value(v)

    @abstractmethod
    def value(self, v):
        """What the classes say."""


class Bump(Shape):
    """A class that says it."""

    def value(self, v):
        return np.exp(-v * v)


class Ramp(Shape):
    """Another one."""

    def value(self, v):
        return np.tanh(v) * v


def shape_of(name):
    """A part that is chosen by a string, which may hold parameters."""
    if isinstance(name, Shape):
        return name
    name = name.lower()
    if name == "bump":
        return Bump()
    if "ramp" in name:
        scale = re.match(r"ramp\((.*)\)", name)
        return Ramp() if scale is None else Ramp(float(scale.groups()[0]))
    raise ValueError(f"unknown shape: {name}")


class Model:
    """Two parts, and options of which one has to be given."""

    def __init__(self, shape="Bump", gain=None, bias=None):
        if all([gain is None, bias is None]):
            gain = 1.5
        self.shape = shape_of(shape)
        self.gain = gain
        self.__bias = bias

    def __shifted(self, v):
        if self.__bias is None:
            return v
        return v + self.__bias

    def __call__(self, v):
        return self.gain * self.shape(self.__shifted(v))


def abstract(x, c):
    """Objects of classes with an abstract base."""
    f, g = Bump(c), Ramp()
    return np.sum(f(x) * g(x) + g.value(f(x)))


def by_name(x):
    """A string says of which class a part is."""
    return np.sum(Model()(x) + Model("Bump", gain=2.0, bias=x[0])(x))


WHOLE, HALF = Ramp(2.0), Bump(0.5)


def of_the_module(x):
    """A callable object that the module holds, and one that is picked."""
    part = WHOLE if x[0] > 0 else HALF
    return np.sum(WHOLE(x) + part(x) * HALF(x))


class Table:
    """A table of knots, which finds an interval by bisection."""

    def __init__(self, x, y):
        self.__x, self.__y = x, y

    def __interval(self, at):
        return max(bisect.bisect(self.__x, at) - 1, 0)

    def __call__(self, at):
        k = self.__interval(at)
        x, y = self.__x, self.__y
        share = (at - x[k]) / (x[k + 1] - x[k])
        return y[k] + share * (y[k + 1] - y[k])


def looked_up(y, at):
    """Private attributes and methods."""
    f = Table([0.0, 0.5, 2.0], y)
    return f(at) ** 2 + f(0.2 * at)


def wrapped(angle):
    """Whether it is a float or an array shows when it runs."""
    number = isinstance(angle, float)
    angle = np.asarray(angle).flatten()
    turned = (angle + np.pi) % (2 * np.pi) - np.pi
    return turned.item() if number else turned


def normalized(angle):
    return wrapped(angle)


class Vehicle:
    """State that a helper makes anew: then it may be updated in place."""

    def __init__(self, heading):
        self.x = 0.0
        self.heading = heading

    def step(self, turn):
        self.x += np.cos(self.heading)
        self.heading += 4.0 * turn
        self.heading = normalized(self.heading)


def driven(heading, turn):
    """Headings that are wrapped around."""
    vehicle = Vehicle(heading)
    for _ in range(4):
        vehicle.step(turn)
    return vehicle.x + vehicle.heading**2


def moments(rows, weights, noise):
    """Nothing of what it is given is in what it gives."""
    mean = weights @ rows
    off = rows - mean
    spread = off.T @ np.diag(weights) @ off
    if noise is not None:
        spread += noise
    return mean, spread


NOISE = np.diag([0.1, 0.2, 0.3])


def filtered(x):
    """Weights that are filled in, and passed on together with data of the module."""
    weights = np.full(4, 0.2)
    weights[0] = 0.4 * math.cos(x[0])
    for _ in range(2):
        rows = np.stack([x, x * x, x + 1.0, 1.0 - x])
        mean, spread = moments(rows, weights, NOISE)
        x = mean + spread @ x
    return np.sum(x)


def doubled(v):
    w = v + v
    for _ in range(2):
        w = w + np.sin(v)
    return w


def grown(x):
    """What a helper gives gets another name in each iteration: that is one array."""
    t = doubled(x)
    total = 0.0
    for _ in range(3):
        y = t
        y += x
        total += np.sum(y**2)
    return total


def renamed(x):
    """The same without a helper, in a loop that counts for itself."""
    t = x * 2.0
    total, k = 0.0, 0
    while k < 3:
        y = t
        y *= x
        total += np.sum(y**2)
        k += 1
    return total


def test_abstract_classes():
    agrees(abstract, X, 1.3)


def test_parts_by_name():
    agrees(by_name, X)


def test_callable_objects_of_the_module():
    agrees(of_the_module, X, order=1)


def test_private_names():
    agrees(looked_up, np.array([0.3, -0.4, 0.9]), 0.8)


def test_what_a_helper_makes_is_new():
    s2s.check_grads(driven, (2.9, 0.3), order=2)
    agrees(filtered, X)


def test_one_array_under_two_names_in_a_loop():
    for fn in grown, renamed:
        expected = finite_difference_gradient(fn, (X,), (0,))
        np.testing.assert_allclose(s2s.grad(fn)(X), expected[0], rtol=1e-6)
