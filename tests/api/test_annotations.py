"""Annotations: what a derivative that is written down takes from them, and what it refuses."""

import functools

import numpy as np
import numpy.typing as npt
import pytest

import s2s
from s2s import runtime

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def weighted(
    w: npt.NDArray[np.float64], b: float, x: Matrix, y: np.ndarray, n: int, name: str = "w"
) -> float:
    r = x @ w + b - y
    return float(n) * np.sum(r * r) if name else 0.0


def squares(x: Matrix, y: Matrix) -> float:
    r = x * y
    return np.sum(r * r)


def abstract(x: npt.NDArray[np.floating], y: "np.ndarray[tuple[int], np.dtype[np.float32]]"):
    return np.sum(x * np.sum(y))


def unreadable(x: "NoSuchName", y: float):  # noqa: F821
    return np.sum(x * y)


def scaled(x: float, by: np.float64) -> float:
    return x * x * by


def call(derivative, *args):
    """The result of the text that the annotations allow."""
    return derivative.promised(derivative.wrt({})).module.entry(*args)


def differences(fn, args, k, step=1e-6):
    """The gradient by one argument, by differences of the function alone."""
    x = np.asarray(args[k], dtype=float)
    found = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        moved = []
        for sign in (1, -1):
            there = x.copy()
            there[i] += sign * step
            there = there if x.shape else float(there)
            moved.append(fn(*args[:k], there, *args[k + 1 :]))
        found[i] = (moved[0] - moved[1]) / (2 * step)
    return found


def arguments(rng, columns=3):
    return (rng.normal(size=columns), 0.5, rng.normal(size=(4, columns)), rng.normal(size=4), 2)


def test_the_text_looks_at_its_arguments_and_is_right():
    derivative = s2s.grad(weighted, ("w", "b"))
    kinds = "w: float64[...]; b: float; x: float64[?, ?]; y: array[...]; n: int"
    assert f'"{kinds}"' in derivative.source
    for columns in (3, 1):
        args = arguments(np.random.default_rng(0), columns)
        w_bar, b_bar = call(derivative, *args)
        np.testing.assert_allclose(w_bar, differences(weighted, args, 0), rtol=1e-6)
        np.testing.assert_allclose(b_bar, differences(weighted, args, 1), rtol=1e-6)
        assert isinstance(b_bar, float)


@pytest.mark.parametrize(
    "place, other, words",
    [
        (1, np.ones(4), r"`b` is float64\[:\], and this derivative was written for float"),
        (1, np.array(0.5), r"`b` is float64\[\], "),
        (0, [1.0, 2.0, 3.0], r"`w` is \[float, float, float\], .* for float64\[\.\.\.\]"),
        (0, np.ones(3, complex), r"`w` is complex128\[:\], "),
        (2, np.ones((2, 4, 3)), r"`x` is float64\[:, :, :\], .* for float64\[\?, \?\]"),
        (2, np.ones((4, 3), int), r"`x` is int64\[:, :\], "),
        (4, 2.5, "`n` is float, and this derivative was written for int"),
    ],
)
def test_what_annotations_do_not_allow_is_refused(place, other, words):
    args = list(arguments(np.random.default_rng(0)))
    args[place] = other
    with pytest.raises(TypeError, match=words):
        call(s2s.grad(weighted, ("w", "b")), *args)


def test_sizes_of_one_broadcast_in_the_text():
    derivative = s2s.grad(squares, ("x", "y"))
    rng = np.random.default_rng(1)
    args = rng.normal(size=(3, 1)), rng.normal(size=(3, 4))
    for k, given in enumerate(call(derivative, *args)):
        np.testing.assert_allclose(given, differences(squares, args, k), rtol=1e-6)


def test_what_says_nothing_is_not_looked_at():
    abstract_grad = s2s.grad(abstract, ("x", "y"))
    assert '"x: array[...]; y: float32[?]"' in abstract_grad.source
    assert "require_kinds" not in s2s.grad(unreadable, "y").source
    x = np.arange(3.0)
    assert call(s2s.grad(unreadable, "y"), x, 2.0) == 3.0


def test_numbers_of_numpy():
    derivative = s2s.grad(scaled, ("x", "by"))
    assert '"x: float; by: float64"' in derivative.source
    x_bar, by_bar = call(derivative, 3.0, np.float64(2.0))
    assert (x_bar, by_bar) == (12.0, 9.0) and isinstance(by_bar, np.float64)


def test_a_call_is_for_what_it_is_given():
    # Annotations are no limit to calls: those are compiled for their arguments.
    assert np.array_equal(s2s.grad(lambda x: np.sum(scaled(x, 2.0)))(np.ones(2)), [4.0, 4.0])
    np.testing.assert_allclose(s2s.grad(squares)(np.ones(3), np.ones(3)), 2 * np.ones(3))


def power(x: int, n: int):
    return x**n


def test_a_gradient_by_an_integer_is_for_floats():
    derivative = s2s.grad(power)
    assert 'require_kinds("n: int", n)' in derivative.source
    assert call(derivative, 3.0, 2) == 6.0


def test_what_is_bound_is_not_promised():
    half = functools.partial(weighted, np.ones(3))
    assert '"b: float; x: float64[?, ?]; y: array[...]; n: int"' in s2s.grad(half).source


def test_a_derivative_of_a_derivative_promises_nothing():
    assert "require_kinds" not in s2s.grad(s2s.grad(scaled)).source
    assert s2s.grad(s2s.grad(scaled))(3.0, 2.0) == 4.0


@pytest.mark.parametrize(
    "kind, fits, others",
    [
        ("float", [1.0, 2, np.float32(1), np.int64(1)], [1j, np.ones(2), None, "a", [1.0]]),
        ("int", [1, np.int8(1)], [1.0, np.ones(2, int)]),
        ("complex", [1j, 1.0, 2, np.complex64(1)], [np.ones(1), "a"]),
        ("bool", [True], [1, 1.0]),
        ("str", ["a"], [1, b"a"]),
        ("None", [None], [0, False]),
        ("float64[1]", [np.ones(1), np.ones(1, np.float32)], [np.ones(2), np.ones((1, 1)), 1.0]),
        ("float64[:]", [np.ones(2), np.ones(0)], [np.ones(1), np.ones(2, int)]),
        ("float64[?]", [np.ones(2), np.ones(1)], [np.float64(1.0), np.ones((2, 2))]),
        ("float64[]", [np.array(1.0)], [1.0, np.float64(1.0), np.ones(1)]),
        ("array[...]", [np.ones(2, int), np.ones((1, 1), bool)], [1.0, [1.0]]),
        ("[float, float64[:]]", [[1.0, np.ones(2)]], [[1, np.ones(2)], (1.0, np.ones(2)), [1.0]]),
        ("{'w': float}", [{"w": 1.0}], [{"v": 1.0}, {"w": 1}, {"w": 1.0, "b": 1.0}]),
    ],
)
def test_kinds(kind, fits, others):
    for x in fits:
        runtime.require_kinds(f"x: {kind}", x)
    for x in others:
        with pytest.raises(TypeError, match="`x` is .*, and this derivative was written for"):
            runtime.require_kinds(f"x: {kind}", x)
