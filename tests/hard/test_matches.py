"""`match` statements: values, sequences, mappings, classes, guards, and patterns that stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import s2s
from s2s import S2SError
from tests.hard.checks import agrees, refuses


@dataclass
class Disc:
    """A circle."""

    radius: float


@dataclass
class Box:
    """A rectangle."""

    width: float
    height: float


def activation(kind, x):
    match kind:
        case "tanh":
            return np.sum(np.tanh(x))
        case "square" | "power":
            y = x * x
        case 3:
            y = x**3
        case None:
            y = x
        case _:
            y = 2 * x
    return np.sum(y * x)


def shapes(items):
    """Patterns that take sequences apart, with a guard and a star."""
    total = 0.0
    for item in items:
        match item:
            case [x, y] if x > y:
                total = total + x * y
            case [x, y]:
                total = total - x * y * y
            case [first, *rest]:
                total = total + first * sum(rest) * len(rest)
            case v:
                total = total + v * v
    return total


def command(step, x):
    """Mappings and alternatives."""
    match step:
        case {"op": "scale", "by": by}:
            x = x * by
        case {"op": "shift" | "move", "by": [a, b]}:
            x = x + a * b
        case {"op": op}:
            x = x * len(op)
    return np.sum(x * x)


def commands(x, b):
    total = 0.0
    for step in ({"op": "scale", "by": b}, {"op": "move", "by": [b, b * b]}, {"op": "none"}):
        total = total + command(step, x)
    return total


def area(shape, scale):
    """Classes with positions and names."""
    match shape:
        case Disc(r):
            return 3.14 * r * r * scale
        case Box(width=w, height=h) if w > 2 * h:
            return w * h * scale * scale
        case Box(w, h):
            return w * h * scale
        case float(v):
            return v * scale


def in_a_method(x):
    """Objects that the function makes."""
    total = 0.0
    for shape in (Disc(x), Box(x, 2 * x)):
        total = total + area(shape, x)
    return total


def nested_and_kept(x):
    """The inner function is written as it stands: nothing of it has a derivative."""

    def weight(item):
        match item:
            case {"scale": scale}:
                return 2.0 * scale
            case [first, *_]:
                return 3.0 * first
        return 5.0

    a, b, c = map(weight, [{"scale": 1}, [2], 4.0])
    return x * x * (a + 10.0 * b + 100.0 * c)


X = np.array([0.4, -0.7])


@pytest.mark.parametrize(
    ("fn", "args"),
    [
        *((activation, (kind, X)) for kind in ("tanh", "power", 3, None, "other")),
        (shapes, ([(0.3, 0.2), [0.3, 0.9], (0.4, 0.5, 0.7), 0.8],)),
        (commands, (X, 0.6)),
        (in_a_method, (0.6,)),
        (nested_and_kept, (0.6,)),
    ],
    ids=lambda p: getattr(p, "__name__", ""),
)
def test_differentiated(fn, args):
    agrees(fn, *args)


@pytest.mark.parametrize("shape", [Disc(0.3), Box(0.3, 0.4), Box(1.3, 0.4), 0.7])
def test_objects(shape):
    """The class of an argument is known when it is given."""
    s2s.check_grads(area, (shape, 1.2))


def names_in_alternatives(x):
    match x:
        case [v] | [v, _]:
            y = v * v
        case v:
            y = v
    return y * 2.0


def test_refused():
    refuses(names_in_alternatives, 0.7, kind=S2SError, words="`y` is active and assigned|Match")
