"""Model codes under Numba, whole: what used to fall back, against complex steps."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import s2s
from s2s.driver.native import NumbaFallback

numba = pytest.importorskip("numba", reason="numba is not installed")

RNG = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def _strict(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The generated loops are Python as well; what falls back fails."""
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error", NumbaFallback)
        yield


def normalized(x, gain):
    """Rows of which each number of a helper is one of a loop of length 1."""
    centered = x - np.mean(x, axis=-1, keepdims=True)
    variance = np.mean(centered * centered, axis=-1, keepdims=True)
    return np.sum((gain * centered / np.sqrt(variance + 1e-5)) ** 3)


def scaled_by_extremes(x):
    top = np.max(x.real, axis=1, keepdims=True)
    return np.sum(np.exp(x - top) / np.sum(np.exp(x - top), axis=1, keepdims=True) * x)


def convolution(x, w):
    rows, columns = x.shape[1] - w.shape[0] + 1, x.shape[2] - w.shape[1] + 1
    y = np.zeros((x.shape[0], rows, columns, w.shape[3]))
    for i in range(w.shape[0]):
        for j in range(w.shape[1]):
            y = y + x[:, i : i + rows, j : j + columns] @ w[i, j]
    return np.sum(y * y * y)


def stacked(x, w):
    return np.sum((x @ w) ** 3)


@pytest.mark.parametrize(
    ("fn", "args"),
    [
        (normalized, (RNG.normal(size=(3, 4)), RNG.normal(size=4))),
        (normalized, (RNG.normal(size=(1, 4)), RNG.normal(size=4))),
        (normalized, (RNG.normal(size=(2, 3, 4)), RNG.normal(size=4))),
        (scaled_by_extremes, (RNG.normal(size=(3, 4)),)),
        (convolution, (RNG.normal(size=(2, 5, 4, 3)), RNG.normal(size=(2, 3, 3, 2)))),
        (convolution, (RNG.normal(size=(1, 3, 3, 1)), RNG.normal(size=(3, 3, 1, 1)))),
        (stacked, (RNG.normal(size=(2, 3, 2, 4)), RNG.normal(size=(4, 3)))),
        (stacked, (np.zeros((2, 0, 2, 4)), RNG.normal(size=(4, 3)))),
    ],
)
def test_gradients(fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
    numbers = tuple(range(len(args)))
    value, gradients = s2s.value_and_grad(fn, numbers, target="numba")(*args)
    np.testing.assert_allclose(value, fn(*args))
    for _ in range(3):
        ways = [RNG.normal(size=a.shape) for a in args]
        slope = fn(*(a + 1e-30j * v for a, v in zip(args, ways, strict=True))).imag / 1e-30
        given = sum(np.sum(g * v) for g, v in zip(gradients, ways, strict=True))
        np.testing.assert_allclose(given, slope, rtol=1e-10, atol=1e-12)
    for g, a in zip(gradients, args, strict=True):
        assert g.shape == a.shape and g.dtype == a.dtype
