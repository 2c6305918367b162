"""What compiled loops compute again from what they keep, and what they have to keep."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import s2s
from tests.fuzz.__main__ import judge_seed
from tests.fuzz.native import interpreted
from tests.oracle import assert_close, finite_difference_gradient

numba = pytest.importorskip("numba", reason="numba is not installed")

RNG = np.random.default_rng(5)


@pytest.fixture(autouse=True)
def _uncompiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The generated loops are Python as well; the same numbers, whatever ran before."""
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    monkeypatch.setitem(globals(), "RNG", np.random.default_rng(5))
    yield


def normal(*shape: int) -> np.ndarray:
    """Random numbers."""
    return RNG.standard_normal(shape)


def source(fn: Callable[..., Any], *args: Any, argnums: Any = 0) -> str:
    """The derivative as text, after a comparison with differences."""
    derivative = s2s.grad(fn, argnums=argnums, target="numba")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = derivative(*args)
    assert_close(got, finite_difference_gradient(fn, args, argnums), rtol=1e-6, atol=1e-7)
    return derivative.specialize(*args).source


def stacks(text: str) -> int:
    """How many arrays have a row for each iteration."""
    return len({line.split()[0] for line in text.splitlines() if "_saved" in line.split("=")[0]
                and "np.empty(" in line})  # fmt: skip


def relaxed(path):
    n = path.shape[0]
    for k in range(n):
        for i in range(n):
            path[i, :] = np.minimum(path[i, :], path[i, k] + path[k, :])
    return np.sum(path * path)


def kicked(x, p, dt, steps):
    force = np.sin(x)
    for _ in range(steps):
        p += 0.5 * dt * force
        x += dt * p
        force[:] = np.sin(x)
        p += 0.5 * dt * force
    return np.sum(x * p)


def swept(w, u, n):
    a = 0.25 * (w[1:] + w[:-1])
    d = np.zeros_like(u)
    for k in range(1, n):
        lower = -a[k]
        d[k] = u[k] * (1.0 / (2.0 + lower * 0.4 + a[k] * 0.1 * d[k - 1]))
    return np.sum(d * d)


def swept_and_changed(w, u, n):
    a = 0.25 * (w[1:] + w[:-1])
    d = np.zeros_like(u)
    for k in range(1, n):
        lower = -a[k]
        d[k] = u[k] * (1.0 / (2.0 + lower * 0.4 + a[k] * 0.1 * d[k - 1]))
    a *= d
    return np.sum(d * a)


def changed_on_the_way(w, u, n):
    d = np.zeros_like(u)
    for k in range(1, n):
        lower = w * 0.5
        d[k] = np.sin(u[k] * lower * d[k - 1] + lower)
        w[:] = w * 0.9 + d[k]
    return np.sum(d * d)


def chosen(x, n):
    s = x * 1.0
    for k in range(n):
        if k % 2:
            t = s * s
            s = np.sin(t * 0.3) * t
        else:
            s = np.cos(s) + x
    return np.sum(s)


def test_other_saved_numbers() -> None:
    """The smaller of two numbers that are kept is not kept."""
    text = source(relaxed, np.abs(normal(5, 5)) + 0.1)
    assert stacks(text) == 2 and "smaller_share_1(path_old_i" in text


def test_updates() -> None:
    """What was before an update and what was added give what came of it."""
    for steps in (0, 1, 4):
        text = source(kicked, normal(3), normal(3), 0.1, steps, argnums=(0, 1, 2))
    assert "p_old_saved[k2, i4] + 0.5 * dt * force" in text and "p_old_saved2" not in text


def test_items_that_stay() -> None:
    """Numbers made of items that nothing changes any more are read again."""
    args = np.abs(normal(6, 3)), normal(5, 3), 5
    text = source(swept, *args, argnums=(0, 1))
    assert "a_saved" not in text and "t_bar.shape" not in text


@pytest.mark.parametrize("fn", [swept_and_changed, changed_on_the_way])
def test_items_that_change(fn: Callable[..., Any]) -> None:
    """Not of arrays that are written after the loop, or in it."""
    w = np.abs(normal(6, 3)) if fn is swept_and_changed else normal(3)
    text = source(fn, w, normal(5, 3), 5, argnums=(0, 1))
    assert "_saved" in text


@pytest.mark.parametrize("n", [0, 1, 5])
def test_branches(n: int) -> None:
    """What one branch keeps is computed again in the branch that reads it."""
    source(chosen, normal(4), n)


def clipped(x, y):
    h = np.maximum(x * y, 0)
    return np.sum(np.minimum(h, y) * np.maximum(0.5, x) * h)


def test_shares() -> None:
    """Shares in the larger of two numbers need the two only; equal ones have a half each."""
    x, y = normal(6), normal(6)
    text = source(clipped, x, y, argnums=(0, 1))
    assert "larger_share_1(" in text and "smaller_share_1(" in text and "tie_share" not in text
    x[:3], y[:2], x[3], y[4] = (0.0, 0.5, np.nan), (1.0, 0.25), np.inf, np.nan
    got = s2s.grad(clipped, (0, 1), target="numba")(x, y)
    assert_close(got, s2s.grad(clipped, (0, 1))(x, y), rtol=1e-14, atol=0.0)


def test_extremes_like_numpy() -> None:
    """The smaller and the larger number of loops are those of NumPy."""
    from s2s.runtime.loop_math import maximum_1, minimum_1

    for a in (-1.0, 0.0, 2.0, np.inf, -np.inf, np.nan):
        for b in (-1.0, 0.0, 2.0, np.inf, -np.inf, np.nan):
            np.testing.assert_equal(minimum_1(a, b), np.minimum(a, b))
            np.testing.assert_equal(maximum_1(a, b), np.maximum(a, b))


def relaxing(p, b, c, d, sweeps):
    for _ in range(sweeps):
        old = p.copy()
        p[1:-1] = ((old[2:] + old[:-2]) * c + (old[2:] - old[:-2]) * d - b[1:-1]) / (c * d + 3.0)
    return np.sum(p * p)


def relaxing_until(p, b, c, d, most):
    k = 0
    while k < most and np.sum(p * p) > 1e-3:
        old = p.copy()
        p[1:-1] = ((old[2:] + old[:-2]) * c + (old[2:] - old[:-2]) * d - b[1:-1]) / (c * d + 3.0)
        k += 1
    return np.sum(p * p)


@pytest.mark.parametrize("fn", [relaxing, relaxing_until])
def test_what_several_come_from(fn: Callable[..., Any]) -> None:
    """An array from which several follow is kept in their place; lists keep no loops apart."""
    for n in (0, 1, 4):
        text = source(fn, normal(7), normal(7), 0.8, 0.3, n, argnums=(0, 1, 2, 3))
    assert "old_saved" in text and text.count("_saved = ") == 1


SEEDS = [*(f"0:{k}" for k in range(300, 320)), *(f"writes:0:{k}" for k in range(300, 320))]


@pytest.mark.parametrize("seed", SEEDS)
def test_random_programs(seed: str) -> None:
    """What is written for Numba, run by Python."""
    _, text, found = judge_seed(seed, interpreted)
    assert found.kind in ("right", "refused", "rejected"), f"{found}\n{text}"
