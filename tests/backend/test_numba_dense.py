"""Linear algebra for Numba: complex systems, factors, products of many rows."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2s
from s2s.driver.native import NumbaFallback
from s2s.runtime import loop_linalg, loop_math
from s2s.runtime.triangular import cholesky_adjoint
from tests.oracle import assert_close

numba = pytest.importorskip("numba", reason="numba is not installed")

RNG = np.random.default_rng(12)


@pytest.fixture(autouse=True)
def _uncompiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The generated loops are Python as well."""
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)


def moments(a, points, y):
    p, q = np.zeros_like(y), np.zeros_like(y)
    for z in points:
        t = np.zeros_like(a[0])
        for n in range(a.shape[0]):
            t += z ** (1 - n) * a[n]
        x = np.linalg.solve(t, y)
        p += x
        q += z * x
    return p, q


def resolvent(a, points, y):
    p, q = moments(a, points, y)
    return np.sum(np.abs(p) ** 2) + np.sum(np.real(q))


def many_axes(a, d):
    s = np.zeros_like(a)
    for i in range(d.shape[0]):
        for j in range(d.shape[-1]):
            s = s + a * d[i, 0, 0, 1, 1, j]
    return np.sum(np.abs(s) ** 2)


def process(a, y):
    lower = np.linalg.cholesky(a @ a.T + 3.0 * np.eye(len(a)))
    z = np.linalg.solve(lower, y)
    w = np.linalg.solve(lower.T, z * z)
    return z @ z + np.sum(np.sin(w)) + np.sum(np.log(np.diag(lower)))


def changed_factor(a, y):
    lower = np.linalg.cholesky(a @ a.T + 3.0 * np.eye(len(a)))
    lower[0, -1] = 0.5
    z = np.linalg.solve(lower, y)
    return z @ z


def draw(*shape):
    return RNG.standard_normal(shape) + 1j * RNG.standard_normal(shape)


CASES: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (resolvent, (draw(3, 4, 4) + 4.0 * np.eye(4), draw(3), draw(4, 2))),
    (many_axes, (draw(3, 3), draw(3, 2, 2, 3, 2, 2))),
    (process, (RNG.random((4, 4)), RNG.random(4))),
    (changed_factor, (RNG.random((4, 4)), RNG.random(4))),
]


def slopes(fn: Callable[..., Any], args: tuple[Any, ...], along: tuple[Any, ...]) -> float:
    """The slope of a function along a direction, by differences."""
    h = 1e-5

    def at(t: float) -> Any:
        return fn(*(a + t * v for a, v in zip(args, along, strict=True)))

    return float((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h))


@pytest.mark.parametrize(("fn", "args"), CASES, ids=lambda x: getattr(x, "__name__", ""))
def test_gradients(fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """As NumPy code and differences have them, and all of it compiled."""
    wrt = tuple(range(len(args)))
    with warnings.catch_warnings():
        warnings.simplefilter("error", NumbaFallback)
        found = s2s.grad(fn, wrt, target="numba")(*args)
    for one, other in zip(found, s2s.grad(fn, wrt)(*args), strict=True):
        assert_close(one, other)
    along = tuple(draw(*a.shape) if np.iscomplexobj(a) else RNG.random(a.shape) for a in args)
    total = sum(np.sum(g * v).real for g, v in zip(found, along, strict=True))
    assert total == pytest.approx(slopes(fn, args, along), rel=1e-7)


def test_texts() -> None:
    """Factors are solved by substitution, unless something is written into them."""
    text = s2s.grad(process, (0, 1), target="numba").specialize(*CASES[2][1]).source
    assert "solve_lower(lower, y)" in text and "solve_upper(lower, " in text
    assert text.count("= solve_") == 4
    text = s2s.grad(changed_factor, (0, 1), target="numba").specialize(*CASES[3][1]).source
    assert "np.linalg.solve(lower, y)" in text and "solve_lower" not in text


def test_one_system_for_both_adjoints() -> None:
    """Nor is a product of its solution computed in a loop that reads it."""
    text = s2s.grad(resolvent, (0, 2)).specialize(*CASES[0][1]).source
    backward = text.partition("def moments_bwd")[2].partition("\n\n\n")[0]
    assert backward.count("np.linalg.solve(t.T") == 1
    assert "t_bar = -t @ x.T" in backward and "+= t * t_bar" in backward


@pytest.mark.parametrize("n", [1, 2, 23, 24, 25, 49])
@pytest.mark.parametrize("unit", [1.0, 1j])
def test_factors(n: int, unit: complex) -> None:
    """The helpers in loops as those of NumPy, over one block of columns and several."""
    a = RNG.random((n, n)) + unit * RNG.random((n, n))
    lower = np.linalg.cholesky(a @ np.conj(a.T) + n * np.eye(n))
    g, b = RNG.random((n, n)) + unit * RNG.random((n, n)), a[0] + unit
    assert_close(loop_linalg.cholesky_adjoint_2(lower, g), cholesky_adjoint(lower, g))
    assert_close(loop_linalg.solve_lower(lower, b), np.linalg.solve(lower, b))
    assert_close(loop_linalg.solve_upper(lower, b), np.linalg.solve(lower.T, b))
    with pytest.raises(ValueError, match="sizes differ"):
        loop_linalg.solve_lower(lower, b[1:])


def waves(x, y):
    z = np.sin(x) * np.cos(y)
    for k in range(len(y)):
        y[k] = y[k] + np.sum(np.cos(x + y[k])) / (2.0 + np.sin(y[k]))
    return np.sum(np.sin(z)) + y @ y


def test_angles() -> None:
    """Sines and cosines to within a unit in the last place, whatever the quadrant."""
    turns = np.round(RNG.uniform(-6e5, 6e5, 500)) * (np.pi / 2)
    x = np.concatenate([RNG.uniform(-s, s, 500) for s in (0.8, 10.0, 1e3, 1e6)] + [turns])
    for ours, exact in ((loop_math.sin_1, np.sin), (loop_math.cos_1, np.cos)):
        true = exact(x.astype(np.longdouble))
        found = np.array([ours(v) for v in x])
        assert np.all(np.abs(found - true) <= np.spacing(np.abs(true).astype(float)))
        with np.errstate(invalid="ignore"):
            assert np.isnan(ours(np.nan)) and np.isnan(ours(np.inf))


def test_waves() -> None:
    """Of arrays on vectors, with a count of the angles that are too large for that."""
    args = RNG.random(4), RNG.random(4)
    text = s2s.grad(waves, (0, 1), target="numba").specialize(*args).source
    body = text.partition("def waves_grad")[2]
    assert "sin_1(" in body and "cos_1(" in body and "near(far)" in body
    found = s2s.grad(waves, (0, 1), target="numba")(*args)
    for one, other in zip(found, s2s.grad(waves, (0, 1))(*args), strict=True):
        assert_close(one, other)
    far = args[0] * 1e8, args[1]
    with pytest.warns(UserWarning, match="angles are beyond a million"):
        found = s2s.grad(waves, (0, 1), target="numba")(*far)
    for one, other in zip(found, s2s.grad(waves, (0, 1))(*far), strict=True):
        assert_close(one, other)
