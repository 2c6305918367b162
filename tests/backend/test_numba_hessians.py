"""Hessians that a compiled loop collects, and rolled arrays, against NumPy's own."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2s
from s2s.driver.native import NumbaFallback

numba = pytest.importorskip("numba", reason="numba is not installed")

RNG = np.random.default_rng(5)


@pytest.fixture(autouse=True)
def _strict(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Any:
    """The generated loops are Python as well; what falls back fails."""
    if "compiled" not in request.keywords:
        monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error", NumbaFallback)
        yield


def second_differences(fn: Callable[..., Any], args: tuple[Any, ...], i: int, j: int) -> Any:
    """Second derivatives of a function by its arguments `i` and `j`."""
    step = 1e-3
    found = np.zeros((args[i].size, args[j].size))
    for p in range(args[i].size):
        for q in range(args[j].size):
            for sign_p in (1, -1):
                for sign_q in (1, -1):
                    moved = [np.array(a) for a in args]
                    moved[i].reshape(-1)[p] += sign_p * step
                    moved[j].reshape(-1)[q] += sign_q * step
                    given = [m if a.ndim else m.item() for m, a in zip(moved, map(np.asarray, args))]
                    found[p, q] += sign_p * sign_q * fn(*given) / (4 * step * step)
    return found.reshape(args[i].shape + args[j].shape)



def valley(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def pair(x, w, a):
    return np.sum(np.tanh(x * a) @ w * np.sum(w * w))


def looped(x, steps):
    total = 0.0
    for k in range(steps):
        total = total + np.sin(x[k]) * x[k + 1] ** 2
    return total


def of_a_matrix(m):
    return np.sum(m * m * m[0])


def rolled(u, shift):
    v = np.roll(u, 1, 0) * u + np.roll(u, -1, 1) * np.roll(u, shift, -1)
    return np.sum(v * v)


def rolled_vector(x):
    return np.sum(np.roll(x, 2) * x**2 + np.roll(x, -7, axis=0) * x)


@pytest.mark.parametrize(
    ("fn", "args"),
    [
        (valley, (RNG.normal(size=5),)),
        (looped, (RNG.normal(size=5), 4)),
        (of_a_matrix, (RNG.normal(size=(2, 3)),)),
        (pair, (RNG.normal(size=(2, 3)), RNG.normal(size=3), 0.7)),
    ],
)
def test_hessians(fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
    argnums = tuple(k for k, a in enumerate(args) if isinstance(a, np.ndarray))
    hessian = s2s.hessian(fn, argnums, target="numba")
    before = [np.array(a) for a in args]
    blocks = hessian(*args)
    assert "_columns[" in hessian._columns.find(args, {}).source  # not the way without a loop
    for i, row in zip(argnums, blocks, strict=True):
        for j, block in zip(argnums, row, strict=True):
            want = second_differences(fn, args, i, j)
            assert block.shape == want.shape and block.dtype == np.float64
            np.testing.assert_allclose(block, want, rtol=1e-4, atol=1e-4 * np.abs(want).max())
    for a, b in zip(args, before, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(s2s.hessian(fn, target="numba")(*args), blocks[0][0])


def test_hessians_of_other_arguments_go_the_usual_way() -> None:
    def of_numbers(x, y):
        return x * x * y

    found = s2s.hessian(of_numbers, (0, 1), target="numba")(2.0, 3.0)
    np.testing.assert_allclose(np.array(found), [[6.0, 4.0], [4.0, 0.0]])
    with pytest.raises(ValueError, match="empty"):
        s2s.hessian(valley, target="numba")(np.zeros(0))
    single = s2s.hessian(valley, target="numba")(np.ones(3, np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, s2s.hessian(valley)(np.ones(3)))


@pytest.mark.compiled
def test_a_compiled_hessian_and_a_compiled_roll() -> None:
    x = RNG.normal(size=6)
    found = s2s.hessian(valley, target="numba")(x)
    want = second_differences(valley, (x,), 0, 0)
    np.testing.assert_allclose(found, want, rtol=1e-4, atol=1e-2)
    u = RNG.normal(size=(3, 4))
    gradient = s2s.grad(rolled, target="numba")(u, 2)
    np.testing.assert_allclose(gradient, s2s.grad(rolled)(u, 2), rtol=1e-12)
    s2s.check_grads(rolled, (u, 2), order=1)


@pytest.mark.parametrize("shape", [(3, 4), (1, 5), (5, 1), (0, 3)])
def test_rolls(shape: tuple[int, int]) -> None:
    u = RNG.normal(size=shape)
    both = s2s.value_and_grad(rolled, target="numba")
    for shift in (0, 1, -3, 9):
        _check_rolls(both, u, shift)


def _check_rolls(both: Callable[..., Any], u: np.ndarray, shift: int) -> None:
    value, gradient = both(u, shift)
    np.testing.assert_allclose(value, rolled(u, shift))
    # By definition: entry (i, j) of a roll is entry (i - shift, j) of what is rolled.
    v = np.roll(u, 1, 0) * u + np.roll(u, -1, 1) * np.roll(u, shift, -1)
    want = np.roll(2 * v * u, -1, 0) + 2 * v * np.roll(u, 1, 0)
    want += np.roll(2 * v * np.roll(u, shift, 1), 1, 1) + np.roll(2 * v * np.roll(u, -1, 1), -shift, 1)
    np.testing.assert_allclose(gradient, want, atol=1e-12)


@pytest.mark.parametrize("size", [0, 1, 3, 8])
def test_rolls_of_vectors(size: int) -> None:
    x = RNG.normal(size=size)
    found = s2s.grad(rolled_vector, target="numba")(x)
    want = np.roll(x**2, -2) + 2 * np.roll(x, 2) * x + np.roll(x, 7) + np.roll(x, -7)
    np.testing.assert_allclose(found, want, atol=1e-12)
