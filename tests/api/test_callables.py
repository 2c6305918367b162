"""What may be differentiated besides plain functions, and what a derivative is as an object."""

import functools
import hashlib
import inspect
import linecache
import pickle
import subprocess
import sys
import traceback
import warnings
from pathlib import Path

import numpy as np
import pytest

import s2s
from s2s.driver import cache

ROOT = Path(__file__).resolve().parents[2]
X = np.array([1.0, 2.0])


def scaled(x, w, scale=2.0):
    """Sum of weighted squares."""
    return np.sum(w * x * x) * scale


class Spring:
    """A spring that is a function of its length too."""

    def __init__(self, stiffness):
        self.stiffness = stiffness

    def energy(self, x):
        return 0.5 * np.sum(self.stiffness * x * x)

    def __call__(self, x):
        return self.stiffness * np.sum(x**3)

    @staticmethod
    def square(x):
        return np.sum(x * x)


@s2s.grad
def decorated(z):
    """A cube."""
    return z**3


def test_bound_methods_and_callable_objects():
    spring = Spring(3.0)
    energy = s2s.grad(spring.energy)
    assert np.allclose(energy(X), 3 * X)
    spring.stiffness = 5.0
    assert np.allclose(energy(X), 5 * X)
    assert list(inspect.signature(energy).parameters) == ["x"]
    assert np.allclose(s2s.grad(spring)(X), 15 * X**2)
    assert np.allclose(s2s.grad(Spring.square)(X), 2 * X)
    assert np.allclose(s2s.jvp(spring.energy, (X,), (np.ones(2),))[1], 15)
    assert np.allclose(s2s.vjp(spring.energy, X)[1](2.0)[0], 10 * X)


def test_partial():
    by_keyword = functools.partial(scaled, scale=3.0)
    assert np.allclose(s2s.grad(by_keyword)(X, X), 6 * X * X)
    leading = functools.partial(scaled, X)
    assert np.allclose(s2s.grad(leading)(X), 2 * X * X)
    with pytest.raises(TypeError, match="no parameter 'x'"):
        s2s.grad(leading, "x")


def test_a_list_in_a_partial_may_grow():
    def total(parts, x):
        result = 0.0
        for p in parts:
            result = result + p * x
        return result

    parts = [1.0, 2.0]
    slope = s2s.grad(functools.partial(total, parts))
    assert slope(1.0) == 3.0
    parts.append(4.0)
    assert slope(1.0) == 7.0


def test_a_decorated_method_gets_self():
    class Model:
        k = 4.0

        @s2s.grad(argnums="x")
        def slope(self, x):
            return self.k * x * x

    assert Model().slope(3.0) == 24.0


def test_decorator_and_its_description():
    assert decorated(2.0) == 12.0
    assert decorated.__name__ == "decorated_grad"
    assert decorated.__wrapped__(2.0) == 8.0
    assert "Gradient of `decorated` with respect to z." in decorated.__doc__
    assert "A cube." in decorated.__doc__
    assert str(inspect.signature(decorated)) == "(z)"
    assert repr(decorated) == "<s2s derivative decorated_grad(z) by z>"
    compile(decorated.source, "<source>", "exec")
    assert decorated.source.startswith("def decorated_grad(z, decorated_bar=1.0):")
    html = decorated._repr_html_()
    assert "decorated_grad" in html and html.lstrip().startswith("<")


def test_derivatives_of_derivatives():
    def f(t):
        return t**4

    first = s2s.grad(f)
    assert s2s.grad(first)(2.0) == 48.0
    assert s2s.grad(s2s.grad(first))(2.0) == 48.0
    assert s2s.jvp(first, (2.0,), (1.0,)) == (32.0, 48.0)

    def outer(x):
        g = first(x)
        return g * g

    assert s2s.grad(outer)(1.0) == 2 * 4.0 * 12.0


def test_a_function_and_its_derivative_share_a_callee():
    def g(x):
        total = 0.0
        for k in range(3):
            total = total + np.sin(x * k)
        return total * x

    def f(x):
        return g(x) * x

    slope = s2s.grad(f)

    def both(x):
        return slope(x) * g(x)

    step = 1e-5
    expected = (both(0.7 + step) - both(0.7 - step)) / (2 * step)
    assert np.isclose(s2s.jvp(both, (0.7,), (1.0,))[1], expected, rtol=1e-8)


# ---- pickling ----------------------------------------------------------------------------------


def test_pickles_by_reference():
    assert pickle.loads(pickle.dumps(decorated)) is decorated
    again = pickle.loads(pickle.dumps(s2s.grad(scaled, ("x", "w"))))
    assert np.allclose(again(X, X), (4 * X * X, 2 * X * X))
    method = pickle.loads(pickle.dumps(s2s.grad(Spring(2.0).energy)))
    assert np.allclose(method(X), 2 * X)


def test_pickles_by_source(tmp_path):
    k = np.arange(100.0)

    def local(x, n):
        return np.sum(k * x) * n

    data = pickle.dumps(s2s.grad(local))
    assert pickle.loads(data)(2.0, 3) == 3 * np.sum(k)
    path = tmp_path / "data.pickle"
    path.write_bytes(data)
    code = (
        f"import pickle; d = pickle.load(open({str(path)!r}, 'rb')); print(d(2.0, 3));"
        "print(d.source.splitlines()[0]); print(pickle.loads(pickle.dumps(d))(2.0, 1))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.splitlines() == [
        str(3 * np.sum(k)), "def local_grad(x, n, local_bar=1.0):", str(np.sum(k)),
    ]  # fmt: skip


# ---- dispatch ----------------------------------------------------------------------------------


def test_one_program_serves_all_sizes_and_values():
    d = s2s.grad(lambda x, n: np.sum(x**n))
    programs = {id(d.specialize(np.ones(n), float(n))) for n in (2, 3, 50)}
    assert len(programs) == 1
    others = [np.ones(1), np.ones((2, 2)), np.ones(2, np.float32), 1.0, np.float32(1)]
    assert len({id(d.specialize(x, 2.0)) for x in others} | programs) == 6


def test_equal_sizes_are_known():
    d = s2s.grad(lambda a, b: np.sum(a[1:] * b[:-1]) + np.sum(a), ("a", "b"))
    equal = d.specialize(np.ones(3), np.ones(3))
    assert equal is d.specialize(np.ones(5), np.ones(5))
    assert "unbroadcast" not in equal.source
    other = d.specialize(np.ones(2), np.ones(4))
    assert other is not equal and "unbroadcast" in other.source
    assert np.allclose(d(np.ones(2), np.arange(4.0))[0], [1, 4])  # broadcast: 0 + 1 + 2


def test_what_is_compiled_without_dispatch_serves_all_sizes():
    def f(a, b):
        return np.sum(a) * np.sum(b)

    run = s2s.compile(s2s.grad(f, ("a", "b")), np.ones(3), np.ones(3))
    a_bar, b_bar = run(np.ones(2), np.ones(4))
    assert np.allclose(a_bar, 4 * np.ones(2)) and np.allclose(b_bar, 2 * np.ones(4))


def test_a_dataclass_made_anew_is_not_compiled_anew():
    from dataclasses import dataclass

    @dataclass
    class Settings:
        power: int

    d = s2s.grad(lambda x, s: x**s.power)
    assert d.specialize(2.0, Settings(2)) is d.specialize(2.0, Settings(3))
    assert d(2.0, Settings(3)) == 12.0


def test_function_arguments_count_by_identity():
    d = s2s.grad(lambda f, x: f(x) * x, "x")
    assert np.isclose(d(np.sin, 0.5), np.sin(0.5) + 0.5 * np.cos(0.5))
    assert np.isclose(d(np.exp, 0.5), 1.5 * np.exp(0.5))


def test_keywords():
    d = s2s.grad(scaled, "w")
    assert np.allclose(d(w=X, x=X, scale=1.0), X * X)
    assert np.allclose(d(X, scale=1.0, w=X), X * X)
    with pytest.raises(TypeError):
        d(X)


# ---- generated files ---------------------------------------------------------------------------


def fails_backwards(x):
    y = np.sqrt(x)
    z = y * 2.0
    return np.sum(z)


def test_generated_text_is_a_file_and_errors_name_the_line(monkeypatch, tmp_path):
    monkeypatch.setenv("S2S_CACHE_DIR", str(tmp_path / "generated"))
    d = s2s.grad(fails_backwards)
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError) as caught:
        d(np.array([0.0]))
    (path,) = (tmp_path / "generated").iterdir()
    assert path.read_text() == d.specialize(np.array([1.0])).source
    shown = "".join(traceback.format_exception(caught.value))
    assert str(path) in shown
    line = inspect.getsourcelines(fails_backwards)[1] + 1
    (note,) = caught.value.__notes__
    assert f"test_callables.py:{line}" in note and note.endswith("y = np.sqrt(x)")


def test_an_error_of_the_forward_sweep_has_no_note():
    def f(x):
        raise KeyError("mine") if x > 0 else ValueError

    def g(x):
        y = x * 2.0
        if y > 3.0:
            raise KeyError("mine")
        return y

    with pytest.raises(KeyError) as caught:
        s2s.grad(g)(2.0)
    assert not getattr(caught.value, "__notes__", [])


def test_where_no_file_can_be_written(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("S2S_CACHE_DIR", str(blocked / "below"))
    made = s2s.grad(lambda x: x * x * 7.0).specialize(1.0)
    name = made.module.filename
    assert name.startswith("<s2s lambda_")
    assert linecache.getlines(name) == made.source.splitlines(True)
    assert made(2.0) == 28.0


def test_names_of_files_do_not_depend_on_the_run(monkeypatch, tmp_path):
    monkeypatch.setenv("S2S_CACHE_DIR", str(tmp_path))
    for _ in range(2):
        code = cache.compile_text("x = 1\n", "f<g>")
        digest = hashlib.sha256(b"x = 1\n").hexdigest()[:12]
        assert Path(code.co_filename).name == f"f_g__{digest}.py"
    assert len(list(tmp_path.iterdir())) == 1


def test_old_files_go_and_others_stay(monkeypatch, tmp_path):
    import os

    monkeypatch.setenv("S2S_CACHE_DIR", str(tmp_path))
    old, mine = tmp_path / "f_grad_0123456789ab.py", tmp_path / "thesis_final_version.py"
    for path in (old, mine):
        path.write_text("")
        os.utime(path, (0, 0))
    cache.compile_text("y = 1\n", "new")
    assert not old.exists() and mine.exists()


def test_generated_modules_are_in_no_registry():
    before = set(sys.modules)
    entry = s2s.grad(lambda x: x * 11.0).specialize(1.0).module.entry
    assert set(sys.modules) == before
    assert entry.__module__ not in sys.modules


# ---- warnings ----------------------------------------------------------------------------------


def test_an_argument_without_influence():
    d = s2s.grad(lambda a, b: np.sum(a * 2.0), (0, 1))
    with pytest.warns(UserWarning, match="does not depend on `b`") as caught:
        g = d(X, X)
    assert caught[0].filename == __file__
    assert np.array_equal(g[1], [0, 0]) and g[1].shape == (2,)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        d(X, X)  # said once
        s2s.grad(scaled, (0, 1))(X, X)


# ---- callable objects whose attributes change --------------------------------------------------


class Layer:
    """A callable that holds weights of any shape, and itself."""

    def __init__(self, w):
        self.w, self.me = w, self

    def __call__(self, x):
        return np.sum((x * self.w) ** 2)


def applied(layer, x):
    """The layer as an argument."""
    return layer(x)


def test_attributes_of_a_callable_argument_may_change():
    """Another shape or kind of a weight is another program."""
    layer, both = Layer(2.0), s2s.grad(applied, (0, 1))
    for w in (2.0, np.array([3.0, 1.0]), np.ones((3, 2)), np.ones(1), np.ones((2, 1)), 2.0):
        layer.w = w
        record, g = both(layer, X)
        slope = 2 * X * w**2
        np.testing.assert_allclose(g, slope if np.ndim(w) < 2 else np.broadcast_to(
            slope, np.broadcast_shapes(np.shape(w), X.shape)).sum(0))  # fmt: skip
        slope = 2 * X**2 * w
        assert np.shape(record.w) == np.shape(w)
        np.testing.assert_allclose(np.sum(record.w), np.sum(slope))
