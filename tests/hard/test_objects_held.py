"""Objects that lists, dicts and other objects hold, and programs that are made of such."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import s2s
from s2s import S2SError
from tests.hard.checks import agrees, refuses
from tests.oracle import assert_close, finite_difference_gradient

X = np.array([0.7, 1.2, 0.5])
P = np.array([[0.1, 0.2], [1.0, -0.3], [0.5, 0.8]])
W = np.array([[0.3, -0.4], [0.5, 0.2]])


class Body:
    """Something that moves on a line."""

    def __init__(self, x, v=0.0):
        self.x = x
        self.v = v
        self.acc = 0.0


class Node:
    """A place in a list or a tree."""

    def __init__(self, v, left=None, right=None):
        self.v, self.left, self.right = v, left, right


class Counter:
    """Counts how often it was changed."""

    def __init__(self, x):
        self.x = x
        self.n = 0

    def inc(self, d):
        self.x = self.x + d
        self.n += 1
        return self

    def scaled(self, k):
        return Counter(self.x * k)


class Particle:
    """A mass on a spring."""

    def __init__(self, pos):
        self.pos = pos
        self.vel = np.zeros(2)
        self.force = np.zeros(2)


class Spring:
    """Holds two particles together."""

    def __init__(self, a, b, k):
        self.a, self.b, self.k = a, b, k

    def apply(self):
        d = self.b.pos - self.a.pos
        f = self.k * (np.sqrt(d @ d) - 0.5) * d
        self.a.force += f
        self.b.force -= f


@dataclass
class Planet:
    """A body in the plane."""

    mass: float
    pos: np.ndarray
    vel: np.ndarray

    def kick(self, f):
        self.vel += f


class Linear:
    """A layer that keeps its input."""

    def __init__(self, w, b):
        self.W, self.b = w, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, g):
        self.dW = self.x.T @ g
        return g @ self.W.T


class Network:
    """Layers in a list that nobody has written out."""

    def __init__(self, ws):
        self.layers = [Linear(w.copy(), np.zeros(w.shape[1])) for w in ws]

    def __call__(self, x):
        for layer in self.layers:
            x = np.tanh(layer.forward(x))
        return x

    def step(self, g, lr):
        for layer in reversed(self.layers):
            g = layer.backward(g)
            layer.W -= lr * layer.dW


class Kalman:
    """A filter of a position and a speed."""

    def __init__(self, q):
        self.F = np.array([[1.0, 0.1], [0.0, 1.0]])
        self.H = np.array([[1.0, 0.0]])
        self.Q, self.R = q * np.eye(2), np.eye(1)
        self.x, self.P = np.zeros(2), np.eye(2)
        self.loglik = 0.0

    def predict(self):
        self.x = self.F @ self.x
        self.P = self.F @ self.P @ self.F.T + self.Q

    def update(self, z):
        y = z - self.H @ self.x
        s = self.H @ self.P @ self.H.T + self.R
        gain = self.P @ self.H.T @ np.linalg.inv(s)
        self.x += gain @ y
        self.P -= gain @ self.H @ self.P
        self.loglik -= 0.5 * (y @ np.linalg.solve(s, y))


def planets(p):
    """The classic: pairs of bodies, updated in place."""
    bodies = []
    for k in range(3):
        bodies.append(Planet(1.0 + k, p[k].copy(), np.zeros(2)))
    for _ in range(2):
        for i, a in enumerate(bodies):
            for b in bodies[i + 1 :]:
                d = b.pos - a.pos
                f = d / (d @ d + 0.1) ** 1.5
                a.vel += 0.1 * b.mass * f
                b.kick(-0.1 * a.mass * f)
        for b in bodies:
            b.pos += 0.1 * b.vel
    return sum(np.sum(b.pos**2) for b in bodies)


def cloth(p, k):
    """Objects that hold other objects."""
    ps = [Particle(v) for v in p]
    springs = [Spring(ps[i], ps[i + 1], k) for i in range(len(ps) - 1)]
    for _ in range(2):
        for q in ps:
            q.force = np.array([0.0, -1.0])
        for s in springs:
            s.apply()
        for q in ps:
            q.vel += 0.1 * q.force
            q.pos = q.pos + 0.1 * q.vel
    return sum(np.sum(q.pos**2) for q in ps)


def training(w, lr):
    """Steps of gradient descent, written out by hand."""
    net = Network([w, w * 2])
    x = np.array([[0.1, 0.2], [0.3, -0.4]])
    for _ in range(2):
        net.step(net(x) - 1.0, lr)
    return np.sum(net(x) ** 2)


def filtered(q, zs):
    """Attributes updated in place that were made by arithmetic."""
    kf = Kalman(q)
    for z in zs:
        kf.predict()
        kf.update(z)
    return kf.loglik


def pairs(x):
    """Two names that may be of one object."""
    bodies = [Body(v) for v in x]
    for i in range(3):
        for j in range(3):
            a, b = bodies[i], bodies[j]
            a.x = a.x * 1.1
            b.x = b.x + a.x
    return bodies[0].x * bodies[1].x * bodies[2].x


def twice_in_a_list(x):
    """One object at two places."""
    o = Body(x.copy())
    bodies = [o, o, Body(2 * x)]
    for b in bodies:
        b.x = b.x * 2
    return np.sum(bodies[0].x * bodies[2].x)


def shuffled(x):
    """Lists of objects that change."""
    bodies = [Body(v) for v in x]
    bodies[0], bodies[2] = bodies[2], bodies[0]
    bodies[0].x = bodies[0].x * 5
    bodies.reverse()
    o = bodies.pop(1)
    bodies.insert(0, o)
    bodies.append(bodies[0])
    for b in bodies:
        b.x = b.x * b.x + 1.0
    del bodies[0]
    return bodies[0].x * bodies[-1].x


def chosen(x):
    """An object that a condition picks."""
    best = None
    for k in range(3):
        o = Body(x[k] * 2)
        if best is None or o.x > best.x:
            best = o
    best.x = best.x**2
    return best.x


def replaced(x):
    """Parts of an object that are replaced while something else holds them."""
    s = Node(x[0])
    h = Node(0.0, s)
    h.left = Node(x[1] * s.v)
    s.v = s.v * 7
    h.left.v = h.left.v + s.v
    t = h.left
    h.left = s
    h.left.v = h.left.v * t.v
    return t.v * s.v * h.left.v


def tree(x):
    """A tree that is built and walked."""
    nodes = [Node(v) for v in x]
    while len(nodes) > 1:
        a, b = nodes.pop(0), nodes.pop(0)
        nodes.append(Node(a.v * b.v + a.v, a, b))
    todo = [nodes[0]]
    total = 0.0
    while todo:
        n = todo.pop()
        total = total + n.v**2
        if n.left is not None:
            todo.append(n.left)
            todo.append(n.right)
    return total


def linked(x):
    """A linked list, walked by what is true of it."""
    head = None
    for v in x:
        head = Node(v, head)
    total = 0.0
    while head:
        total = total + head.v**2
        head.v = 0.0
        head = head.left
    return total


def chained(x):
    """Methods that give the object back, or another one."""
    counters = [Counter(v) for v in x]
    for c in counters:
        c.inc(x[0]).inc(c.x)
    others = [c.scaled(2.0).inc(1.0) for c in counters]
    return sum(c.x * d.x * d.n for c, d in zip(counters, others))


def in_a_dict(x):
    """Objects under keys that are known at run time only."""
    table = {}
    for k in range(3):
        table[f"n{k}"] = Body(x[k])
    for i, name in enumerate(sorted(table)):
        table[name].x = table[name].x * (i + 1)
        table["n0"].v = table["n0"].v + table[name].x
    return table["n0"].v * table["n1"].x


def left_early(x):
    """A loop over objects that is left."""
    bodies = [Body(v) for v in x]
    for b in bodies:
        if b.x > 1.0:
            b.x = b.x * 10
            break
        b.x = b.x * 2
    return sum(b.x**2 for b in bodies)


def asked(x):
    """Which object it is."""
    bodies = [Body(v) for v in x]
    o = bodies[1]
    total = 0.0
    for a in bodies:
        for b in bodies:
            if a is not b:
                total = total + a.x * b.x
    if o in bodies:
        o.x = o.x * total
    return bodies[bodies.index(o)].x


def grid(x):
    """Lists of lists of objects."""
    cells = [[Body(x[i] * (j + 1)) for j in range(2)] for i in range(3)]
    for i in range(1, 3):
        for j in range(2):
            cells[i][j].v += cells[i - 1][j].x * 2
            cells[i - 1][j].x = cells[i - 1][j].x + cells[i][j].v
    return sum(c.x * c.v for row in cells for c in row)


PROGRAMS = [
    (planets, P), (cloth, P, 1.3), (training, W, 0.1), (filtered, 0.3, P[:, :1]), (pairs, X),
    (twice_in_a_list, X), (shuffled, X), (chosen, X), (replaced, X), (tree, X), (linked, X),
    (chained, X), (in_a_dict, X), (left_early, X), (asked, X), (grid, X),
]  # fmt: skip


@pytest.mark.parametrize("case", PROGRAMS, ids=lambda c: c[0].__name__)
def test_differentiated(case) -> None:
    """All modes and the second order, with what is known of the arguments and without."""
    fn, *args = case
    agrees(fn, *args)
    if len(args) == 1:
        x = args[0]
        step = 1e-5 * np.eye(x.size).reshape(-1, *x.shape)
        slopes = [(s2s.grad(fn)(x + e) - s2s.grad(fn)(x - e)) / 2e-5 for e in step]
        hessian = s2s.hessian(fn)(x).reshape(x.size, -1)
        np.testing.assert_allclose(hessian, np.reshape(slopes, hessian.shape), atol=1e-5)


# Objects that are given ---------------------------------------------------------------------


@dataclass
class Ball:
    """A ball with a mass."""

    m: float
    x: float
    v: float

    def drift(self, dt):
        self.x += dt * self.v


def balls(bodies, dt):
    """Objects of the caller, changed by index and one after the other."""
    n = len(bodies)
    for _ in range(2):
        for i in range(n):
            for j in range(n):
                if i != j:
                    d = bodies[j].x - bodies[i].x
                    bodies[i].v += dt * bodies[j].m * d / (d * d + 0.5) ** 1.5
        for b in bodies:
            b.drift(dt)
    return sum(0.5 * b.m * b.v**2 + b.x for b in bodies)


def given_planets(ps, k):
    """Arrays of objects of the caller."""
    for _ in range(2):
        for a in ps:
            for b in ps:
                a.vel += 0.1 * k * b.mass * (b.pos - a.pos)
        for p in ps:
            p.pos += p.vel
    ps[0].vel = ps[0].pos * ps[1].pos
    return sum(np.sum(p.pos**2) for p in ps) + np.sum(ps[0].vel)


def only_read(ps):
    """Objects of the caller that stay as they are."""
    return sum(np.sum(p.pos * p.vel) for p in ps) * ps[0].mass


def _planets():
    return [Planet(1.5, p.copy(), 0.5 * p[::-1]) for p in P]


def _balls():
    return [Ball(1.0, 0.2, 0.1), Ball(2.0, 1.0, -0.3), Ball(0.5, -0.7, 0.3)]


@pytest.mark.parametrize(
    ("fn", "make"),
    [(balls, lambda: (_balls(), 0.1)), (given_planets, lambda: (_planets(), 0.7)),
     (only_read, lambda: (_planets(),))],
    ids=lambda p: getattr(p, "__name__", ""),
)  # fmt: skip
def test_objects_of_the_caller(fn, make) -> None:
    """The gradient is like the list of objects, which stays as it is."""
    args, numbers = make(), tuple(range(len(make())))
    expected = finite_difference_gradient(fn, make(), numbers)
    value, gradient = s2s.value_and_grad(fn, argnums=numbers)(*args)
    assert_close(value, fn(*make()), rtol=1e-12, atol=1e-12, where="value")
    assert_close(gradient, expected, rtol=1e-6, atol=1e-7, where="gradient")
    assert repr(args) == repr(make())
    s2s.check_grads(fn, make(), 1)


class Plain:
    """A class that is no dataclass."""

    def __init__(self, a):
        self.a, self.b = a, 2.0


def plain(objects):
    """Attributes of plain objects."""
    for p in objects:
        p.b = p.b * p.a
        p.a += p.b
    return sum(p.a * p.b for p in objects)


def test_records_of_plain_objects() -> None:
    """One record for each object."""
    found = s2s.grad(plain)([Plain(1.5), Plain(-0.5)])
    for k, step in enumerate(((1e-6, 0.0), (0.0, 1e-6))):
        ends = [plain([Plain(1.5 + s * step[0]), Plain(-0.5 + s * step[1])]) for s in (1, -1)]
        np.testing.assert_allclose(found[k].a, (ends[0] - ends[1]) / 2e-6, rtol=1e-6)


def test_one_object_given_twice_is_refused() -> None:
    """It would be two places, and is one."""
    ball = Ball(1.0, 0.2, 0.1)
    with pytest.raises(ValueError, match="one object stands at two places"):
        s2s.grad(balls)([ball, ball], 0.1)
    p = np.ones(2)
    with pytest.raises(ValueError, match="may share memory"):
        s2s.grad(given_planets)([Planet(1.0, p, np.ones(2)), Planet(1.0, p, np.zeros(2))], 0.1)


# What is refused ----------------------------------------------------------------------------


def one_array_in_two(x):
    """What one object updates, the other sees."""
    bodies = [Body(x * 1.0) for _ in range(2)]
    for b in bodies:
        b.v = b.x
    for b in bodies:
        b.x *= 2.0
    return sum(np.sum(b.v * b.x) for b in bodies)


def kept_outside(x):
    """A list keeps what an object updates."""
    bodies, kept = [Body(x * 1.0) for _ in range(2)], []
    for b in bodies:
        kept.append(b.x)
        b.x *= 3.0
    return np.sum(kept[0] * kept[1])


def returned_whole(x):
    """The result is an object."""
    bodies = [Body(v) for v in x]
    for b in bodies:
        b.x = b.x * 2
    return bodies


def sorted_by_value(x):
    """Objects are compared by a function."""
    bodies = [Body(v) for v in x]
    for b in sorted(bodies, key=lambda b: -b.x):
        b.x = b.x * 2
    return bodies[0].x


def made_outside_of_the_loop(x):
    """All objects hold the same array."""
    total, bodies = np.zeros(3), []
    for _ in range(3):
        bodies.append(Body(total))
    for b in bodies:
        b.x += x
    return np.sum(bodies[0].x * bodies[1].x * x)


def named_again(x):
    """An object of each iteration holds the same array."""
    total, s = np.zeros(3), 0.0
    for k in range(3):
        o = Body(total)
        o.x += x[k] * x
        s = s + np.sum(o.x**2)
    return s


class Shared:
    """All objects see one array until they have one of their own."""

    w = np.zeros(3)

    def __init__(self, x):
        self.x = x


def of_the_class(x):
    """The array of the class is changed."""
    objects = [Shared(v) for v in x]
    for o in objects:
        o.w += x
    result = np.sum(objects[0].w * objects[1].w)
    Shared.w[:] = 0.0
    return result


GLOBAL = Body(2.0)


def known_by_name(x):
    """An object that the function has not made."""
    bodies = [GLOBAL, Body(x[0])]
    for b in bodies:
        b.v = b.x * x[1]
    return sum(b.v for b in bodies)


@pytest.mark.parametrize(
    "fn",
    [one_array_in_two, kept_outside, returned_whole, sorted_by_value, made_outside_of_the_loop,
     named_again, of_the_class, known_by_name],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_right_or_refused(fn) -> None:
    """Never wrong."""
    try:
        found = s2s.grad(fn)(X)
    except S2SError as error:
        assert "^" in str(error)
        return
    step = 1e-6 * np.eye(3)
    slope = [(fn(X + e) - fn(X - e)) / 2e-6 for e in step]
    np.testing.assert_allclose(found, slope, rtol=1e-6)


def test_whole_objects_are_refused_in_words() -> None:
    """The message says which, and what to do."""
    refuses(returned_whole, X, kind=S2SError, words="container of objects `bodies` is used as a")
