"""Functions and classes in global tables, and functions that methods call: all may be bound anew."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from tests.hard.checks import agrees_when_known, refuses

X = np.array([[0.3, 0.8, 1.2], [0.5, -0.4, 0.9]])


class Tanh:
    def __call__(self, x):
        return np.tanh(x)

    def gradient(self, x):
        return 1 - np.tanh(x) ** 2


class Cube:
    def __call__(self, x):
        return x**3

    def gradient(self, x):
        return 3 * x**2


def cube(x):
    return x**3


def square(x):
    return x**2


ACTIVATIONS = {"tanh": Tanh, "cube": Cube}
FUNCTIONS = {"cube": cube, "square": square, "some thing": square}


class Layer:
    """State in place, and an object of a class that a table names."""

    def __init__(self, activation="tanh"):
        self.activation = ACTIVATIONS[activation]()

    def run(self, x):
        self.states = np.zeros_like(x)
        for t in range(len(x)):
            inner = x[t] + self.states[t - 1]
            self.states[t] = self.activation(inner) * self.activation.gradient(x[t])
        return self.states


def layers(x):
    return np.sum(Layer().run(x) ** 2) + np.sum(Layer("cube").run(x))


def picked(x):
    y = x * FUNCTIONS["square"](x)
    y += FUNCTIONS["some thing"](x)
    return np.sum(FUNCTIONS["cube"](y))


@pytest.mark.parametrize("fn", [layers, picked])
def test_right(fn) -> None:
    agrees_when_known(fn, X)


def test_a_table_is_looked_at_by_every_call(monkeypatch) -> None:
    derivative = s2s.grad(lambda x: np.sum(FUNCTIONS["cube"](x)))
    np.testing.assert_allclose(derivative(X), 3 * X**2)
    monkeypatch.setitem(FUNCTIONS, "cube", square)
    np.testing.assert_allclose(derivative(X), 2 * X)
    monkeypatch.setitem(globals(), "FUNCTIONS", {"cube": np.sin})
    np.testing.assert_allclose(derivative(X), np.cos(X))


def test_classes_of_a_table_are_looked_at_too(monkeypatch) -> None:
    derivative = s2s.grad(lambda x: np.sum(Layer().run(x)))
    before = derivative(X)
    monkeypatch.setitem(ACTIVATIONS, "tanh", Cube)
    after = derivative(X)
    assert not np.allclose(before, after)
    np.testing.assert_allclose(after, s2s.grad(lambda x: np.sum(Layer("cube").run(x)))(X))


class Made:
    """Made in the function: what its methods call leaves no trace in the derivative."""

    def run(self, x):
        return np.sum(cube(x))

    @property
    def power(self):
        return cube

    @staticmethod
    def of(x):
        return np.sum(cube(x))

    @classmethod
    def made(cls, x):
        return cls().run(x)


def by_property(x):
    power = Made().power
    return np.sum(power(x))


@pytest.mark.parametrize("fn", [
    lambda x: Made().run(x), by_property, lambda x: Made.of(x),
    lambda x: Made.made(x),
])  # fmt: skip
def test_what_methods_call_is_looked_at(fn, monkeypatch) -> None:
    derivative = s2s.grad(fn)
    np.testing.assert_allclose(derivative(X), 3 * X**2)
    monkeypatch.setitem(globals(), "cube", square)
    np.testing.assert_allclose(derivative(X), 2 * X)


COUNTS = {"calls": 0}


def counted(x):
    COUNTS["calls"] += 1
    return np.sum(x * x)


def test_changes_of_a_global_table_are_refused() -> None:
    refuses(counted, X, kind=s2s.Unsound, words="`COUNTS` is not of this function")
    assert COUNTS == {"calls": 0}
