"""Functions with infinite slopes, of what was cut off where they have them."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import s2s

X = np.array([-2.0, 0.25, 0.5, 3.0])


def root(x):
    return np.sum(np.sqrt(np.maximum(x, 0.0)))


def root_of_clipped(x):
    return np.sum(np.sqrt(np.clip(x, 0.0, 1.0)))


def power(x):
    return np.sum(np.minimum(np.maximum(x, 0.0), 1.0) ** 0.5)


def shifted(x):
    return np.sum(np.sqrt(np.maximum(-0.19, x) + 0.19))


def angle(x):
    return np.sum(np.arccos(np.clip(x, -1.0, 1.0)))


def numbers(x):
    total = 0.0
    for v in x:
        total += math.sqrt(max(v, 0.0))
    return total


@pytest.mark.parametrize(
    "fn, inside",
    [(root, X > 0), (root_of_clipped, (X > 0) & (X < 1)), (power, (X > 0) & (X < 1)),
     (shifted, X > -0.19), (angle, (X > -1) & (X < 1)), (numbers, X > 0)],
    ids=lambda f: getattr(f, "__name__", ""),
)  # fmt: skip
@pytest.mark.parametrize("target", ["numpy", "numba"])
def test_no_slope_where_cut_off(fn, inside, target) -> None:
    """Infinity times 0 is not a number."""
    if target == "numba":
        pytest.importorskip("numba")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = s2s.grad(fn, target=target)(X)
        module = s2s.grad(fn).generic(("x",)).module
        module.ready()
        generic = s2s.grad(fn).subject.entry(module.entry)(X)
    step = 1e-6
    for k in range(len(X)):
        near = [X + step * sign * np.eye(len(X))[k] for sign in (1, -1)]
        wanted = (fn(near[0]) - fn(near[1])) / (2 * step)
        assert found[k] == pytest.approx(wanted, rel=1e-6, abs=1e-9)
        assert generic[k] == pytest.approx(wanted, rel=1e-6, abs=1e-9)
    assert not np.any(found[~inside])


def cross_entropy(p, y):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def distance(x):
    return 1 / np.maximum(np.linalg.norm(x), 1e-12)


def test_poles_that_are_out_of_reach() -> None:
    """The interval that a bound leaves tells that there is nothing to guard."""
    p = np.array([0.2, 0.9])
    assert "np.where" not in s2s.grad(cross_entropy).specialize(p, p).source
    assert "if " not in s2s.grad(distance).specialize(p).source
