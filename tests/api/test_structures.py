"""Nested arguments and results, memory of gradients, pullbacks, matrices of derivatives."""

from collections import namedtuple

import numpy as np
import pytest

import s2s
from tests.oracle import assert_close

X = np.array([1.0, 2.0])
Y = np.array([0.5, -1.0])
Pair = namedtuple("Pair", ["w", "b"])


def nested(params, x):
    first, second = params["layers"]
    h = np.tanh(x * first["w"] + first["b"])
    return np.sum(h * second["w"]) + params["offset"]


def arguments():
    layers = [{"w": X.copy(), "b": Y.copy()}, {"w": Y.copy()}]
    return {"layers": layers, "offset": 3.0}, X.copy()


def test_gradient_has_the_structure_of_the_argument():
    params, x = arguments()
    g = s2s.grad(nested)(params, x)
    h = np.tanh(x * X + Y)
    slope = (1 - h * h) * Y
    expected = {"layers": [{"w": slope * x, "b": slope}, {"w": h}], "offset": 1.0}
    assert_close(g, expected)
    assert type(g["offset"]) is float


def test_memory_is_fresh():
    def f(a, b):
        return np.sum(a + b)

    seed = np.ones(())
    args = X.copy(), Y.copy()
    value, (ga, gb) = s2s.value_and_grad(f, (0, 1))(*args, )
    assert not np.shares_memory(ga, gb)
    for g in (ga, gb):
        assert g.flags.writeable and not any(np.shares_memory(g, a) for a in args)

    def identity(a, b):
        return a, b, a

    cotangent = (np.ones(2), np.ones(2), np.zeros(2))
    value, pullback = s2s.vjp(identity, *args)
    ga, gb = pullback(cotangent)
    for g in (ga, gb):
        assert not any(np.shares_memory(g, c) for c in (*cotangent, *args))
    ga += 5.0
    assert_close(pullback(cotangent)[0], np.ones(2))
    assert seed == 1.0


def test_integers_are_named():
    with pytest.raises(TypeError, match="argument `w` is int64 data.*cast to float"):
        s2s.grad(lambda w: np.sum(w))(np.array([1, 2]))
    with pytest.raises(TypeError, match="argument `n` is int data.*cast to float"):
        s2s.grad(lambda x, n: x * n, "n")(1.0, 2)
    with pytest.raises(TypeError, match=r"argument `p\['k'\]` is bool data"):
        s2s.grad(lambda p: p["k"] * 1.0)({"k": True})
    with pytest.raises(TypeError, match="cast to float"):
        s2s.vjp(lambda n: n * 2, 3)


def test_a_result_that_is_no_scalar_advises():
    with pytest.raises(TypeError, match=r"shape \(2,\).*s2s\.vjp"):
        s2s.grad(lambda x: x * 2)(X)


def test_a_complex_result_is_refused():
    with pytest.raises(TypeError, match="complex"):
        s2s.grad(lambda x: np.sum(x) * 1j)(X)


def test_pullback_of_a_nested_result():
    def f(a, n):
        return {"double": a * 2, "rest": (np.sum(a), n)}

    value, pullback = s2s.vjp(f, X, 7)
    assert value["rest"][1] == 7
    g, none = pullback({"double": Y, "rest": (10.0, 0)})
    assert none is None and np.allclose(g, 2 * Y + 10)
    with pytest.raises(ValueError, match="keys"):
        pullback((Y, 1.0))
    with pytest.raises(ValueError, match=r"cotangent\['double'\] has shape \(3,\)"):
        pullback({"double": np.ones(3), "rest": (1.0, 0)})
    with pytest.raises(ValueError, match="complex"):
        pullback({"double": Y * 1j, "rest": (1.0, 0)})
    assert "def f_bwd(" in pullback.source


def test_pullback_runs_the_function_once(capsys):
    def f(x):
        total = 0.0
        for k in range(3):
            print("step", k)
            total = total + np.sin(x * total + x)
        return total

    value, pullback = s2s.vjp(f, 0.3)
    first, second = pullback(1.0), pullback(2.0)
    assert capsys.readouterr().out.count("step") == 3
    assert np.isclose(2 * first[0], second[0])


def test_jvp_of_structures():
    params, x = arguments()
    ways = {"layers": [{"w": Y, "b": X}, {"w": X}], "offset": 2.0}
    value, tangent = s2s.jvp(nested, (params, x), (ways, np.zeros(2)))
    assert value == nested(params, x)
    g = s2s.grad(nested)(params, x)
    parts = [(0, "w", Y), (0, "b", X), (1, "w", X)]
    expected = sum(np.sum(g["layers"][k][name] * way) for k, name, way in parts) + 2.0
    assert np.isclose(tangent, expected)
    with pytest.raises(ValueError, match=r"params`\['offset'\]"):
        s2s.jvp(nested, (params, x), ({**ways, "offset": X}, np.zeros(2)))
    with pytest.raises(TypeError, match="2 arguments and 1 tangents"):
        s2s.jvp(nested, (params, x), (ways,))


def test_jacobian():
    def f(p, s):
        return {"u": p["a"] * s, "v": np.sum(p["a"]) * p["b"]}

    j = s2s.jacobian(f)({"a": X, "b": 3.0}, 2.0)
    assert_close(j["u"], {"a": 2 * np.eye(2), "b": np.zeros(2)})
    assert_close(j["v"], {"a": np.array([3.0, 3.0]), "b": np.float64(3.0)})
    by_both = s2s.jacobian(lambda x, y: x * y, ("x", "y"))(X, Y)
    assert_close(by_both, (np.diag(Y), np.diag(X)))
    assert s2s.jacobian(lambda x: x * x, -1)(3.0) == 6.0
    with pytest.raises(TypeError, match="cast to float"):
        s2s.jacobian(lambda n: n * 1.0)(3)
    assert_close(s2s.jacobian(s2s.grad(lambda x: np.sum(x**3)))(X), np.diag(6 * X))


def test_hessian_and_hvp():
    def f(a, n, b):
        return np.sum(a * a * b) * n

    blocks = s2s.hessian(f, (0, 2))(X, 3, Y)
    expected = ((np.diag(6 * Y), np.diag(6 * X)), (np.diag(6 * X), np.zeros((2, 2))))
    assert_close(blocks, expected)
    assert_close(s2s.hessian(f, "b")(X, 3, Y), np.zeros((2, 2)))
    product = s2s.hvp(f, (X, 3, Y), (Y, 0, X))
    assert product[1] is None
    assert_close((product[0], product[2]), (6 * Y * Y + 6 * X * X, 6 * X * Y))
    assert s2s.hessian(f).__name__ == "f_hessian"


def test_named_tuples_and_kinds_are_kept():
    g = s2s.grad(lambda p: np.sum(p[0] * p[1]))(Pair(X.astype(np.float32), 2.0))
    assert type(g).__name__ == "Pair" and g.w.dtype == np.float32 and type(g.b) is float
