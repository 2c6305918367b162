"""Lowered functions are kept while all that they name is what it was, and no longer."""

import gc
import types
import weakref

import numpy as np

import s2s
from s2s.frontend.lower import lowered

shapes = types.ModuleType("shapes")
shapes.scale = lambda x: 2.0 * x


def inner(x):
    return x * 2.0


def middle(x):
    y = x
    for _ in range(3):
        y = y + inner(x) * x
    return y


def outer(x):
    return middle(x)


def by_module(x):
    return shapes.scale(x) * x


def reduced(x):
    return np.add.reduce(x * x)


def with_default(x, k=2.0):
    return k * x


def items(n):
    for k in range(n):
        yield inner(float(k))


def over_items(x):
    total = 0.0
    for item in items(3):
        total = total + item * x
    return total


def test_nothing_changed():
    for fn in (outer, by_module, reduced, with_default, over_items):
        assert lowered(fn) is lowered(fn)


def test_function_bound_anew(monkeypatch):
    assert s2s.grad(outer)(1.0) == 1.0 + 3 * 2 * 2.0
    assert s2s.jvp(outer, (1.0,), (1.0,)) == (7.0, 13.0)
    monkeypatch.setitem(globals(), "inner", lambda x: x * 5.0)
    assert s2s.grad(outer)(1.0) == 1.0 + 3 * 2 * 5.0
    assert s2s.jvp(outer, (1.0,), (1.0,)) == (16.0, 31.0)
    monkeypatch.undo()
    assert s2s.grad(outer)(1.0) == 13.0


def test_attribute_of_a_module_bound_anew(monkeypatch):
    assert s2s.grad(by_module)(3.0) == 12.0
    monkeypatch.setattr(shapes, "scale", lambda x: 7.0 * x)
    assert s2s.grad(by_module)(3.0) == 42.0
    monkeypatch.undo()
    assert s2s.grad(by_module)(3.0) == 12.0


def test_default_changed(monkeypatch):
    assert s2s.grad(with_default)(3.0) == 2.0
    monkeypatch.setattr(with_default, "__defaults__", (5.0,))
    assert s2s.grad(with_default)(3.0) == 5.0


def test_generator_that_calls_another_function(monkeypatch):
    assert s2s.grad(over_items)(1.0) == 6.0
    monkeypatch.setitem(globals(), "inner", lambda x: x * 3.0)
    assert s2s.grad(over_items)(1.0) == 9.0


def test_what_a_closure_captures_is_let_go():
    def make(captured):
        return lambda x: np.sum(captured * x)

    captured = np.arange(3.0)
    alive = weakref.ref(captured)
    fn = make(captured)
    assert np.array_equal(s2s.grad(fn)(np.ones(3)), captured)
    del fn, captured
    gc.collect()
    assert alive() is None


def test_cell_bound_anew():
    def make():
        def helper(x):
            return x * 2.0

        def f(x):
            return helper(x) * x

        def change():
            nonlocal helper
            helper = lambda x: x * 3.0  # noqa: E731

        return f, change

    f, change = make()
    assert s2s.grad(f)(1.0) == 4.0
    change()
    assert s2s.grad(f)(1.0) == 6.0
