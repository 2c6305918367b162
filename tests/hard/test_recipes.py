"""Textbook algorithms in their usual form: in place, with strides that change, with stacks."""

from __future__ import annotations

import numpy as np
import pytest

from tests.hard.checks import agrees

X = np.array([0.4, -0.7, 1.1, 0.9, -1.3, 0.2, 0.6, -0.5])


def haar_transform(x):
    """The lifting steps, at twice the distance each time."""
    y = x.copy()
    step = 1
    while step < len(y):
        for i in range(0, len(y), 2 * step):
            a, b = y[i], y[i + step]
            y[i], y[i + step] = 0.5 * (a + b), a - b
        step *= 2
    return y @ (y * np.arange(8))


def fast_fourier_transform(x):
    """Bits reversed, then butterflies, in one array."""
    n = len(x)
    y = np.array(x, dtype=complex)
    j = 0
    for i in range(1, n):
        bit = n >> 1
        while j & bit:
            j ^= bit
            bit >>= 1
        j ^= bit
        if i < j:
            y[i], y[j] = y[j], y[i]
    length = 2
    while length <= n:
        half = length // 2
        w = np.exp(-2j * np.pi * np.arange(half) / length)
        for s in range(0, n, length):
            u = y[s : s + half].copy()
            v = y[s + half : s + length] * w
            y[s : s + half] = u + v
            y[s + half : s + length] = u - v
        length <<= 1
    return np.sum(np.abs(y) ** 3)


def adaptive_quadrature(x):
    """Intervals on a stack: one is taken, two may be put back."""

    def f(t):
        return np.exp(-x[0] * t * t) * x[1]

    total = 0.0
    todo = [(0.0, 1.0)]
    while todo:
        a, b = todo.pop()
        c = (a + b) / 2
        whole = (b - a) * f(c)
        halves = (b - a) / 2 * (f((a + c) / 2) + f((c + b) / 2))
        if abs(whole - halves) < 1e-3 or b - a < 0.05:
            total += halves
        else:
            todo.append((a, c))
            todo.append((c, b))
    return total


def bisected_intervals(x):
    """What is on the stack has a derivative."""
    total = 0.0
    todo = [(x[1], x[2])]
    while len(todo) > 0:
        low, high = todo.pop()
        middle = (low + high) / 2
        if high - low < 0.5:
            total += x[0] * middle**2
        else:
            todo.append((low, middle))
            todo.append((middle, high))
    return total


def rows_swapped_as_views(x):
    """The second row is read after the first was overwritten: NumPy's rows are views."""
    a = np.reshape(x, (4, 2)) * 1.0
    a[0], a[2] = a[2], a[0]
    return np.sum(a**2 * np.arange(8.0).reshape(4, 2))


def flat_entries(x):
    """The flat iterator writes into the array."""
    y = np.reshape(x, (2, 4)) * 1.0
    y.flat[5] += x[1]
    y.flat[2] *= x[3]
    return np.sum(y**3)


@pytest.mark.parametrize(
    "program",
    [haar_transform, fast_fourier_transform, adaptive_quadrature, bisected_intervals,
     rows_swapped_as_views, flat_entries],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_recipe(program) -> None:
    """All ways of differentiating agree with differences."""
    swaps = program in (fast_fourier_transform, rows_swapped_as_views)
    agrees(program, X, order=1 if swaps else 2, generic=not swaps)
