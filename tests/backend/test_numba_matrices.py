"""Products of rows, an iteration each, as products of matrices: where that is right only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2s
from tests.oracle import assert_close

numba = pytest.importorskip("numba", reason="numba is not installed")

RNG = np.random.default_rng(13)


@pytest.fixture(autouse=True)
def _uncompiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The generated loops are Python as well."""
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)


def rows(x, a):
    for i in range(len(x)):
        x[i] = x[i] @ a
    return np.sum(np.abs(x * x * x))


def nested(x, a):
    cube = x * a[:, :, None]
    for r in range(len(a)):
        for q in range(len(x)):
            cube[r, q, :] = cube[r, q, :] @ a
    return np.sum(np.abs(cube**3))


def columns(x, a):
    for i in range(x.shape[1] - 1, -1, -1):
        x[:, i] = a @ x[:, i]
    return np.sum(np.abs(x**3))


def summed(x, a):
    """With a sum of outer products in the program itself."""
    total = np.zeros_like(a)
    y = np.zeros_like(x)
    for i in range(len(x)):
        y[i] = x[i] @ a
        total += x[i][:, None] * x[i]
    return np.sum(np.abs(y**3)) + np.sum(np.abs(total * a))


def changed_first(x, a):
    for i in range(len(x)):
        x[i] *= 2.0
        x[i] = x[i] @ a
    return np.sum(np.abs(x**3))


def next_row(x, a):
    for i in range(len(x) - 1):
        x[i + 1] += x[i] @ a
    return np.sum(np.abs(x**3))


def every_row(x, a):
    for i in range(len(x)):
        x += 0.1 * (x[i] @ a)
    return np.sum(np.abs(x**3))


def by_another_name(x, a):
    last = x[-1]
    for i in range(len(x)):
        y = x[i] @ a
        last *= y
    return np.sum(np.abs(x**3))


def changed_matrix(x, a):
    for i in range(len(x)):
        x[i] = x[i] @ a
        a[0] += 0.1 * x[i]
    return np.sum(np.abs(x**3))


def seen_sum(x, a):
    total = np.zeros_like(a)
    y = np.zeros_like(x)
    for i in range(len(x)):
        y[i] = x[i] @ a + total[0]
        total += x[i][:, None] * x[i]
    return np.sum(np.abs(y**3))


def not_all(x, a):
    y = np.zeros_like(x)
    for i in range(1, len(x)):
        y[i] = x[i] @ a
        if y[i, 0].real > 5.0:
            break
    return np.sum(np.abs(y**3))


TOGETHER = [rows, nested, columns, summed]
APART = [changed_first, next_row, every_row, by_another_name, changed_matrix, not_all]


@pytest.mark.parametrize("unit", [1.0, 1j])
@pytest.mark.parametrize("fn", [*TOGETHER, *APART, seen_sum])
def test_gradients(fn: Callable[..., Any], unit: complex) -> None:
    """As NumPy code and differences have them."""
    def draw() -> Any:
        return RNG.uniform(0.3, 1.0, (4, 4)) + unit * RNG.uniform(0.0, 1.0, (4, 4))

    x, a, v, w = draw(), draw(), draw(), draw()
    found = s2s.grad(fn, (0, 1), target="numba")(x, a)
    for one, other in zip(found, s2s.grad(fn, (0, 1))(x, a), strict=True):
        assert_close(one, other)
    h = 1e-4

    def at(t: float) -> Any:
        return fn(x + t * v, a + t * w)

    slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
    total = np.sum(found[0] * v) + np.sum(found[1] * w)
    assert total.real == pytest.approx(slope, rel=1e-6)


def products(fn: Callable[..., Any]) -> int:
    """How many products of matrices there are in the text for Numba."""
    x = np.ones((3, 3))
    text = s2s.grad(fn, (0, 1), target="numba").specialize(x, x).source
    return text.count("= matmul_22(")


def test_texts() -> None:
    """A product forward and two backward; none where a row may be another by then."""
    assert products(rows) == products(nested) == products(columns) == 3
    assert products(summed) > 1
    assert [products(fn) for fn in (next_row, every_row, by_another_name, not_all)] == [0, 0, 0, 0]
    text = s2s.grad(seen_sum, (0, 1), target="numba").specialize(np.ones((3, 3)), np.eye(3)).source
    assert "total[i_2, j] += " in text  # where the loop that looks at it is


def test_empty() -> None:
    """Without an iteration nothing is read."""
    x, a = np.ones((0, 2)), np.eye(2)
    for one, other in zip(s2s.grad(rows, (0, 1), target="numba")(x, a), (x, 0.0 * a), strict=True):
        assert_close(one, other)
