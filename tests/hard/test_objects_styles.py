"""Objects as they are written: layers in a list, bound methods, frozen dataclasses, base classes."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
import pytest

import s2s
from tests.hard.checks import agrees, agrees_when_known
from tests.oracle import assert_close, finite_difference_gradient

X = np.array([0.7, 1.3, -0.4])
W = np.array([[0.3, -0.4], [0.5, 0.2]])


class Dense:
    """A layer with weights."""

    def __init__(self, w, b):
        self.w, self.b = w, b

    def __call__(self, x):
        return x @ self.w + self.b


class Tanh:
    """A layer that keeps its result."""

    def __call__(self, x):
        self.out = np.tanh(x)
        return self.out


class Sequence:
    """Layers, one after the other."""

    def __init__(self, *layers):
        self.layers = list(layers)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def layers_in_a_list(w):
    net = Sequence(Dense(w, w[0]), Tanh(), Dense(w.T, w[1] * 2))
    return np.sum(net(W) ** 2)


class Pendulum:
    """The right side of an equation."""

    def __init__(self, length, friction):
        self.length, self.friction = length, friction

    def slope(self, t, y):
        return np.array([y[1], -np.sin(y[0]) / self.length - self.friction * y[1] * t])


class Midpoint:
    """A method that is given a right side."""

    def __init__(self, slope, h):
        self.slope, self.h = slope, h

    def step(self, t, y):
        f, h = self.slope, self.h
        return y + h * f(t + h / 2, y + h / 2 * f(t, y))


def bound_methods(x):
    pendulum = Pendulum(x[0], x[1])
    method = Midpoint(pendulum.slope, 0.1)
    y = np.array([x[2], 0.0])
    for k in range(3):
        y = method.step(k * 0.1, y)
    return y @ y


class Line:
    """A base class."""

    def __init__(self, a):
        self.a = a

    def at(self, x):
        return self.a * x


def bound_before_a_change(x):
    """A bound method sees the object as it is when it is called."""
    line = Line(x[0])
    f = line.at
    line.a = x[1] ** 2
    return f(x[2]) * functools.partial(line.at, x[0])()


class Curve(Line):
    """Names its base, and asks for it."""

    def at(self, x):
        return Line.at(self, x) + super().at(x) ** 2


class Bent(Curve):
    """Takes the method of its base as a value."""

    def at(self, x):
        of_base = super().at
        return of_base(x) + Curve.at(self, x * 2)

    def itself(self):
        return self.at


CURVE = Curve(0.5)


def base_classes(x):
    return Curve(x[0]).at(x[1]) * Bent(x[1]).itself()(x[2]) + sum(map(Curve(x[2]).at, x))


def base_of_a_captured_object(x):
    f = CURVE.at
    return f(x[0]) * CURVE.at(2 * x[1])


@dataclass(frozen=True)
class Vector:
    """A dataclass that is never changed, with operators."""

    x: float
    y: float

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __abs__(self):
        return np.sqrt(self @ self)

    @property
    def turned(self):
        return replace(self, x=-self.y, y=self.x)

    @classmethod
    def polar(cls, r, t):
        return cls(r * np.cos(t), r * np.sin(t))


HERE = Vector(0.5, 0.7)


def frozen_dataclass(x):
    total = Vector(0.0, 0.0)
    for k in range(3):
        total = total + Vector.polar(x[0], x[1]) * (k + x[2])
    return abs(total) + total @ total.turned + total.turned @ Vector(x[0], 1.0)


def operators_of_a_captured_object(x):
    v = Vector(x[0], x[1])
    return (HERE @ v) * abs(HERE) + (HERE * x[2]).x + (HERE + v).y


class Table:
    """Items that are updated through the object, and a property that is."""

    def __init__(self, a):
        self.a, self.shift = a.copy(), 0.0

    def __getitem__(self, k):
        return self.a[k]

    def __setitem__(self, k, v):
        self.a[k] = v

    @property
    def top(self):
        return self.a[0] + self.shift

    @top.setter
    def top(self, v):
        self.shift = v - self.a[0]


def updated_through_the_object(x):
    t = Table(x)
    t[1:] = t[:2] * 2
    t[0] += t[2]
    t.top *= x[1]
    t.top += 1.0
    return np.sum(t[:] ** 2) * t.top


def taken_apart_at_once(x):
    @dataclass
    class Triangle:
        points: list

        def area(self):
            (a, b), (c, d), (e, f) = self.points
            return a * (d - f) + c * (f - b) + e * (b - d)

    return Triangle([(x[0], x[1]), (x[1], x[2]), (x[2] * x[0], 1.0)]).area()


PROGRAMS = [
    bound_methods, bound_before_a_change, base_classes, frozen_dataclass,
    operators_of_a_captured_object, taken_apart_at_once,
]  # fmt: skip


@pytest.mark.parametrize("fn", PROGRAMS, ids=lambda f: f.__name__)
def test_gradients(fn):
    agrees(fn, X)


def test_layers_in_a_list():
    agrees(layers_in_a_list, W)


def test_base_of_a_captured_object():
    agrees(base_of_a_captured_object, X)


def test_updated_through_the_object():
    agrees_when_known(updated_through_the_object, X)


def test_a_method_that_asks_for_its_base_itself():
    for obj in CURVE, Bent(0.5):
        expected = finite_difference_gradient(obj.at, (0.7,), 0)
        assert_close(s2s.grad(obj.at)(0.7), expected, rtol=1e-8, atol=1e-9, where="gradient")


def test_operators_of_objects_that_are_given():
    """They were taken for those of numbers: this ended in an error when it ran."""

    def f(x, y):
        a, b = Vector(x[0], x[1]), Vector(x[1], y)
        return g(a, b)

    def g(a, b):
        return (a @ b) * abs(a) + (a + b * 2.0).x ** 2

    expected = finite_difference_gradient(f, (X, 0.3), (0, 1))
    a, b = s2s.grad(g, (0, 1))(Vector(X[0], X[1]), Vector(X[1], 0.3))
    found = np.array([a.x, a.y + b.x, 0.0]), b.y
    assert_close(found, expected, rtol=1e-7, atol=1e-8, where="gradient")
