"""The grid of the rule tests on a strict stand-in for CuPy: no conversion, no waiting.

A program whose own functions CuPy lacks is left out; of all others the gradient must run where
the arguments are, and be that of NumPy.
"""

from collections import Counter

import numpy as np
import pytest

import s2s
from tests.device import standin
from tests.rules import checks, grid

pytestmark = pytest.mark.filterwarnings("ignore")


def on_device(cases):
    """The cases of arrays, with the arguments on both sides."""
    for case in cases:
        args = list(case.arguments().values())
        if all(isinstance(a, np.ndarray) for a in args):
            yield case, checks.function_of(case), args, [standin.ndarray(a) for a in args]


def runs_there(fn, args):
    """Whether CuPy has what a program calls itself."""
    try:
        fn(*args)
    except (TypeError, AttributeError):
        return False
    return True


# How many zeros lead a product decides its length, and whether all entries are equal decides the
# edges of a histogram: that is asked of the device.
WAITS = ("np.polymul(", "np.histogram")


def thinned(step):
    """One case of some."""
    cases = [*grid.elementwise(), *grid.programs()][::step]
    return [c for c in cases if not c.text.startswith(WAITS)]


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_gradients_stay_on_the_device(step):
    counts, wrong = Counter(), []
    for case, fn, args, there in on_device(thinned(step)):
        if not runs_there(fn, there):
            counts["not in CuPy"] += 1
            continue
        value = fn(*args)
        cotangent = np.ones(np.shape(value), np.result_type(value, 1.0))
        expected = s2s.vjp(fn, *args)[1](cotangent)
        try:
            found = s2s.vjp(fn, *there)[1](standin.ndarray(cotangent))
        except Exception as error:
            wrong.append(f"{case.id}: {type(error).__name__}: {error}")
            continue
        for bar, right in zip(found, expected, strict=True):
            if not isinstance(bar, standin.ndarray) or bar.dtype != right.dtype:
                wrong.append(f"{case.id}: a {type(bar).__name__}")
            elif not np.allclose(bar.get(), right, equal_nan=True):
                wrong.append(f"{case.id}: {bar.get()} instead of {right}")
        counts["compared"] += 1
    assert not wrong, "\n".join(wrong)
    assert counts["compared"] > 1000 // step - 20, counts


def loss(w, b, x, y):
    hidden = np.tanh(x @ w + b)
    total = 0.0
    for row in range(2):
        total = total + np.sum((hidden[row] - y[row]) ** 2)
    return total / np.size(y) + np.linalg.norm(w) + np.max(np.abs(np.fft.rfft(b)))


def test_a_program():
    rng = np.random.default_rng(0)
    args = [rng.normal(size=s) for s in ((3, 2), (2,), (5, 3), (5, 2))]
    there = [standin.ndarray(a) for a in args]
    value, grads = s2s.value_and_grad(loss, (0, 1))(*there)
    right, expected = s2s.value_and_grad(loss, (0, 1))(*args)
    np.testing.assert_allclose(value.get(), right)
    for found, known in zip(grads, expected, strict=True):
        np.testing.assert_allclose(found.get(), known)
    dots = [standin.ndarray(np.ones_like(a)) for a in args]
    tangent = s2s.jvp(loss, tuple(there), tuple(dots))[1]
    known = s2s.jvp(loss, tuple(args), tuple(np.ones_like(a) for a in args))[1]
    np.testing.assert_allclose(tangent.get(), known)


def test_both_kinds_in_turn():
    """The same derivative serves both sides, each with its own compiled functions."""
    gradient = s2s.grad(lambda x: np.sum(np.sin(x) ** 2))
    host = np.arange(3.0)
    first, there, again = gradient(host), gradient(standin.ndarray(host)), gradient(host)
    assert type(first) is type(again) is np.ndarray
    np.testing.assert_allclose(there.get(), first)


def test_the_stand_in_is_strict():
    x = standin.ndarray(np.ones(3))
    for mistake in (
        lambda: np.asarray(x), lambda: x + np.ones(3), lambda: bool(x[0] > 0), lambda: float(x[0]),
        lambda: np.spacing(x), lambda: np.sum(x, where=x > 0), lambda: np.add.at(x, [0], 1.0),
    ):  # fmt: skip
        with pytest.raises(TypeError):
            mistake()
    assert isinstance(np.sum(x), standin.ndarray) and np.sum(x).ndim == 0
