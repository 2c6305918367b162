"""The loops that are written for Numba, run by Python: what is fused, and what must not be."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import s2s
from benchmarks.kernels import KERNELS
from tests.fuzz.__main__ import judge_seed
from tests.fuzz.native import compiled, interpreted
from tests.oracle import assert_close

numba = pytest.importorskip("numba", reason="numba is not installed")

RNG = np.random.default_rng(3)


@pytest.fixture(autouse=True)
def _uncompiled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The generated loops are Python as well."""
    if "compiled" not in request.keywords:
        monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    yield


def normal(*shape: int) -> np.ndarray:
    """Random numbers."""
    return RNG.standard_normal(shape)


def soft(x, w):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(w * e / np.sum(e, axis=1, keepdims=True))


def shifted_reads(u):
    for _ in range(3):
        u[1:] = u[:-1] * 0.5
        u[:-1] = u[:-1] + u[1:]
    return np.sum(u * u)


def shifted_sums(u):
    for _ in range(2):
        u[1:] += 0.3 * u[:-1]
        u[:-1] -= u[1:] * u[1:]
    return np.sum(u**3)


def rows_of_itself(a):
    for i in range(1, len(a)):
        a[i] += a[i - 1] * 0.2
        a[i - 1] *= a[i]
    return np.sum(a)


def mirrored(a):
    a[:] = a.T * 0.5
    return np.sum(a * a)


def read_after_sum(a):
    t = np.sum(a, axis=1)
    b = a * t[:, None]
    b[:, 1:] += b[:, :-1]
    return np.sum(np.max(b, axis=1) * t)


def twice_written(x):
    y = x * 2.0
    z = y * y
    y += z
    y *= x
    y[1:] = y[:-1]
    return np.sum(y * z)


def pending(u, v, c=0.4):
    for _ in range(2):
        u /= 2.0 + np.sin(v)
        w = np.tanh(u * v)
        u += w * c
    return np.sum(u * u)


def means(x):
    c = x - np.mean(x, axis=0)
    s = np.sqrt(np.mean(c * c, axis=0) + 1.0)
    return np.sum((c / s) ** 3 + np.tanh(c) * np.exp(-(c**2)))


def products(a, x):
    y = a @ x
    z = a.T @ y + x
    return np.outer(z, z)[0] @ z + (a @ a.T)[0, 1] * (y @ y)


def powers(x):
    r = x * x + 0.5
    return np.sum(r**-1.5 + r**0.5 + np.power(r, 2.5) + r**1.5 + r**-0.5) + np.sum(r**-2.5)


def outer_of_itself(y):
    a = np.expm1(np.tanh(y[-2])) - 1.0 / (1.0 + np.exp(-y[-3]))
    return np.sum((a[:, None] * np.where(a > -0.9, a, a))[0])


def seen_twice(x, z):
    y = x[::-1] @ np.full((2, 2), 1.3) - np.max(z * np.full((2, 2), -0.8), axis=-1)
    v = y[:]
    return np.sum(y) + np.sum(v * z)


def columns(x, y):
    return np.sum((x - x.mean(axis=0)) ** 2 / (1.0 + np.sum(y * y, axis=1, keepdims=True)))


def extremes(x):
    return np.sum(np.max(x, axis=1) ** 2) + np.sum(np.min(x, axis=0) * x[0])


PROGRAMS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (soft, (normal(3, 5), normal(3, 5))), (shifted_reads, (normal(6),)),
    (shifted_sums, (normal(6),)), (rows_of_itself, (normal(4, 3),)), (mirrored, (normal(3, 3),)),
    (read_after_sum, (normal(3, 4),)), (twice_written, (normal(5),)), (means, (normal(5, 3),)),
    (pending, (normal(3, 4), normal(3, 4), 0.4)),
    (products, (normal(4, 3), normal(3))), (powers, (normal(6),)),
    (columns, (normal(4, 3), normal(4, 3))), (outer_of_itself, (normal(3, 3),)), (seen_twice, (normal(2), normal(2))),
    (extremes, (normal(4, 3),)),
]  # fmt: skip


def native(fn: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """The derivative for Numba; a fall back is an error."""
    which = tuple(range(len(args)))
    derivative = s2s.value_and_grad(fn, which, target="numba")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = derivative(*args)
    assert_close(got, s2s.value_and_grad(fn, which)(*args), rtol=1e-11, atol=1e-12)
    return derivative.specialize(*args)


@pytest.mark.parametrize(("fn", "args"), PROGRAMS, ids=[fn.__name__ for fn, _ in PROGRAMS])
def test_loops(fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Equal to NumPy, whatever shares memory with what."""
    native(fn, args)


def test_rows_share_a_loop() -> None:
    """A softmax and its gradient are one loop over the rows, with nothing kept of a row."""
    source = native(soft, (normal(3, 5), normal(3, 5))).source
    assert source.count("in range(n):") == 1
    assert "exp_1(" in source and "larger(" in source


def test_extremes_of_nan() -> None:
    """NaN is the largest of a row, and the smallest."""
    x = normal(3, 4)
    x[1, 2] = np.nan
    x[2, 0] = np.nan
    value, _ = s2s.value_and_grad(extremes, target="numba")(x)
    assert np.isnan(value)


@pytest.mark.compiled
def test_extremes_of_nan_compiled() -> None:
    """The same for the loops that Numba compiles."""

    def row(x):
        return np.sum(np.max(x, axis=1))

    x = normal(3, 20)
    assert s2s.value_and_grad(row, target="numba")(x)[0] == np.sum(np.max(x, axis=1))
    for k in (0, 7, 19):
        y = x.copy()
        y[1, k] = np.nan
        assert np.isnan(s2s.value_and_grad(row, target="numba")(y)[0])


LONG = ("cavity_flow", "channel_flow", "vertical_advection")
NAMES = [
    pytest.param(n, marks=pytest.mark.slow) if n in LONG else n
    for n in KERNELS if n != "contour_integral"
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_kernels_are_written(name: str) -> None:
    """Every kernel but one is written for Numba as a whole, and right."""
    kernel = KERNELS[name]
    derivative = s2s.grad(kernel.loss, argnums=kernel.wrt, target="numba")
    args = kernel.inputs("small")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=RuntimeWarning)
        got = derivative(*args)
    expected = s2s.grad(kernel.loss, argnums=kernel.wrt)(*kernel.inputs("small"))
    assert_close(got, expected, rtol=1e-11, atol=1e-11)


SEEDS = [f"{kind}native:{k}" for kind in ("", "writes:") for k in range(12)]


@pytest.mark.parametrize("seed", SEEDS)
def test_random_programs(seed: str) -> None:
    """What is written for Numba, run by Python."""
    _, text, found = judge_seed(seed, interpreted)
    assert found.kind in ("right", "refused", "rejected"), f"{found}\n{text}"


@pytest.mark.compiled
@pytest.mark.parametrize("seed", ["0:37", "writes:0:3"])
def test_compiled_programs(seed: str, tmp_path: Path) -> None:
    """What Numba makes of it, for a few: compilation takes seconds."""
    _, text, found = judge_seed(seed, compiled)
    assert found.kind in ("right", "refused", "rejected"), f"{found}\n{text}"


def scattered(a):
    b = np.zeros(5)
    for i in range(len(a)):
        b[1:] += a[i, :4]
        b[:-1] += a[i, 1:]
    return np.sum(b * b)


@pytest.mark.compiled
@pytest.mark.parametrize(("fn", "args"), [PROGRAMS[0], PROGRAMS[7], (scattered, (normal(6, 5),))])
def test_threads(fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """The same numbers where independent iterations run at one time, run after run."""
    which = tuple(range(len(args)))
    derivative = s2s.value_and_grad(fn, which, target="numba", parallel=True)
    expected = s2s.value_and_grad(fn, which)(*args)
    for _ in range(3):
        assert_close(derivative(*args), expected, rtol=1e-12, atol=1e-12)
    threads = "in prange(" in derivative.specialize(*args).source
    assert threads == (fn is not scattered)


def test_threads_are_for_numba() -> None:
    """NumPy code has no loops to share."""
    with pytest.raises(ValueError, match="parallel=True is for"):
        s2s.grad(soft, parallel=True)


@pytest.mark.compiled
def test_other_transforms() -> None:
    """Tangents, products with the Hessian and matrices are compiled, pullbacks are refused."""

    def f(x, y):
        return np.sum(np.sin(x) * y**2 * x)

    x, y = normal(4), normal(4)
    expected = s2s.jvp(f, (x, y), (y, x))
    assert_close(s2s.jvp(f, (x, y), (y, x), target="numba"), expected, rtol=1e-12, atol=1e-12)
    expected = s2s.hvp(f, (x, y), (y, x))
    assert_close(s2s.hvp(f, (x, y), (y, x), target="numba"), expected, rtol=1e-12, atol=1e-12)
    matrix = s2s.hessian(f, argnums=(0, 1), target="numba")(x, y)
    assert_close(matrix, s2s.hessian(f, argnums=(0, 1))(x, y), rtol=1e-12, atol=1e-12)
    jacobian = s2s.jacobian(lambda x: np.sin(x[1:]) * x[:-1], target="numba")(x)
    expected = s2s.jacobian(lambda x: np.sin(x[1:]) * x[:-1])(x)
    assert_close(jacobian, expected, rtol=1e-12, atol=1e-12)
    with pytest.raises(s2s.Unsupported, match="vjp is not compiled"):
        s2s.vjp(f, x, y, target="numba")
    with pytest.raises(ValueError, match="no target"):
        s2s.jvp(f, (x, y), (y, x), target="cuda")


def left_from_within(x):
    """The last iteration makes a new array, and leaves the loop behind it."""
    a, total, steps = x * 2, 0.0, 0
    while True:
        a = a * np.cos(a)
        total = total + np.sum(a * a)
        steps += 1
        if steps > 3:
            break
    a[::2] = total
    return np.sum(a**2)


@pytest.mark.compiled
def test_loops_without_end_that_are_left() -> None:
    """Numba takes what a branch assigns that leaves `while True` for what it was before."""
    x = normal(6)
    derivative = s2s.grad(left_from_within, target="numba")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_close(derivative(x), s2s.grad(left_from_within)(x), rtol=1e-10, atol=1e-12)
    assert "while always:" in derivative.specialize(x).source
