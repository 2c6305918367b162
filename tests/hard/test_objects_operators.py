"""Operators, copies, properties and contexts of the user's classes, and named tuples."""

from __future__ import annotations

import copy
import dataclasses
from collections import namedtuple
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pytest

import s2s
from s2s import S2SError, Unsupported
from tests.hard.checks import agrees, refuses

X = np.array([0.7, 1.2, 0.5])


class Vec:
    """A vector in the plane."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vec(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __truediv__(self, k):
        return self * (1.0 / k)

    def __neg__(self):
        return -1.0 * self

    def __abs__(self):
        return (self.x**2 + self.y**2) ** 0.5

    def dot(self, other):
        return self.x * other.x + self.y * other.y


class Moving(Vec):
    """A vector that is changed in place."""

    def __iadd__(self, other):
        self.x = self.x + other.x
        self.y = self.y + other.y
        return self


class Ball:
    """A ball with vectors."""

    def __init__(self, pos, vel, m=1.0):
        self.pos, self.vel, self.m = pos, vel, m

    def step(self, f, dt):
        self.vel += f / self.m * dt
        self.pos = self.pos + self.vel * dt


def balls(x):
    """Vectors of objects in a list."""
    bodies = [Ball(Vec(v, v * v), Vec(0.1, v), 1.0 + v) for v in x]
    for _ in range(2):
        forces = []
        for a in bodies:
            f = Vec(0.0, 0.0)
            for b in bodies:
                if a is not b:
                    d = b.pos - a.pos
                    f += d / (abs(d) ** 3 + 0.1)
            forces.append(f)
        for b, f in zip(bodies, forces):
            b.step(f, 0.1)
    return sum(b.pos.dot(b.vel) * b.m for b in bodies)


def rebound(x):
    """Without `__iadd__` there is a new object, and the old one stays."""
    ball = Ball(Vec(x[0], x[1]), Vec(x[2], 1.0))
    before = ball.pos
    ball.pos += ball.vel
    ball.pos *= 2.0
    return ball.pos.dot(before)


def changed_in_place(x):
    """With `__iadd__` it is the same object."""
    ball = Ball(Moving(x[0], x[1]), Vec(x[2], 1.0))
    before = ball.pos
    ball.pos += ball.vel
    return ball.pos.dot(before)


def items_updated(x):
    """Items of dicts and lists that are objects."""
    table = {"p": Vec(x[0], x[1]), "q": Vec(x[2], 0.5)}
    for k in ("p", "q", "p"):
        table[k] += table["q"]
    vectors = [Vec(v, 1.0) for v in x]
    for i in range(3):
        vectors[i] += vectors[i - 1]
        vectors[i] = vectors[i] * 2.0
    return table["p"].dot(table["q"]) * vectors[1].dot(vectors[2])


class Matrix:
    """Around an array."""

    def __init__(self, a):
        self.a = a

    def __matmul__(self, other):
        return Matrix(self.a @ other.a)

    def __getitem__(self, k):
        return self.a[k]

    def __len__(self):
        return len(self.a)

    def __lt__(self, other):
        return np.sum(self.a) < np.sum(other.a)


def matrices(x):
    """Items, lengths and comparisons."""
    m, n = Matrix(np.outer(x, x)), Matrix(np.eye(3) * x)
    k = m @ n
    if n < m:
        k = k @ m
    return np.sum(k.a) * k[1, 1] * len(k)


class Acc:
    """Sums up."""

    def __init__(self):
        self.t = 0.0

    def __call__(self, v):
        self.t += v * v
        return self.t

    def __iadd__(self, v):
        self.t += v
        return self


def sums(x):
    """Objects in a dict that are called and added to."""
    accs = {"a": Acc(), "b": Acc()}
    for v in x:
        accs["a"](v)
        accs["b"] += v
    return accs["a"].t * accs["b"].t


@dataclass
class State:
    """A dataclass that makes things of its own."""

    x: float
    v: float = 1.0
    path: list = field(default_factory=list)
    w: np.ndarray = field(default_factory=lambda: np.ones(2))

    def __post_init__(self):
        self.y = self.x * 2


def made_by_factories(x):
    """Fields with factories, and what is made of the others."""
    s = State(x[0])
    for _ in range(3):
        s.path.append(s.y * s.x)
        s.w *= s.x
    return sum(s.path) * np.sum(s.w)


def replaced_fields(x):
    """`dataclasses.replace` in a loop."""
    s = State(x[0], x[1])
    for _ in range(3):
        s = dataclasses.replace(s, x=s.x + 0.1 * s.v, v=s.v - 0.1 * s.x)
    return s.x * s.v * s.y


def copies(x):
    """Copies of one object and of those in a list."""
    a = Vec(x[0], x[1])
    b, c = copy.copy(a), copy.deepcopy(a)
    b.x = b.x * x[2]
    c.y = c.y + b.x
    many = [Vec(v, 1.0) for v in x]
    others = [copy.copy(m) for m in many]
    for m in many:
        m.x = m.x * 2
    return a.dot(b) * c.y + sum(m.x * o.x for m, o in zip(many, others))


class Slots:
    """A class with `__slots__` and a default in its base."""

    __slots__ = ("u", "flux")

    def __init__(self, u):
        self.u = u
        self.flux = 0.0


def finite_volumes(x):
    """Cells that hand a flux on."""
    cells = [Slots(float(u)) for u in x]
    for _ in range(3):
        for k in range(len(cells) - 1):
            f = 0.5 * (cells[k].u ** 2 + cells[k + 1].u ** 2)
            cells[k].flux -= f
            cells[k + 1].flux += f
        for c in cells:
            c.u += 0.1 * c.flux
            c.flux = 0.0
    return sum([c.u**2 for c in cells])


class Scaled:
    """A context that changes what it gives."""

    def __init__(self, s):
        self.s = s

    def __enter__(self):
        self.s = self.s * 2
        return self

    def __exit__(self, *error):
        self.s = self.s + 1.0


def entered(x):
    """What happens before and after a block."""
    context = Scaled(x[0])
    with context as scaled:
        y = scaled.s * x[1]
    return y * context.s


Point = namedtuple("Point", "a b")


class Orbit(NamedTuple):
    """A named tuple with methods."""

    x: float
    v: float = 1.0

    def moved(self, dt):
        return self._replace(x=self.x + dt * self.v)

    @property
    def energy(self):
        return self.x**2 + self.v**2

    def __add__(self, other):
        return Orbit(self.x + other.x, self.v + other.v)


def points(x):
    """`_replace` in a loop."""
    p = Point(x[0], x[1])
    for _ in range(3):
        p = p._replace(a=p.a * p.b)
    return p.a * p.b + p[0]


def orbits(x):
    """Defaults, keywords, methods, properties, operators, unpacking."""
    s = Orbit(x[0])
    for _ in range(3):
        s = s.moved(0.1)
        if s.x > 0.5:
            s = Orbit(s.x, -s.v * x[1])
    t = s + Orbit(v=x[2], x=2.0)
    a, b = t
    return t.energy * a * b * len(t)


def orbits_in_a_list(x):
    """Items of a list are named tuples, too."""
    found = [Orbit(v, v * v).moved(0.1) for v in x]
    total = 0.0
    for s in found:
        total = total + s.energy
    found[1] = found[0] + found[1]
    return total * found[1].x


@pytest.mark.parametrize(
    "fn",
    [rebound, items_updated, matrices, sums, made_by_factories, replaced_fields, copies,
     entered, points, orbits],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_differentiated(fn) -> None:
    """All modes and the second order, with what is known of the arguments and without."""
    agrees(fn, X)


@pytest.mark.parametrize("fn", [balls, finite_volumes, orbits_in_a_list])
def test_second_order_forward_over_reverse(fn) -> None:
    """Backward, the text alone does not say what picks an item, and what an item is."""
    agrees(fn, X, order=1)
    step = 1e-5 * np.eye(3)
    slopes = [(s2s.grad(fn)(X + e) - s2s.grad(fn)(X - e)) / 2e-5 for e in step]
    np.testing.assert_allclose(s2s.hessian(fn)(X), slopes, rtol=1e-6, atol=1e-6)


def test_in_place_is_in_place() -> None:
    """An object that is changed under one name is changed under the other."""
    step = 1e-6 * np.eye(3)
    slope = [(changed_in_place(X + e) - changed_in_place(X - e)) / 2e-6 for e in step]
    np.testing.assert_allclose(s2s.grad(changed_in_place)(X), slope, rtol=1e-6)


def returned(x):
    """A named tuple is the result."""
    return Point(x[0], x[1])


def with_a_weight(x):
    """NumPy would go through the entries of the array."""
    v = x * Vec(1.0, 2.0)
    return v[0].x * v[1].y


def compared(x):
    """A dataclass compares its fields."""
    states = [State(float(v)) for v in x]
    total = 0.0
    for s in states:
        for t in states:
            if s == t:
                s.x = s.x * 2
                total = total + t.x
    return total


def test_refused() -> None:
    """What would mean something else."""
    with pytest.raises(Unsupported, match="returns a named tuple that it makes"):
        s2s.vjp(returned, X)
    refuses(compared, X, kind=S2SError, words="used as a whole")
    with pytest.raises((TypeError, S2SError)):
        s2s.grad(with_a_weight)(X)
