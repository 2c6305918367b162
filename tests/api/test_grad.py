"""The public functions: selection of arguments, auxiliary results, errors, what is left alone."""

import pickle
import warnings

import numpy as np
import pytest

import s2s

SCALE = 2.0


def weighted(x, w):
    """A function of two arguments."""
    return np.sum(w * x * x)


def test_argnums():
    x, w = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    assert np.allclose(s2s.grad(weighted)(x, w), [6, 16])
    assert np.allclose(s2s.grad(weighted, "w")(x, w), [1, 4])
    assert np.allclose(s2s.grad(weighted, -1)(x, w), [1, 4])
    pair = s2s.grad(weighted, (0, "w"))(x, w)
    assert isinstance(pair, tuple) and np.allclose(pair, [[6, 16], [1, 4]])
    single = s2s.grad(weighted, (0,))(x, w)
    assert isinstance(single, tuple) and len(single) == 1
    with pytest.raises(TypeError, match="no parameter"):
        s2s.grad(weighted, "z")


def test_aux():
    def f(x):
        y = x * x
        return np.sum(y), y

    x = np.array([1.0, 2.0])
    g, aux = s2s.grad(f, has_aux=True)(x)
    assert np.allclose(g, 2 * x) and np.allclose(aux, x * x)
    (value, aux), g = s2s.value_and_grad(f, has_aux=True)(x)
    assert value == 5 and np.allclose(g, 2 * x) and np.allclose(aux, x * x)


def test_not_a_scalar_is_an_error():
    with pytest.raises(TypeError, match="scalar"):
        s2s.grad(lambda x: x * 2)(np.ones(3))


def test_integers_have_no_gradient():
    with pytest.raises(TypeError, match="cast to float"):
        s2s.grad(weighted)(np.array([1, 2]), np.ones(2))


def test_dtype_and_memory():
    x, w = np.ones(2, np.float32), np.ones(2, np.float32)
    g = s2s.grad(weighted)(x, w)
    assert g.dtype == np.float32
    assert not np.shares_memory(g, x)
    identity = s2s.value_and_grad(lambda x: np.sum(x), (0,))(np.ones(3))[1][0]
    identity += 1.0  # fresh and writable


def test_globals_are_read_at_each_call():
    global SCALE

    def f(x):
        return SCALE * x

    d = s2s.grad(f)
    assert d(1.0) == 2.0
    SCALE = 5.0
    try:
        assert d(1.0) == 5.0
    finally:
        SCALE = 2.0


HELPER = """import numpy as np


def double(u):
    for k in range(len(u)):
        u[k] = 2.0 * u[k]

"""


@pytest.mark.parametrize(
    "write",
    [
        "y = x[1:]; y *= 2; return np.sum(x * x)",
        "y = x[1:]; y[0] = x[0] * x[2]; return np.sum(x * x)",
        "y = x; y += 1.0; return np.sum(x * y)",
        "x.sort(); return np.sum(x * np.arange(3.0))",
        "np.copyto(x, x * 2.0); return np.sum(x * x)",
        "np.multiply(x, x, out=x); return np.sum(x)",
        "c = np.ones(3); y = x * c; c[0] = 5.0; return np.sum(y)",
        "x.fill(2.0); return np.sum(x * x)",
        "np.add.at(x, [0, 0], 1.0); return np.sum(x * x)",
        "a = x * 2; b, k = a, 0; a += 1.0; return np.sum(a * b)",
        "a = x * 2; b, a = a, a; a += 1.0; return np.sum(a * b)",
        "double(x); return np.sum(x * x)",
        "double(x[1:]); return np.sum(x * x)",
    ],
)
def test_writes(tmp_path, write):
    path = tmp_path / "writes.py"
    body = "\n".join("    " + part.strip() for part in write.split(";"))
    path.write_text(f"{HELPER}\ndef f(x):\n{body}\n", encoding="utf-8")
    names: dict = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
    x = np.array([1.0, 2.0, 3.0])
    f = names["f"]
    steps = 1e-6 * np.eye(3)
    slope = [(f(x + e) - f(x - e)) / 2e-6 for e in steps]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some results do not depend on x
        assert np.allclose(s2s.grad(f)(x), slope, atol=1e-6)
        value, way = s2s.jvp(f, (x,), (np.array([1.0, -2.0, 0.5]),))
    assert np.isclose(value, f(x.copy())) and np.isclose(way, np.dot(slope, [1.0, -2.0, 0.5]))
    assert np.array_equal(x, [1, 2, 3])


def test_an_active_argument_without_a_rule_is_refused():
    with pytest.raises(s2s.NoRule, match="gradient"):
        s2s.grad(lambda h: np.sum(np.gradient(np.arange(4.0) ** 2, h)))(0.5)


def test_a_constant_that_changes_after_its_use():
    def f(x):
        c = np.ones(3)
        y = x * c
        c += 1.0
        return np.sum(y)

    assert np.allclose(s2s.grad(f)(np.arange(3.0)), 1.0)


def test_broadcast_gradient_has_the_shape_of_its_argument():
    g = s2s.grad(lambda a, b: np.sum(a / b), "b")(np.ones((2, 3)), np.full(3, 2.0))
    assert g.shape == (3,) and np.allclose(g, -0.5)


def test_pickle():
    d = pickle.loads(pickle.dumps(s2s.grad(weighted)))
    assert np.allclose(d(np.array([1.0]), np.array([3.0])), [6])


def test_a_captured_variable_is_seen_as_it_is_at_the_call():
    def f(x):
        g = lambda t: t * x  # noqa: E731
        x = x * 2
        return g(x)

    assert s2s.grad(f)(1.0) == 8.0

    def missing(x):
        def g(t):
            return t * y

        if x > 0:
            y = x
        return g(x)

    with pytest.raises(s2s.Unsupported, match="before it is assigned"):
        s2s.grad(missing)(1.0)


def test_pullback_may_be_called_again():
    value, pullback = s2s.vjp(weighted, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert value == 19
    for _ in range(2):
        assert np.allclose(pullback(2.0)[0], [12, 32])
    with pytest.raises(ValueError, match="cotangent"):
        pullback(np.ones(2))


def test_branches_that_bind_a_name_alike():
    def f(x, y, c):
        if c:
            x, y = y, x
        else:
            x, y = y, x
        return x * 3.0

    assert s2s.grad(f, (0, 1))(1.0, 2.0, True) == (0.0, 3.0)


def test_a_name_bound_on_one_path_only():
    def f(x, c):
        if c:
            b = x[0]
        b = b[1]
        return b

    assert np.allclose(s2s.grad(f)(np.ones((2, 2)), True), [[0, 1], [0, 0]])


def test_functions_kept_in_a_container_see_later_assignments():
    def f(x):
        c = 2.0
        fs = [lambda v: v * c]
        c = 3.0
        return fs[0](x) + c

    def g(x):
        fs = []
        for i in range(3):
            fs.append(lambda v: v * i)  # noqa: B023
        return fs[0](x)

    for late in (f, g):
        with pytest.raises(s2s.S2SError):
            s2s.grad(late)(1.0)


def test_functions_as_values():
    def twice(h, v):
        return h(h(v))

    def f(x, c):
        fs = [np.sin, lambda v: v * c]
        total = 0.0
        for h in fs:
            total = total + twice(h, x)
        return total

    g = s2s.grad(f, (0, 1))(0.3, 1.5)
    assert np.allclose(g, (np.cos(np.sin(0.3)) * np.cos(0.3) + 1.5**2, 2 * 0.3 * 1.5))


def test_a_global_of_another_module(tmp_path, monkeypatch):
    (tmp_path / "elsewhere.py").write_text(
        "import numpy as xp\nRATE = 2.0\ndef helper(x):\n"
        "    y = xp.sin(x)\n    for _ in range(2):\n        y = y * RATE\n    return y\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    import elsewhere  # noqa: PLC0415

    d = s2s.grad(lambda x: elsewhere.helper(x) + 1.0)
    assert np.isclose(d(0.5), 4 * np.cos(0.5))
    elsewhere.RATE = 3.0
    assert np.isclose(d(0.5), 9 * np.cos(0.5))


def test_the_gradient_of_a_callee_may_be_the_cotangent_itself():
    def same(u):
        v = u
        w = v
        return w

    def f(x, c):
        a = same(x)
        b = same(x)
        return np.sum((a + b) * c + a * b)

    x, c = np.array([0.5, -1.0]), np.array([2.0, 3.0])
    g = s2s.grad(f, (0, 1))(x, c)
    assert np.allclose(g[0], 2 * c + 2 * x) and np.allclose(g[1], 2 * x)
