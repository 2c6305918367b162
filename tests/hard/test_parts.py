"""Objects that hold objects and functions, classes inside functions, static and class methods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from s2s import S2SError
from tests.hard.checks import agrees, refuses

W = np.array([[0.3, -0.4], [0.5, 0.2]])


class Dense:
    """A layer with weights."""

    def __init__(self, w, b):
        self.w, self.b = w, b

    def __call__(self, x):
        return np.tanh(self.w @ x + self.b)


class Scale:
    """A layer that counts its calls."""

    def __init__(self, s):
        self.s = s
        self.calls = 0

    def __call__(self, x):
        self.calls += 1
        return x * self.s * self.calls


class Net:
    """Layers in a list, in a dict, by themselves, and a function."""

    def __init__(self, w, s):
        self.layers = [Dense(w, 0.1 * w[0]), Scale(s), Dense(w * 2, w[1])]
        self.table = {"first": Scale(s * 2)}
        self.act = np.sin
        self.inner = Scale(s)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.act(x)

    def other(self, x):
        return self.layers[1](x) + self.table["first"](x) + self.inner(x)


def network(w, s):
    net = Net(w, s)
    y = net.forward(w[0])
    return np.sum(net.forward(y) * net.other(y)) * net.inner.calls


def loop_over_objects(s):
    total = 0.0
    for layer in (Scale(s), Scale(2 * s)):
        total = total + layer(s) * layer(s)
    return total


class Holder:
    """Holds one object, which may be replaced."""

    def __init__(self, s):
        self.part = Scale(s)

    def change(self, s):
        self.part = Scale(s * s)

    def run(self, x):
        return self.part(x)


def made_in_a_loop(s):
    total = 0.0
    for k in range(3):
        holder = Holder(s * (k + 1))
        total = total + holder.run(s) * holder.run(s)
    return total


def called_in_a_loop(s):
    holder = Holder(s)
    total = 0.0
    for _ in range(3):
        total = total + holder.run(s)
    return total * holder.part.calls


def local_classes(x):
    class State:
        """A state with a gain."""

        gain = 2.0

        def __init__(self, t):
            self.t = t

        @property
        def twice(self):
            return self.t * self.gain

        @staticmethod
        def square(v):
            return v * v

        def step(self):
            self.t = self.square(self.t) + 1
            return self.twice

    class Faster(State):
        def step(self):
            return super().step() * 3

    @dataclass
    class Pair:
        a: float
        b: float = 2.0

    state = Faster(x)
    state.step()
    pair = Pair(x)
    return state.step() ** 2 * pair.a * pair.b


class Poly:
    """A polynomial."""

    def __init__(self, c):
        self.c = c

    @classmethod
    def of(cls, a, b):
        return cls([a, b])

    @staticmethod
    def square(v):
        return v * v

    def value(self, x):
        return self.c[0] + self.square(self.c[1]) * x


def constructors(x):
    p = Poly.of(x, x * 2)
    return p.value(x) * Poly.square(x)


def replaced(s):
    holder = Holder(s)
    first = holder.run(s)
    holder.change(s)
    return first * holder.run(s)


def replaced_under_a_condition(s):
    holder = Holder(s)
    if s > 0.1:
        holder.part = Scale(s * 3)
    return holder.run(s)


@pytest.mark.parametrize(
    ("fn", "args"),
    [(network, (W, 0.7)), (loop_over_objects, (0.7,)), (made_in_a_loop, (0.7,)),
     (called_in_a_loop, (0.7,)), (local_classes, (0.3,)), (constructors, (0.7,)),
     (replaced, (0.7,)), (replaced_under_a_condition, (0.7,))],
    ids=lambda p: getattr(p, "__name__", ""),
)  # fmt: skip
def test_differentiated(fn, args):
    agrees(fn, *args)


def class_with_a_variable(x):
    k = 3.0

    class Local:
        def __init__(self, v):
            self.v = v

        def run(self):
            return self.v * k

    return Local(x).run()


def test_refused():
    refuses(class_with_a_variable, 0.7, kind=S2SError, words="used as a whole|no derivative rule")
