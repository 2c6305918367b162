"""What names in generated code denote: globals, cells, other modules, rebinding."""

import importlib
import sys

import numpy as np
import pytest

import s2s


def module(tmp_path, monkeypatch, name, text):
    """Write and import a module."""
    (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, name, raising=False)
    importlib.invalidate_caches()
    return importlib.import_module(name)


def test_rebinding_a_function_compiles_again(tmp_path, monkeypatch):
    m = module(
        tmp_path, monkeypatch, "rebound",
        "import numpy as np\n"
        "def helper(x):\n    return x * 2\n"
        "def other(x):\n    return x * x\n"
        "def middle(x):\n    return helper(x)\n"
        "def f(x):\n    return middle(x) * x\n",
    )  # fmt: skip
    d = s2s.grad(m.f)
    assert d(3.0) == 12.0
    m.helper = m.other
    assert d(3.0) == 27.0
    assert "2 *" not in d.source or "x * 2" not in d.source
    before = d.specialize(3.0)
    assert d.specialize(3.0) is before


def test_rebinding_a_captured_function():
    def square(x):
        return x * x

    def f(x):
        return square(x) * 1.0

    d = s2s.grad(f)
    assert d(3.0) == 6.0

    def square(x):  # noqa: F811
        return x * x * x

    assert d(3.0) == 27.0


def test_captured_data_is_read_at_each_call():
    k = 2.0

    def f(x):
        return k * x

    d = s2s.grad(f)
    _, pullback = s2s.vjp(f, 1.0)
    assert d(1.0) == 2.0
    k = 5.0
    assert d(1.0) == 5.0
    assert s2s.jvp(f, (1.0,), (1.0,)) == (5.0, 5.0)


LIBRARY = """import numpy as xp

GAIN = 3.0


def step(x):
    total = 0.0
    for k in range(2):
        total = total + xp.sin(x) * GAIN
    return total
"""


def test_data_and_modules_of_another_module(tmp_path, monkeypatch):
    lib = module(tmp_path, monkeypatch, "a_library", LIBRARY)

    def f(x):
        return lib.step(x) * x

    d = s2s.grad(f)
    expected = lambda x: 2 * lib.GAIN * (np.sin(x) + x * np.cos(x))
    assert np.isclose(d(0.5), expected(0.5))
    lib.GAIN = 7.0
    assert np.isclose(d(0.5), expected(0.5))


GAIN = 100.0


def test_two_variables_of_one_name(tmp_path, monkeypatch):
    lib = module(tmp_path, monkeypatch, "b_library", LIBRARY)
    step = lib.step

    def f(x):
        return step(x) * GAIN

    d = s2s.grad(f)
    assert np.isclose(d(0.5), 2 * 3.0 * np.cos(0.5) * GAIN)
    lib.GAIN = 7.0
    assert np.isclose(d(0.5), 2 * 7.0 * np.cos(0.5) * GAIN)


def test_names_inside_a_nested_function():
    def f(x):
        weights = sorted([3.0, 1.0], key=lambda t: -np.abs(t) * GAIN)
        return x * weights[0]

    assert s2s.grad(f)(1.0) == 3.0


def test_a_global_that_does_not_exist_is_the_users_error():
    def f(x):
        if x > 10.0:
            return x * nowhere  # noqa: F821
        return x * 2.0

    d = s2s.grad(f)
    assert d(1.0) == 2.0
    with pytest.raises(NameError, match="nowhere"):
        d(11.0)


def test_the_users_globals_stay_as_they_are():
    before = dict(globals())
    s2s.grad(lambda x: np.sum(x * GAIN))(np.ones(2))
    assert dict(globals()) == before


def test_stop_gradient():
    d = s2s.grad(lambda x: x * s2s.stop_gradient(x * x))
    assert d(3.0) == 9.0
    assert s2s.jvp(lambda x: s2s.stop_gradient(x) * x, (3.0,), (1.0,)) == (9.0, 3.0)
    x = np.ones(2)
    assert np.shares_memory(s2s.stop_gradient(x), x)
