"""Objects that are made and changed inside a function, and variables that nested functions assign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import s2s


class Body:
    """Something with a position."""

    drag = 0.9

    def __init__(self, x):
        self.x = x
        self.steps = 0

    def energy(self):
        return np.sum(self.x**2)


class Particle(Body):
    """A body that moves."""

    def __init__(self, x, v):
        super().__init__(x)
        self.v = v
        self.path = []

    def step(self, dt):
        self.x = self.x + dt * self.v
        self.v *= self.drag
        self.steps += 1
        self.path.append(np.sum(self.x))
        return self

    @property
    def speed(self):
        return np.sum(self.v)

    def __call__(self, k):
        return self.x[0] * k


@dataclass
class State:
    """A dataclass with a default."""

    a: np.ndarray
    b: float = 2.0

    def bump(self):
        self.a = self.a * self.b
        self.b += 1.0


class Model:
    """A model that keeps what it computed."""

    def __init__(self, w):
        self.w = w
        self.calls = 0

    def run(self, x):
        self.calls += 1
        self.h = np.tanh(self.w * x)
        return self.out()

    def out(self):
        return np.sum(self.h**2) * self.calls


def trajectory(x):
    p = Particle(x, x * 0.5)
    for k in range(3):
        p.step(0.1).step(0.2)
        if k > 1:
            p.x = p.x * 1.5
    return p.energy() + p.speed + p(2.0) + sum(p.path)


def dataclass_in_a_while(x):
    s = State(x)
    while s.b < 4:
        s.bump()
    return np.sum(s.a**2)


def made_in_a_loop(x):
    total = 0.0
    for v in x:
        s = State(v)
        s.bump()
        total += s.a * s.b
    return total


def nonlocal_total(x):
    total, calls = 0.0, 0

    def pay(a):
        nonlocal total, calls
        total += 2 * a * a
        calls += 1

    for v in x:
        pay(v)
        pay(np.sin(v))
    return total / calls


def nonlocal_position(x):
    buf = np.zeros(len(x))
    n = 0

    def push(v):
        nonlocal n
        buf[n] = v * v
        n += 1

    for v in x:
        push(v)
    return np.sum(buf * np.arange(len(x))) * n


@pytest.mark.parametrize(
    "f",
    [trajectory, dataclass_in_a_while, made_in_a_loop, nonlocal_total, nonlocal_position],
)
def test_right_in_both_modes(f):
    x = np.array([0.3, -0.7, 1.2])
    slope = np.array([(f(x + e) - f(x - e)) / 2e-6 for e in 1e-6 * np.eye(3)])
    assert np.allclose(s2s.grad(f)(x), slope, atol=1e-6)
    way = np.array([0.5, 1.0, -2.0])
    value, tangent = s2s.jvp(f, (x,), (way,))
    assert np.isclose(value, f(x)) and np.isclose(tangent, way @ slope, atol=1e-6)


def test_an_object_of_the_caller_stays_as_it_is():
    def f(x, model):
        return model.run(x) + model.run(2 * x)

    x, w = np.array([0.3, -0.7, 1.2]), np.array([1.0, 2.0, 0.5])
    model = Model(w)
    slope = [
        (f(x + e, Model(w)) - f(x - e, Model(w))) / 2e-6 for e in 1e-6 * np.eye(3)
    ]  # fmt: skip
    assert np.allclose(s2s.grad(f)(x, model), slope, atol=1e-6)
    assert vars(model).keys() == {"w", "calls"} and model.calls == 0
    by_w = [(f(x, Model(w + e)) - f(x, Model(w - e))) / 2e-6 for e in 1e-6 * np.eye(3)]
    assert np.allclose(s2s.grad(f, 1)(x, model).w, by_w, atol=1e-6)


def test_an_object_used_as_a_whole_is_refused():
    def f(x):
        s = State(x)
        s.bump()
        return sum(np.sum(v) for v in vars(s).values())

    with pytest.raises(s2s.S2SError):
        s2s.grad(f)(np.ones(3))
