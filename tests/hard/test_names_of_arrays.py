"""Arrays that are updated in place and have several names: in containers, by choices, as views."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import s2s
from s2s import Unsound
from tests.hard.checks import agrees_when_known

X = np.array([0.4, -0.7, 1.2, 0.9, -0.3, 0.5])
PROGRAMS = []


def program(*args):
    """Collect a program, and arguments after `X`."""

    def collect(fn):
        PROGRAMS.append((fn, args))
        return fn

    return collect


# One array behind all names


@program(1)
def in_a_list_twice(x, k):
    a = x * x
    rows = [a, a]
    rows[k] *= 3
    first = rows.pop()
    first += x
    return np.sum(rows[0] * a)


@program()
def saved_without_a_copy(x):
    u, saved = x.copy(), []
    for _ in range(3):
        saved.append(u)
        u += 0.1 * u**2
    saved[0] *= x
    return sum(np.sum(s**2) for s in saved) * len(saved)


@program()
def best_by_name(x):
    u = x.copy()
    best = u
    for k in range(3):
        u -= 0.2 * u**3
        if k == 1:
            best = u
    return np.sum(best**2) + u[0]


@program()
def state_taken_apart(x):
    def step(state, dt):
        position, speed = state
        speed -= dt * np.sin(position)
        position += dt * speed

    position, speed = x.copy(), np.zeros(6)
    state = (position, speed)
    for _ in range(3):
        step(state, 0.1)
    rows = np.stack([x, x**2])
    a, b = rows
    a += b
    b *= a
    return np.sum(position**2) + np.sum(speed) + np.sum(rows**2)


@program()
def out_by_default(x):
    def doubled(a, out=None):
        if out is None:
            out = np.empty_like(a)
        out[:] = a * 2
        return out

    u = x.copy()
    y = doubled(u)
    z = doubled(u, out=u)
    return np.sum(y * z * u)


# Several arrays, of which one is picked


@program(-1)
def display_under_an_index(x, k):
    a, b, c = x * 1.0, x**2, np.cos(x)
    rows = [a, b, c]
    for j in range(5):
        rows[j % 3] += 0.1 * rows[(j + 1) % 3]
        rows[-1] *= 1.01
    w = (a, b)[k]
    w[1:] *= x[0]
    return np.sum(a * b * c) + rows[0][1]


@program()
def two_buffers_by_name(x):
    a, b = x * 1.0, np.zeros(6)
    buffers = (a, b)
    for k in range(5):
        now, new = buffers[k % 2], buffers[(k + 1) % 2]
        new[:] = np.sin(now) + np.roll(now, 1)
    return np.sum(buffers[1] ** 2) + np.sum(a)


@program()
def picked_by_choices(x):
    a, b, c = x * 1.0, x**2, np.cos(x)
    for k in range(4):
        w = a if k == 0 else (b if k == 1 else c)
        w[k] += x[k + 1]
        if k % 2:
            old, new = a, b
        else:
            old, new = b, a
        new[1:] += old[:-1] * w[0]
    v = a if x[1] > 0 else b
    w = b if x[2] > 0 else c
    w[1:] += v[:-1] * x[0]
    v *= w
    return np.sum(a * b * c)


@program(True)
@program(False)
def views_and_copies(x, flag):
    u = x.copy()
    part = u[:4] if flag else u[1:5]
    part *= x[0]
    u[2] += 1
    part += u[2:6]
    w = u.copy() if flag else u
    w += x[1]
    tail = w[1:]
    tail *= 2
    u *= 3
    return np.sum(u**3) + np.sum(part * w[:4])


@program()
def views_in_a_list(x):
    u = x.copy()
    parts = [u[:3], u[1:4], u[3:]]
    for k in range(5):
        p = parts[k % 3]
        p *= 1.1
        p[0] += x[k] * u[2]
    return np.sum(u**3)


@program()
def picked_in_loops(x):
    a, b = np.outer(x, x), np.outer(x, x + 1)
    n = 0
    while n < 4:
        w = a if n % 3 else b
        row = w[n]
        row *= x
        while np.sum(w**2) < 5 and n < 3:
            w *= 1.3
            n += 1
        w -= 0.1 * w**2
        n += 1
    return np.sum(a * b)


# Views that an adjoint cannot view


@program()
def windows(x):
    u = x.copy()
    seen, wide = sliding_window_view(u, 3), np.broadcast_to(u, (2, 6))
    tall, total = wide.T, 0.0
    for k in range(3):
        total += np.sum(np.median(seen, axis=1)) + np.max(seen[k])
        u[k] = seen[k + 1].sum()
    u *= 2
    return total + np.sum(wide**2) * np.sum(tall[0] * x[1])


@program()
def indices_of_their_own(x):
    """Another entry than that of the array under the same index."""
    b = x * 1.0
    for _ in range(2):
        wide = np.broadcast_to(b, (2, 6))
        b[0] *= 1 + 0.1 * wide[1, 0]
        seen = sliding_window_view(b, 2)
        b[1] *= 1 + 0.1 * seen[0, 1]
    return np.sum(b**2)


@program()
def diagonals(x):
    a = np.outer(x, x) + 1
    d, e, row = np.diagonal(a), np.einsum("ii->i", a), a.flat
    e *= d
    e[1:] += x[1:]
    row[3] = row[2] * 0.5 + x[0]
    return np.sum(a**2) + np.sum(d * e) + row[7]


@pytest.mark.parametrize(("fn", "args"), PROGRAMS, ids=[fn.__name__ for fn, _ in PROGRAMS])
def test_names(fn, args) -> None:
    """Against differences, in both modes."""
    agrees_when_known(fn, X, *args)


def another_one_each_time(x):
    keep, total = [], 0.0
    for k in range(3):
        u = x * (k + 1)
        keep.append(u)
        u *= x[0]
        total = total + np.sum(keep[0] ** 2) + np.sum(keep[-1])
    return total


def rebound_on_the_way(x):
    u, keep = x * 1.0, []
    for k in range(3):
        keep.append(u)
        u *= 1.5
        if k == 1:
            u = u + x
    return np.sum(keep[0]) * np.sum(keep[2] ** 2)


def kept_for_the_next_iteration(x):
    a, b = x * 1.0, x**2
    w = a
    for k in range(4):
        w[k] *= 2
        w = b if k % 2 else a
    return np.sum(a * b)


@pytest.mark.parametrize(
    "fn", [another_one_each_time, rebound_on_the_way, kept_for_the_next_iteration]
)
def test_what_cannot_be_told(fn) -> None:
    """Reverse mode refuses it; forward mode, where tangents share memory too, does not."""
    with pytest.raises(Unsound):
        s2s.grad(fn)(X)
    s2s.check_grads(fn, (X,), modes="fwd")
