"""`S2S_CHECK=1`: each check passes what is right, and each can fail."""

import sys
from dataclasses import dataclass

import numpy as np
import pytest

import s2s
from s2s import runtime
from s2s.driver.sanitize import Unsafe, checked
from s2s.ir.nodes import Ref
from s2s.transform.simplify.scene import rewrite


@dataclass
class Model:
    w: np.ndarray
    b: float


def recurrence(model, x, steps):
    for _ in range(steps):
        x = np.tanh(model.w * x + model.b)
    return np.sum(x)


@pytest.fixture
def checks(monkeypatch):
    monkeypatch.setenv("S2S_CHECK", "1")


def test_right_ones_pass(checks):
    args = (Model(np.ones(3), 0.5), np.ones(3), 4)
    derivative = s2s.grad(recurrence, argnums=(0, 1))
    dmodel, dx = derivative(*args)
    assert dmodel.w.shape == dx.shape == (3,)
    assert "require_empty(" in derivative.specialize(*args).source
    value, (dmodel, _) = s2s.value_and_grad(recurrence, argnums=(0, 1))(*args)
    assert value == recurrence(*args)


def test_auxiliary_results(checks):
    def loss(x):
        return np.sum(x * x), x.size

    gradient, size = s2s.grad(loss, has_aux=True)(np.ones(3))
    assert size == 3 and np.array_equal(gradient, 2 * np.ones(3))


def _run(entry, *args):
    bind = lambda args, kwargs: dict(zip("xy", args, strict=True))  # noqa: E731
    return checked(entry, bind, lambda result: dict(zip("xy", result, strict=True)))(*args)


def _changes(x, y):
    y["a"][0] += 1.0
    return np.ones(3), {"a": np.ones(3)}


BROKEN = {
    "changed the argument `y\\['a'\\]`": _changes,
    "`x` has shape": lambda x, y: (np.ones(2), {"a": np.ones(3)}),
    "`x` is not of dtype": lambda x, y: (np.ones(3, np.float32), {"a": np.ones(3)}),
    "`y` is a list": lambda x, y: (np.ones(3), [np.ones(3), np.ones(3)]),
    "shares memory with the argument `x`": lambda x, y: (np.ones(3), {"a": x[::-1]}),
    "share memory": lambda x, y: (x + 1.0, {"a": None}),
}


@pytest.mark.parametrize("message", BROKEN)
def test_each_can_fail(message):
    entry = BROKEN[message]
    if message == "share memory":
        same = np.ones(3)
        entry = lambda x, y: (same, {"a": same})  # noqa: E731
    with pytest.raises(Unsafe, match=message):
        _run(entry, np.ones(3), {"a": np.ones(3)})


def test_what_is_left_on_a_stack():
    runtime.require_empty([], [])
    with pytest.raises(AssertionError, match="2 values are left"):
        runtime.require_empty([], [1.0, 2.0])


def _careless(function, facts):
    """In the place of the pass `finish`: all gradients are handed out as they are."""

    def rule(expr, target, scene, build):
        handed = isinstance(expr.fn, Ref) and expr.fn.obj is runtime.as_gradient
        return expr.args[0] if handed else None

    return rewrite(function, facts, rule)


def test_a_wrong_proof_of_ownership_is_caught(checks, monkeypatch):
    """Were one array handed out for two arguments, a check would say so."""

    def loss(x, y, w):
        return np.sum((x + y) * w)

    args = (np.ones(3), np.ones(3), np.arange(3.0))
    assert len(s2s.grad(loss, argnums=(0, 1))(*args)) == 2
    passes = sys.modules["s2s.transform.simplify"]
    changed = tuple(_careless if p is passes.finish else p for p in passes._PASSES)
    monkeypatch.setattr(passes, "_PASSES", changed)
    with pytest.raises(Unsafe, match="share memory"):
        s2s.grad(loss, argnums=(0, 1))(*args)


def taken_and_put_back(x):
    items = [x, x]
    last = items.pop()
    items.append(3.0)
    return last


def test_the_adjoint_of_a_list_is_no_list_of_saved_values(monkeypatch) -> None:
    """It ends with as many items as the list began with."""
    monkeypatch.setenv("S2S_CHECK", "1")
    assert s2s.grad(taken_and_put_back)(1.5) == 1.0
