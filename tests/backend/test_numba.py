"""The Numba target gives what the NumPy target gives, and says what it cannot compile."""

from __future__ import annotations

import importlib.util
import math
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import s2s
from s2s.cli import main
from tests.oracle import assert_close

pytest.importorskip("numba", reason="numba is not installed")

RNG = np.random.default_rng(7)


def normal(*shape: int) -> np.ndarray:
    """Random numbers."""
    return RNG.standard_normal(shape)


def chain(x):
    y = x * 1.5 + 0.5
    y = y / (1.0 + y * y)
    return np.sum(np.sin(y) * x)


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def scalar_loop(x):
    y = x
    for _ in range(20):
        y = math.sin(y) * 1.0001 + 0.1 * x
    return y


def newton(a):
    x = a
    while abs(x * x - a) > 1e-12:
        x = (x + a / x) / 2
    return x


def layer(w, b, x, y):
    h = np.tanh(x @ w + b)
    return np.mean((h - y) ** 2)


def recurrent(wx, wh, b, xs):
    h = np.zeros(b.shape)
    for x in xs:
        h = np.tanh(x @ wx + h @ wh + b)
    return np.sum(h)


def field(u, p):
    return np.array([p[0] * u[0] - u[0] * u[1], p[1] * u[0] * u[1] - u[1]])


def with_calls(p, u):
    for _ in range(10):
        k = field(u + 0.05 * field(u, p), p)
        u = u + 0.1 * k
    return np.sum(u * u)


def smoothness(u):
    lap = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1]
    return np.sum(lap**2)


def branches(x):
    total = 0.0
    for k in range(len(x)):
        if x[k] > 0:
            total += x[k] ** 2
        elif x[k] < -1.0:
            break
        else:
            total -= x[k]
    return total


def picks(x, i):
    return np.sum(x[i] ** 2) + x[0] * x[-1]


def softened(x):
    return np.sum(np.where(x > 0, np.log1p(x * x), np.maximum(x, -1.0)))


def columns(x, y):
    return np.sum((x - x.mean(axis=0)) ** 2 / (1.0 + np.sum(y * y, axis=1, keepdims=True)))


def spread(a, b):
    return np.sum(np.exp(a[:, None] * b) * a[:, None])


PROGRAMS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (chain, (normal(50),)),
    (rosenbrock, (normal(30),)),
    (scalar_loop, (0.3,)),
    (newton, (2.0,)),
    (layer, (normal(3, 2), normal(2), normal(5, 3), normal(5, 2))),
    (recurrent, (normal(3, 4), normal(4, 4), normal(4), normal(6, 3))),
    (with_calls, (np.array([1.1, 0.4]), np.array([1.0, 0.5]))),
    (smoothness, (normal(6, 7),)),
    (branches, (np.array([0.5, -0.5, 2.0, -3.0, 1.0]),)),
    (picks, (normal(5), np.array([0, 2, 2, 1]))),
    (softened, (normal(20),)),
    (columns, (normal(4, 3), normal(4, 3))),
    (spread, (normal(4), normal(3))),
]


def both(fn: Callable[..., Any], args: tuple[Any, ...], argnums: Any = None) -> tuple[Any, Any]:
    """Value and gradients from both targets; a function that is not compiled is an error."""
    which = tuple(k for k, a in enumerate(args) if np.asarray(a).dtype.kind == "f")
    chosen = which if argnums is None else argnums
    expected = s2s.value_and_grad(fn, chosen)(*args)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = s2s.value_and_grad(fn, chosen, target="numba")(*args)
    return got, expected


@pytest.mark.parametrize(("fn", "args"), PROGRAMS, ids=[fn.__name__ for fn, _ in PROGRAMS])
def test_as_numpy(fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Compiled as a whole, and equal."""
    got, expected = both(fn, args)
    assert_close(got, expected, rtol=1e-11, atol=1e-12)


def test_one_pass() -> None:
    """Forward and backward sweep of an elementwise chain are one loop, without a temporary."""
    source = s2s.grad(chain, target="numba").specialize(normal(5)).source
    assert source.count("for ") == 1
    assert source.count("np.empty") == 1
    assert "@compiled" in source


def test_sizes_that_broadcast_after_all() -> None:
    """Where a size that was taken for equal is 1, the NumPy code runs."""

    def product(x, n):
        return np.sum(x[:n] * x[1:])

    derivative = s2s.grad(product, target="numba")
    x = normal(3)
    assert_close(derivative(x, 2), s2s.grad(product)(x, 2), rtol=1e-12, atol=0.0)
    with pytest.warns(UserWarning, match="broadcast"):
        got = derivative(x, 1)
    assert_close(got, s2s.grad(product)(x, 1), rtol=1e-12, atol=0.0)


def test_fallback_names_the_construct() -> None:
    """What does not compile runs as NumPy code, and a warning says what and where."""

    def sorted_sum(x):
        return np.sum(np.sort(x)[::2] ** 2) + np.percentile(x, 30.0)

    derivative = s2s.grad(sorted_sum, target="numba")
    with pytest.warns(UserWarning, match=r"`sorted_sum_grad` runs as NumPy code.*test_numba"):
        got = derivative(np.arange(5.0))
    assert_close(got, s2s.grad(sorted_sum)(np.arange(5.0)), rtol=1e-12, atol=0.0)


def test_ahead_of_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`s2s compile --target numba` writes a module that needs Numba and not s2s."""
    (tmp_path / "bumps.py").write_text(
        "import numpy as np\n\n\ndef bumps(x):\n    return np.sum(np.sin(x) * x)\n\n\n"
        "def bumps_example():\n    return (np.arange(4.0),)\n"
    )
    monkeypatch.chdir(tmp_path)
    words = ["compile", "bumps.py:bumps", "--example", "--target", "numba", "-o", "out.py"]
    assert main(words) == 0
    text = (tmp_path / "out.py").read_text()
    assert "s2s.runtime" not in text and "import s2s" not in text
    spec = importlib.util.spec_from_file_location("out", tmp_path / "out.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "out", module)
    spec.loader.exec_module(module)
    x = np.arange(4.0)
    assert_close(module.bumps_grad(x), np.cos(x) * x + np.sin(x), rtol=1e-13, atol=0.0)


def convolved(x, w):
    out = np.empty((x.shape[0], x.shape[1] - w.shape[0] + 1, w.shape[2]))
    for i in range(out.shape[1]):
        out[:, i, :] = np.tensordot(x[:, i : i + w.shape[0], :], w, axes=2)
    return np.sum(np.maximum(out, 0.0) ** 2)


def diffused(u, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1] += 0.1 * (u[:-2] - 2.0 * u[1:-1] + u[2:])
        u[u > 1.0] = 1.0
    return np.sum(u * u)


def padded(x):
    return np.sum(np.pad(x, 1)[2:] ** 3) + np.sum(np.max(x, axis=0))


def determined(a):
    return np.log(np.linalg.det(a @ a.T + np.eye(3)))


@pytest.mark.parametrize(
    ("fn", "args"),
    [
        (convolved, (normal(2, 5, 2), normal(2, 2, 3))), (diffused, (normal(8), 3)),
        (padded, (normal(3, 4),)), (determined, (normal(3, 4),)),
    ],
)  # fmt: skip
def test_writes_and_helpers(fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Writes in place, masks, products over axes, padding, ties and determinants."""
    got, expected = both(fn, args)
    assert_close(got, expected, rtol=1e-10, atol=1e-11)


def test_other_targets() -> None:
    """The name of a target is checked at once."""
    with pytest.raises(ValueError, match="no target 'cuda'"):
        s2s.grad(chain, target="cuda")


SCALE = 2.0
OFFSET = np.array([1.0, 2.0, 3.0])


def helper(x):
    return SCALE * np.sum(x * OFFSET)


def reads_globals(x):
    return helper(x) + SCALE * x[0]


def test_globals_are_read_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Data of the user is an argument of compiled code, not a constant in it."""
    derivative = s2s.value_and_grad(reads_globals, target="numba")
    x = normal(3)
    assert_close(derivative(x), s2s.value_and_grad(reads_globals)(x), rtol=1e-13, atol=0.0)
    monkeypatch.setitem(globals(), "SCALE", -3.0)
    OFFSET[1] = 7.0
    assert_close(derivative(x), s2s.value_and_grad(reads_globals)(x), rtol=1e-13, atol=0.0)
    assert "SCALE" in derivative.specialize(x).source


def test_closures_are_read_at_each_call() -> None:
    """So are variables of an enclosing function."""
    power = 2.0

    def f(x):
        return np.sum(x**power)

    derivative = s2s.grad(f, target="numba")
    assert_close(derivative(np.arange(3.0)), 2.0 * np.arange(3.0), rtol=1e-13, atol=0.0)
    power = 3.0
    assert_close(derivative(np.arange(3.0)), 3.0 * np.arange(3.0) ** 2, rtol=1e-13, atol=0.0)


@pytest.mark.parametrize("dtype", [np.float32, np.complex128])
def test_dtypes(dtype: Any) -> None:
    """A gradient has the dtype of its argument."""

    def f(x, y):
        return np.sum(np.abs(x * y + x) ** 2)

    x, y = normal(4).astype(dtype), normal(4).astype(dtype)
    (got, expected) = both(f, (x, y), (0, 1))
    assert_close(got[1], expected[1], rtol=1e-5, atol=1e-5)
    assert all(g.dtype == dtype for g in got[1])


def test_shared_memory() -> None:
    """Arguments that share memory are still right where a helper writes into one."""

    def f(x, y):
        return np.sum(x * y) + x[0] * y[1]

    x = normal(3)
    got, expected = both(f, (x, x), (0, 1))
    assert_close(got, expected, rtol=1e-13, atol=0.0)


def test_contributions_to_what_the_loop_makes() -> None:
    """A first contribution and those that are added in place may share one loop."""

    def f(x, y):
        u = np.arctan2(y, x) + np.hypot(x, y)
        v = np.arcsin(x / 9.0) * np.arctan(y)
        return np.sum(u * v + np.cosh(np.log1p(x * x)) + np.logaddexp(x, y))

    got, expected = both(f, (normal(5), normal(5)))
    assert_close(got, expected, rtol=1e-12, atol=1e-13)


def staggered(a, b, steps):
    a, b = a.copy(), b.copy()
    for _ in range(steps):
        a[1:] -= 0.5 * (b[1:] - b[:-1])
        b[:-1] -= 0.7 * (a[1:] - a[:-1] + a[1:])
    return np.sum(a * a)


def test_nothing_is_saved_for_its_shape() -> None:
    """A linear sweep keeps no list: ranks are known, and no value is read again."""
    got, expected = both(staggered, (normal(6), normal(6), 4), (0, 1))
    assert_close(got, expected, rtol=1e-12, atol=1e-13)
    source = s2s.grad(staggered, target="numba").specialize(normal(6), normal(6), 4).source
    assert "_saved" not in source
