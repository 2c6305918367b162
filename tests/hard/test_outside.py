"""Arrays from outside of a function, which it writes into: work space, and what is left in it."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import s2s
from tests.oracle import assert_close, finite_difference_gradient

X = np.array([0.3, 0.7, -1.2])
WORK = np.array([1.0, 2.0, 3.0])
PART = WORK[1:]


def filled(x):
    WORK[:] = x * x
    return np.sum(WORK * x)


def accumulated(x):
    WORK[:] = x**2
    for _ in range(3):
        WORK[1:] += WORK[:-1] * x[0]
    return WORK @ x


def what_was_there(x):
    WORK[0] = x[1]
    return np.sum(WORK * x)


def library(x):
    WORK[:] = x * x
    y = np.sin(WORK)
    return np.sum(y) + np.linalg.norm(WORK) + WORK.sum() + max(WORK)


class Reader:
    def total(self, x):
        return np.sum(WORK * x)


READER = Reader()


def method(x):
    WORK[:] = x
    return READER.total(x)


def of_a_closure():
    buffer = np.zeros(3)

    def closure(x):
        buffer[:] = np.exp(x)
        buffer[1] = buffer[0] * x[2]
        return buffer @ x

    return closure


class Layer:
    """Keeps what it computes in arrays of its own."""

    def __init__(self):
        self.out, self.seen = np.zeros(3), np.ones(3)

    def __call__(self, x):
        self.out[:] = np.tanh(x) * self.seen
        self.out[1:] += self.out[:-1]
        return self.out * x

    def norm(self):
        return np.sum(self.out**2)


LAYER = Layer()


def of_an_object(x):
    y = LAYER(x)
    return np.sum(y) + LAYER.norm() + LAYER.out @ x


@pytest.mark.parametrize(
    "fn", [filled, accumulated, what_was_there, library, method, of_a_closure(), of_an_object],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_work_space(fn) -> None:
    """The derivative works on a copy: nothing of the caller's is modified."""
    before = WORK.copy()

    def again(x):
        WORK[:], LAYER.out[:] = before, 0.0
        return fn(x)

    expected = finite_difference_gradient(again, (X,))
    WORK[:], LAYER.out[:] = before, 0.0
    value, gradient = s2s.value_and_grad(fn)(X)
    tangent = s2s.jvp(fn, (X,), (np.ones(3),))[1]
    assert np.array_equal(WORK, before) and not LAYER.out.any()
    assert_close(gradient, expected, rtol=1e-7, atol=1e-9)
    assert tangent == pytest.approx(np.sum(expected), rel=1e-7)
    assert value == pytest.approx(again(X), rel=1e-14)
    WORK[:] = before


def reader(x):
    for _ in range(2):
        x = x * WORK
    return np.sum(x)


def read_elsewhere(x):
    WORK[:] = x
    return reader(x)


def under_another_name(x):
    WORK[:] = x
    return np.sum(PART * x[1:])


def called_back(x, fn):
    WORK[:] = x
    return fn(x)


def handed_on(x):
    LAYER(x)
    return x[0] * getattr(copy.copy(LAYER), "out")[1]


HELD = [WORK]


def in_a_list(x):
    WORK[:] = x
    return np.sum(HELD[0] * x)


@pytest.mark.parametrize(
    "fn, more", [(handed_on, ()), (read_elsewhere, ()), (under_another_name, ()), (in_a_list, ()),
                 (called_back, (np.sum,))],
    ids=lambda f: getattr(f, "__name__", ""),
)  # fmt: skip
def test_what_else_may_show_it(fn, more) -> None:
    with pytest.raises(s2s.Unsound, match="from outside of the function") as caught:
        s2s.grad(fn)(X, *more)
    assert "pass it as an argument" in str(caught.value)


def test_the_array_itself_as_argument() -> None:
    with pytest.raises(ValueError, match="share memory"):
        s2s.grad(filled)(WORK)
