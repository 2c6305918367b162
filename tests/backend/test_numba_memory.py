"""What compiled loops keep and where: stacks as arrays, memory allocated once, gathered sums."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import s2s
from tests.oracle import assert_close

numba = pytest.importorskip("numba", reason="numba is not installed")

RNG = np.random.default_rng(11)


@pytest.fixture(autouse=True)
def _uncompiled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The generated loops are Python as well, which says so where an index is out of bounds."""
    if "compiled" not in request.keywords:
        monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    yield


def normal(*shape: int) -> np.ndarray:
    """Random numbers."""
    return RNG.standard_normal(shape)


def source(fn: Callable[..., Any], *args: Any, fallback: bool = False) -> str:
    """The derivative as text, after a comparison with that of NumPy."""
    derivative = s2s.value_and_grad(fn, target="numba")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if fallback else "error")
        got = derivative(*args)
    assert_close(got, s2s.value_and_grad(fn)(*args), rtol=1e-11, atol=1e-12)
    return derivative.specialize(*args).source


# ---- stacks ------------------------------------------------------------------------------------


def table(a):
    for k in range(len(a)):
        for i in range(a.shape[0]):
            a[i, :] = np.sin(a[i, :] + a[i, k] * a[k, :])
    return np.sum(a * a)


def triangle(a):
    s = 1.0
    for i in range(1, len(a)):
        for j in range(i):
            s = np.sin(s * a[i, j])
            a[i, :] = a[i, :] * np.cos(a[j, :])
        for j in range(i + 1, len(a)):
            s += np.exp(-s * s) * a[j, i]
    return s + np.sum(a)


def downward(x):
    y = x[0]
    for i in range(len(x) - 1, 0, -1):
        y = np.sin(y * x[i])
    for i in range(len(x) - 2, -1, -1):
        y = np.tanh(y + x[i] * y)
    return y


def unnamed(x):
    y = x[0]
    for _ in range(len(x)):
        y = np.sin(y * y)
    return y


def over_rows(a):
    s = a[0] * 1.0
    for k, row in enumerate(a):
        s = np.sin(s * row) + a[k, 0]
        for x in row:
            s = s + np.tanh(s[0] * x)
    return np.sum(s)


def chosen(x):
    s = x[0]
    for i in range(len(x)):
        if x[i] > 0.0:
            s = np.sin(s * x[i])
    return s


def until(x):
    s = x[0]
    for i in range(len(x)):
        s = np.sin(s + x[i])
        if s < 0.0:
            break
    return s


def growing(x):
    s = 0.0
    n = 1
    for i in range(len(x)):
        for j in range(n):
            s = np.sin(s + x[i] * x[j])
        n = min(n + 2, len(x))
    return s


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("fn", [table, triangle])
def test_rows(fn: Callable[..., Any], size: int) -> None:
    """What is pushed in nested loops is a row of an array that the counters name."""
    text = source(fn, normal(size, size))
    assert size == 1 or (".append(" not in text and "_saved" in text)


def test_rows_of_other_sizes() -> None:
    """The rows are as long as what is pushed, whatever the matrix is like."""
    assert ".append(" not in source(table, normal(3, 5))


def test_loops_over_arrays() -> None:
    """Rows and numbers that a loop takes by turns are read by their number."""
    for size in ((1, 3), (4, 1), (3, 4)):
        text = source(over_rows, normal(*size))
    assert "for row in" not in text and "for x in" not in text and "[k, " in text


@pytest.mark.parametrize("fn", [downward, unnamed, chosen])
@pytest.mark.parametrize("size", [1, 2, 6])
def test_numbers(fn: Callable[..., Any], size: int) -> None:
    """Loops that run backward, loops without a counter of their own, branches around the use."""
    assert ".append(" not in source(fn, normal(size) + 2.0)


@pytest.mark.parametrize("fn", [until, growing])
def test_stays_a_list(fn: Callable[..., Any]) -> None:
    """Where it is not known before how much is pushed, or where."""
    for _ in range(4):
        assert ".append(" in source(fn, normal(6))


def added_to_itself(x):
    np.add.at(x, np.array([2, 3, 3]), x[:-1])
    np.add.at(x, np.array([1, 0, 2]), 0.5 * x[1:])
    x[np.array([3, 1])] += x[:2]
    return np.sum(x * x)


def test_sums_at_indices() -> None:
    """What is added to an array of which it is a part is that from before."""
    source(added_to_itself, normal(4))


# ---- memory of loops ---------------------------------------------------------------------------


def packed(a):
    for i in range(len(a)):
        for j in range(i):
            a[i, :j] -= a[i, j] * a[j, :j]
            a[: j + 1, j] += a[i, : j + 1] * a[i, i]
    return np.sum(a * a)


def factors(a):
    n = len(a)
    for i in range(n):
        for j in range(i):
            a[i, j] -= a[i, :j] @ a[:j, j]
            a[i, j] /= a[j, j]
        for j in range(i, n):
            a[i, j] -= a[i, :i] @ a[:i, j]
    return np.sum(a * a)


def twice(a):
    for i in range(1, len(a)):
        a[i, :i] += 0.1 * a[:i, i]
        a[:i, i] *= a[i, :i]
        a[i, :i] += 0.2 * a[:i, i]
    return np.sum(a**3)


@pytest.mark.parametrize("size", [1, 2, 6])
@pytest.mark.parametrize("fn", [packed, factors, twice])
def test_parts(fn: Callable[..., Any], size: int) -> None:
    """Parts of one matrix, of which some lie apart and some do not; sizes that change."""
    source(fn, normal(size, size) + 3.0 * np.eye(size))


def test_parts_share_a_loop() -> None:
    """A row and a column that ends before it: both sums in one loop, with no array between."""
    text = source(factors, normal(5, 5) + 3.0 * np.eye(5))
    assert text.count("np.empty") == 1  # for the gradient


def test_memory_once() -> None:
    """What an iteration hands from one of its loops to the next is allocated before the loop."""
    text = source(table, normal(4, 4))
    assert "np.empty" in text
    assert not any(line.startswith("        ") and "np.empty" in line
                   for line in text.split("\n"))  # fmt: skip


# ---- sums of stencils --------------------------------------------------------------------------


def line(u, v):
    for _ in range(3):
        v[1:-1] = u[:-2] * 0.5 - 0.3 * u[1:-1] + 0.5 * u[2:]
        u[1:-1] = np.sin(v[:-2] + v[1:-1] + v[2:])
    return np.sum(u * u)


def plate(u):
    for _ in range(2):
        c = 4.0 * u[1:-1, 1:-1]
        u[1:-1, 1:-1] += 0.1 * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - c)
    return np.sum(u**3)


def brick(u, v):
    for _ in range(2):
        c = u[1:-1, 1:-1, 1:-1]
        v[1:-1, 1:-1, 1:-1] = (
            c + 0.1 * (u[2:, 1:-1, 1:-1] - 2 * c + u[:-2, 1:-1, 1:-1])
            + 0.1 * (u[1:-1, 2:, 1:-1] - 2 * c + u[1:-1, :-2, 1:-1])
            + 0.1 * (u[1:-1, 1:-1, 2:] - 2 * c + u[1:-1, 1:-1, :-2])
        )  # fmt: skip
        u[1:-1, 1:-1, 1:-1] = v[1:-1, 1:-1, 1:-1] ** 2 - 0.5 * v[:-2, 1:-1, 1:-1]
    return np.sum(u * v)


def lopsided(u):
    w = np.zeros_like(u)
    for k in range(2):
        t = np.sin(u[k, 2:-3])
        w[k, 3:-2] += t
        w[k, :-5] -= t
        w[k, 1:-4] += t
        w[k, 4:-1] -= t
    return np.sum(w * w)


def read_between(u):
    w = np.zeros_like(u)
    t = np.cos(u[1:-1])
    w[1:-1] += t
    w[2:] += t
    s = w[3]
    w[:-2] += t
    return np.sum(w * w) * s


def changed_between(u):
    w = np.zeros_like(u)
    t = np.cos(u[1:-1])
    w[1:-1] += t
    w[2:] += t
    t[0] = 3.0
    w[:-2] += t
    return np.sum(w * w)


@pytest.mark.parametrize("size", [3, 4, 7])
def test_gathered(size: int) -> None:
    """Stencils in one to three dimensions, with signs, on both sides of an array."""
    assert "around" in source(line, normal(size), normal(size))
    assert "around" in source(plate, normal(size, size + 1))
    assert "around" in source(brick, normal(size, size, size), normal(size, size, size))


def test_gathered_anywhere() -> None:
    """Parts that reach further to one side, of one row of a matrix."""
    assert "around" in source(lopsided, normal(2, 9))


@pytest.mark.parametrize("fn", [read_between, changed_between])
def test_not_gathered(fn: Callable[..., Any]) -> None:
    """What is looked at, or changed, between the sums keeps its place."""
    source(fn, normal(6))


@pytest.mark.parametrize("size", [1, 2])
def test_nothing_inside(size: int) -> None:
    """Arrays without an interior: the same numbers, by NumPy where sizes are not what is taken."""
    source(line, normal(size), normal(size), fallback=True)
    source(plate, normal(size, size), fallback=True)


@pytest.mark.compiled
def test_compiled() -> None:
    """What Numba makes of it."""
    source(table, normal(4, 4))
    source(plate, normal(5, 6))
