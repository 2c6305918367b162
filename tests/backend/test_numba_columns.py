"""Matrices for Numba: by columns, in parts that counters keep apart, in small systems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2s
from s2s.runtime import loop_linalg
from tests.oracle import assert_close

numba = pytest.importorskip("numba", reason="numba is not installed")

RNG = np.random.default_rng(11)


@pytest.fixture(autouse=True)
def _uncompiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The generated loops are Python as well."""
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)


def by_columns(a):
    q = np.zeros_like(a)
    for k in range(a.shape[1]):
        q[:, k] = a[:, k] / np.sqrt(a[:, k] @ a[:, k])
        for j in range(k + 1, a.shape[1]):
            a[:, j] -= q[:, k] * (q[:, k] @ a[:, j])
    return np.sum(np.sin(q))


def read_both_ways(a):
    n = a.shape[0]
    for i in range(n):
        for j in range(i):
            a[i, j] -= a[i, :j] @ a[:j, j]
            a[i, j] /= a[j, j]
        for j in range(i, n):
            a[i, j] -= a[i, :i] @ a[:i, j]
    return np.sum(a * a)


def parameters(a):
    c = np.zeros((a.shape[0], a.shape[0]))
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            c[i, : i + 1] += a[i, k] * a[: i + 1, k]
    return np.sum(c * c)


def growing_rows(a):
    for i in range(a.shape[0]):
        a[i, : i + 1] *= a[i, 0]
    return np.sum(np.sin(a))


def neighbours(a):
    for j in range(1, a.shape[1]):
        a[:, j] = a[:, j] / (2.0 + a[:, j - 1] * a[:, j - 1])
        a[:, j] += a[:, j - 1] * a[:, j]
    return np.sum(a * a)


def below_the_counter(a):
    for i in range(a.shape[0]):
        for j in range(i - 1, -1, -1):
            a[i, :] += np.sin(a[j, :])
            a[j, :] *= a[i, :]
    return np.sum(a)


def around_the_end(a):
    """`a[:, j - 1]` is the last column at first: not apart from all that is read later."""
    for j in range(a.shape[1]):
        a[:, j - 1] = a[:, j] * a[:, j - 1]
        a[:, j] += np.sin(a[:, j - 1])
    return np.sum(a * a)


def meets_itself(a):
    for i in range(a.shape[0]):
        for j in range(i + 1):
            a[i, 1:] += a[j, :-1] * 0.5
            a[j, :] *= 1.5
    return np.sum(a * a)


def system(a):
    x = np.linalg.solve(a, np.sin(a) + a.T)
    return np.log(np.linalg.det(a)) + np.sum(x * x) + np.linalg.solve(a, a[0] * a[1]) @ a[2]


def scaled_products(a):
    alpha, beta = a[0, 0], a[1, 1]
    y = alpha * a @ a[0] + a[1] @ (beta * a)
    b = 2.0 * a
    a *= alpha
    return np.sum(y * y) + np.sum(b @ a[0] + a @ y)


FUNCTIONS = [
    by_columns, read_both_ways, parameters, growing_rows, neighbours, below_the_counter,
    around_the_end, meets_itself, system, scaled_products,
]  # fmt: skip


def source_of(fn: Callable[..., Any], a: np.ndarray) -> str:
    """The text for Numba."""
    return s2s.grad(fn, target="numba").specialize(a).source


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("fn", FUNCTIONS)
def test_gradients(fn: Callable[..., Any], order: str) -> None:
    """As NumPy code and differences have them, handed out by rows."""
    a = np.array(RNG.random((4, 4)) + 2.0 * np.eye(4), order=order)
    found = s2s.grad(fn, target="numba")(a)
    assert_close(found, s2s.grad(fn)(a))
    along, h = RNG.random((4, 4)), 1e-6
    slope = (fn(a + h * along) - fn(a - h * along)) / (2 * h)
    assert np.sum(found * along) == pytest.approx(slope, rel=1e-6)
    assert found.flags.owndata and (found.flags.c_contiguous or order == "F")


def test_texts() -> None:
    """What is stored how."""
    a = RNG.random((4, 4)) + 2.0 * np.eye(4)
    assert "q = np.zeros((shape[1], shape[0])).T" in source_of(by_columns, a)
    both = source_of(read_both_ways, a)
    assert "a_columns = a.T.copy().T" in both and "a_bar_columns" in both
    assert "a_columns = a.T.copy().T" in source_of(parameters, a)
    assert "_saved = []" not in source_of(growing_rows, a)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 9])
def test_systems(n: int) -> None:
    """As LAPACK has them, for matrices that need pivots and for singular ones."""
    a, b = RNG.standard_normal((n, n)), RNG.standard_normal((n, 3))
    a[0, 0] = 0.0 if n > 1 else 2.0
    assert_close(loop_linalg.solve_22(a, b), np.linalg.solve(a, b))
    assert_close(loop_linalg.solve_21(a, b[:, 0]), np.linalg.solve(a, b[:, 0]))
    assert_close(loop_linalg.det_2(a), np.linalg.det(a))
    assert_close(loop_linalg.cofactors_2(a), np.linalg.det(a) * np.linalg.inv(a).T)
    a[-1] = 0.0
    assert loop_linalg.det_2(a) == 0.0
    for solve, right in ((loop_linalg.solve_22, b), (loop_linalg.solve_21, b[:, 0])):
        with pytest.raises(np.linalg.LinAlgError):
            solve(a, right)
        with pytest.raises(np.linalg.LinAlgError):
            solve(a[: n - 1], right)
