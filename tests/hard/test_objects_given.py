"""Objects of the caller that hold other objects: networks with layers, systems with bodies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import s2s
from s2s import Unsupported
from tests.oracle import assert_close, finite_difference_gradient

W = np.array([[0.3, -0.4], [0.5, 0.2]])
DATA = np.array([[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]])


@dataclass
class Layer:
    """A layer that keeps its input, and can change its weights."""

    W: np.ndarray
    b: np.ndarray

    def __call__(self, x):
        self.x = x
        return np.tanh(x @ self.W + self.b)

    def step(self, lr):
        self.W -= lr * self.W**3


@dataclass
class Network:
    """Layers, one after the other."""

    layers: list

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def step(self, lr):
        for layer in self.layers:
            layer.step(lr)


@dataclass
class Body:
    """A body on a line."""

    m: float
    x: float
    v: float


@dataclass
class System:
    """Bodies, and what holds them together."""

    bodies: list
    k: float
    t: float = 0.0

    def step(self, dt):
        for a in self.bodies:
            for b in self.bodies:
                if a is not b:
                    a.v += dt * self.k * b.m * (b.x - a.x)
        for b in self.bodies:
            b.x += dt * b.v
        self.t += dt

    @property
    def energy(self):
        return sum(0.5 * b.m * b.v**2 for b in self.bodies)


@dataclass
class Pair:
    """One object inside of another."""

    inner: Body
    w: float


def loss(net):
    """Layers that are called, and keep something."""
    return np.sum(net(DATA) ** 2)


def penalised(net):
    """The same, and the layers once more."""
    total = loss(net)
    for layer in net.layers:
        total = total + np.sum(layer.W**2)
    return total


def trained(net):
    """Layers that change."""
    net.step(0.1)
    return np.sum(net(DATA) ** 2)


def of_layers(layers):
    """The layers alone."""
    y = DATA
    for layer in layers:
        y = layer(y)
    return np.sum(y**2)


def simulated(system):
    """Bodies that move."""
    for _ in range(2):
        system.step(0.1)
    return system.energy * system.t + system.bodies[0].x


def inside(pair):
    """The attributes of an attribute."""
    pair.inner.x *= pair.w
    pair.inner.v = pair.inner.x**2
    return pair.inner.v * pair.w * pair.inner.m


def _layers():
    return [Layer(W.copy(), np.ones(2)), Layer(W * 2, np.zeros(2))]


def _system():
    bodies = [Body(1.0, 0.2, 0.1), Body(2.0, 1.0, -0.3), Body(0.5, -0.7, 0.3)]
    return System(bodies, 1.3)


@pytest.mark.parametrize(
    ("fn", "make"),
    [(loss, lambda: Network(_layers())), (penalised, lambda: Network(_layers())),
     (trained, lambda: Network(_layers())), (of_layers, _layers), (simulated, _system),
     (inside, lambda: Pair(Body(1.5, 0.5, 0.1), 1.5))],
    ids=lambda p: getattr(p, "__name__", ""),
)  # fmt: skip
def test_gradients_like_the_object(fn, make) -> None:
    """Reverse and forward mode agree with differences, and the object stays as it is."""
    given = make()
    expected = finite_difference_gradient(fn, (make(),), 0)
    value, gradient = s2s.value_and_grad(fn)(given)
    assert_close(value, fn(make()), rtol=1e-12, atol=1e-12, where="value")
    assert_close(gradient, expected, rtol=1e-6, atol=1e-7, where="gradient")
    assert repr(given) == repr(make()) and not hasattr(given, "x")
    s2s.check_grads(fn, (make(),), 1)


def grown(system, x):
    """A body more than the caller has."""
    system.bodies.append(Body(x, x, x))
    for b in system.bodies:
        b.x = b.x * 2
    return sum(b.x for b in system.bodies)


def test_a_list_of_the_caller_stays_as_long_as_it_is() -> None:
    """What is appended is seen by the derivative only."""
    system = _system()
    assert np.isclose(s2s.grad(grown, 1)(system, 2.0), 2.0)
    assert len(system.bodies) == 3


def test_one_body_twice_is_refused() -> None:
    """Two places would be one object."""
    body = Body(1.0, 0.2, 0.1)
    with pytest.raises(ValueError, match="one object stands at two places"):
        s2s.grad(simulated)(System([body, body], 1.0))


def renewed(pair, x):
    """A part of the caller's object is replaced."""
    pair.inner = Body(x, pair.inner.x, pair.inner.v)
    pair.inner.x = pair.inner.x * x
    return pair.inner.x * pair.w


def test_parts_of_the_caller_that_are_replaced_are_refused() -> None:
    """Of objects that a function makes, parts may be replaced."""
    with pytest.raises(Unsupported, match="`inner` holds objects that are changed"):
        s2s.grad(renewed, 1)(Pair(Body(1.0, 0.5, 0.1), 1.5), 2.0)


@dataclass
class Field:
    """An array in an object."""

    u: np.ndarray


def overwritten(fields, x):
    """An array of the caller is written into."""
    for f in fields:
        f.u[0] = f.u[1] * x
    return sum(np.sum(f.u**2) for f in fields)


def test_arrays_of_objects_of_the_caller_stay_as_they_are() -> None:
    """Forward mode writes into copies; reverse mode refuses, or is right."""
    given = [Field(np.array([1.0, 2.0])), Field(np.array([3.0, 0.5]))]
    still = [Field(np.zeros(2)), Field(np.zeros(2))]
    value, tangent = s2s.jvp(overwritten, (given, 1.5), (still, 1.0))
    assert [f.u.tolist() for f in given] == [[1.0, 2.0], [3.0, 0.5]]
    assert np.isclose(value, 9.0 + 4.0 + 0.5625 + 0.25)
    assert np.isclose(tangent, 2 * 1.5 * (4.0 + 0.25))
    try:
        assert np.isclose(s2s.grad(overwritten, 1)(given, 1.5), tangent)
    except s2s.S2SError as error:
        assert "^" in str(error)
    assert [f.u.tolist() for f in given] == [[1.0, 2.0], [3.0, 0.5]]
