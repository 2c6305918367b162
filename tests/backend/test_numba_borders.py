"""Arrays rolled in several directions, which compiled loops read from one with borders."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import s2s
from tests.oracle import assert_close, finite_difference_gradient

numba = pytest.importorskip("numba", reason="numba is not installed")

RNG = np.random.default_rng(6)


@pytest.fixture(autouse=True)
def _uncompiled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The generated loops are Python as well."""
    if "compiled" not in request.keywords:
        monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    yield


def normal(*shape: int) -> np.ndarray:
    """Random numbers."""
    return RNG.standard_normal(shape)


def source(fn: Callable[..., Any], *args: Any) -> str:
    """The derivative as text, after a comparison with differences."""
    derivative = s2s.grad(fn, target="numba")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = derivative(*args)
    assert_close(got, finite_difference_gradient(fn, args), rtol=1e-6, atol=1e-7)
    return derivative.specialize(*args).source


def bordered(text: str) -> bool:
    """Whether there is an array with borders."""
    return any("around" in line and "np.empty(" in line and "+ 2" in line
               for line in text.splitlines())  # fmt: skip


def membrane(u, steps=2):
    before = u
    for _ in range(steps):
        around = np.roll(u, 1, 0) + np.roll(u, -1, 0) + np.roll(u, 1, 1) + np.roll(u, -1, axis=-1)
        before, u = u, 2.0 * u - before + 0.1 * (around - 4.0 * u)
    return np.sum(u * u * before)


def nine_points(u):
    up, down = np.roll(u, 1, 0), np.roll(u, -1, 0)
    corners = np.roll(up, 1, 1) * u + np.roll(up, -1, 1) + np.roll(down, 1, 1) * np.roll(down, -1, 1)
    return np.sum(np.sin(corners + up * down) * np.roll(u, 1, 1) * np.roll(u, -1, 1))


def ring(x):
    return np.sum(np.roll(x, 1) * x * np.roll(x, -1) + np.roll(x, 1) ** 3)


def block(a):
    return np.sum((np.roll(a, 1, 1) - np.roll(a, -1, 1)) * a + np.roll(a, -1, 2) * np.roll(a, 1, 0))


def written_between(u):
    u = u * 1.0
    a = np.roll(u, 1, 0)
    u *= np.roll(u, -1, 0)
    return np.sum(a * u * np.roll(u, 1, 1) * np.roll(u, -1, 1))


def written_into(u):
    a, b = np.roll(u, 1, 0), np.roll(u, -1, 0)
    a *= b
    b[0] = 2.0 * a[0]
    return np.sum(a * b * u)


def looked_at(u):
    a, b = np.roll(u, 1, 0), np.roll(u, -1, 0)
    c = a.T @ b
    a[1:] = b[:-1]
    return np.sum(a * u) * np.sum(c)


SIZES = [(4, 3), (3, 3), (1, 3), (2, 1), (1, 1)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fn", [membrane, nine_points])
def test_neighbours(fn: Callable[..., Any], size: tuple[int, int]) -> None:
    """Copies with borders and corners, of arrays that may be their own neighbours."""
    text = source(fn, normal(*size))
    assert bordered(text)


@pytest.mark.parametrize("size", [(0, 3), (3, 0), (0, 0)])
@pytest.mark.parametrize("fn", [membrane, nine_points])
def test_nothing(fn: Callable[..., Any], size: tuple[int, int]) -> None:
    """Arrays without items have borders of nothing."""
    got = s2s.grad(fn, target="numba")(np.zeros(size))
    assert got.shape == size


def test_other_ranks() -> None:
    """Vectors, and arrays of three axes of which not all are rolled."""
    for n in (1, 2, 5):
        assert bordered(source(ring, normal(n)))
    assert bordered(source(block, normal(2, 3, 4)))


@pytest.mark.parametrize("fn", [written_between, written_into, looked_at])
def test_writes(fn: Callable[..., Any]) -> None:
    """What changes, is changed or is kept is a copy of its own."""
    source(fn, normal(3, 4))


@pytest.mark.parametrize("dtype", [np.float32, np.complex128])
def test_dtypes(dtype: Any) -> None:
    """The copy has the dtype of the array."""
    u = normal(3, 4).astype(dtype)

    def energy(u):
        around = np.roll(u, 1, 0) * np.roll(u, -1, 0) + np.roll(u, 1, 1) * u
        return np.sum((around * np.conj(around)).real)

    got, want = s2s.grad(energy, target="numba")(u), s2s.grad(energy)(u)
    assert got.dtype == want.dtype
    np.testing.assert_allclose(got, want, rtol=1e-5 if dtype == np.float32 else 1e-12)


@pytest.mark.compiled
def test_compiled() -> None:
    """As Numba compiles it."""
    for size in ((4, 3), (1, 2), (0, 2)):
        u = normal(*size)
        got = s2s.grad(membrane, target="numba")(u)
        np.testing.assert_allclose(got, s2s.grad(membrane)(u), rtol=1e-12)
