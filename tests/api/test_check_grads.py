"""`check_grads` accepts right derivatives and says what is wrong with others."""

import numpy as np
import pytest

import s2s

rng = np.random.default_rng(4)


def loss(w, b, x, n, name):
    h = np.tanh(x @ w + b)
    return np.mean(h**2) * n + (0.0 if name else 1.0)


ARGS = rng.normal(size=(3, 2)), np.zeros(2), rng.normal(size=(5, 3)), 3, "name"


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("modes", [("fwd",), ("rev",), ("fwd", "rev"), "rev"])
def test_right_derivatives(order, modes):
    s2s.check_grads(loss, ARGS, order=order, modes=modes)


def test_structures_precisions_and_complex_numbers():
    def f(p):
        return {"u": p["a"] * p["b"], "v": (np.sin(p["a"]), 3, "s")}

    s2s.check_grads(f, ({"a": np.array([1.0, 2.0]), "b": 2.0},), order=2)
    single = tuple(np.asarray(a, np.float32) for a in ARGS[:3])
    s2s.check_grads(loss, (*single, 3, "x"), order=2)
    s2s.check_grads(lambda z: np.exp(z) * z, (np.array([1 + 2j, 0.5]),), order=2)
    s2s.check_grads(lambda z: np.abs(z) ** 2, (np.array([1 + 2j, 0.5]),))


def wrong(x, y):
    """A function whose derivative is made wrong on purpose."""
    return s2s.stop_gradient(x) * x * y


@pytest.mark.parametrize("mode, words", [("fwd", "forward mode"), ("rev", "reverse mode")])
def test_a_wrong_derivative(mode, words):
    with pytest.raises(AssertionError) as caught:
        s2s.check_grads(wrong, (2.0, 3.0), modes=(mode,))
    text = str(caught.value)
    assert words in text and "wrong" in text and "differences say" in text
    assert "argument 0:" in text and "argument 1:" not in text


def hides_curvature(x):
    """Right in first order, not in second: the slope is taken as a constant."""
    slope = s2s.stop_gradient(2.0 * x)
    value = s2s.stop_gradient(x * x)
    return value + slope * (x - s2s.stop_gradient(x))


@pytest.mark.parametrize("mode", ["fwd", "rev"])
def test_a_wrong_second_derivative(mode):
    s2s.check_grads(hides_curvature, (1.5,), modes=(mode,))
    with pytest.raises(AssertionError, match="second order"):
        s2s.check_grads(hides_curvature, (1.5,), order=2, modes=(mode,))


def test_arguments_stay_as_they_are():
    x = np.ones(3)
    s2s.check_grads(lambda a: np.sum(np.sin(a)), (x,), order=2)
    assert np.array_equal(x, np.ones(3))


def test_misuse():
    for options in ({"order": 3}, {"modes": ("sideways",)}, {"modes": ()}):
        with pytest.raises(ValueError):
            s2s.check_grads(loss, ARGS, **options)
    with pytest.raises(TypeError, match="cast to float"):
        s2s.check_grads(lambda n: n * 2, (3,))
