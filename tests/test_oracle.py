"""The oracles against derivatives known by heart; the comparisons against known differences."""

from collections import namedtuple
from dataclasses import dataclass

import numpy as np
import pytest

from tests.oracle import (
    NotAnalytic,
    assert_close,
    assert_transposed,
    complex_step_gradient,
    finite_difference_gradient,
    reference_gradient,
)
from tests.pytree import INACTIVE, flatten

Pair = namedtuple("Pair", ["left", "right"])


@dataclass
class Model:
    """A record with an active and an inactive field."""

    weight: np.ndarray
    order: int


def test_array_gradient() -> None:
    """The gradient of sum(sin(x) * c) with respect to both."""
    x, c = np.array([[0.1, 0.7], [1.9, -2.0]]), 1.5
    gradient = finite_difference_gradient(lambda x, c: np.sum(np.sin(x) * c), (x, c), (0, 1))
    assert_close(gradient, (c * np.cos(x), float(np.sum(np.sin(x)))), rtol=1e-11)


def test_structures() -> None:
    """Gradients have the structure of the argument, and markers where nothing is defined."""
    tree = {"a": [1.0, 2], "b": Pair(np.array([3.0]), "text"), "m": Model(np.array([0.5]), 3)}

    def function(t):
        """Use every active leaf."""
        return (
            t["a"][0] ** 2 + np.sum(t["b"].left) * t["a"][1] + t["m"].weight[0] ** t["m"].order
        )

    gradient = finite_difference_gradient(function, (tree,))
    expected = {
        "a": [2.0, INACTIVE],
        "b": Pair(np.array([2.0]), INACTIVE),
        "m": Model(np.array([0.75]), INACTIVE),
    }
    assert_close(gradient, expected, rtol=1e-10)


def test_complex_convention() -> None:
    """The gradient of |z|^2 is 2 conj(z), and of Re(z w) it is w."""
    z = np.array([1.0 + 2.0j, -0.5j])
    gradient = finite_difference_gradient(lambda z: np.sum(np.abs(z) ** 2), (z,))
    assert_close(gradient, 2 * np.conj(z), rtol=1e-10)
    assert_close(
        finite_difference_gradient(lambda z: (z * (2 + 3j)).real, (1.0 + 1.0j,)),
        2 + 3j,
        rtol=1e-10,
    )


def test_float32_keeps_its_type() -> None:
    """Gradient leaves have the dtype of the argument."""
    x = np.array([1.0, 2.0], dtype=np.float32)
    gradient = finite_difference_gradient(lambda x: float(np.sum(x)), (x,))
    assert gradient.dtype == np.float32


def test_complex_step() -> None:
    """The complex step is exact for analytic functions and says so for others."""
    x = np.array([0.3, -0.9])
    gradient = complex_step_gradient(lambda x: np.sum(np.exp(x) * x), (x,))
    assert_close(gradient, np.exp(x) * (1 + x), rtol=1e-15)
    with pytest.raises(NotAnalytic):
        complex_step_gradient(lambda x: np.sum(np.abs(x)), (x,))


def test_reference_distrusts_dropped_imaginary_parts() -> None:
    """A norm multiplied with an analytic factor has a wrong complex step, which is noticed."""
    x = np.array([3.0, 4.0])
    gradient, accuracy = reference_gradient(lambda x: np.linalg.norm(x) * np.sum(x), (x,))
    assert accuracy == 1e-7
    assert_close(gradient, x / 5.0 * 7.0 + 5.0, rtol=1e-9)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.array([1.0, 2.0]), np.array([1.0, 2.1])),
        (np.array([[1.0, 2.0]]), np.array([1.0, 2.0])),
        (np.array([1.0], dtype=np.float32), np.array([1.0])),
        ([1.0], (1.0,)),
        ({"a": 1.0}, {"b": 1.0}),
        ((1.0, 2.0), (1.0,)),
        (1.0 + 0j, 1.0),
        (1, 1.0),
        (None, 1.0),
        (float("nan"), 1.0),
    ],
)
def test_assert_close_refuses(actual, expected) -> None:
    """Differences in value, shape, dtype, container or kind are all found."""
    with pytest.raises(AssertionError):
        assert_close(actual, expected)


def test_transposition_check_finds_a_wrong_pullback() -> None:
    """The dot-product test accepts a transpose and refuses the matrix itself."""
    a = np.array([[1.0, 2.0], [0.0, 3.0]])
    x = np.array([1.0, -1.0])
    assert_transposed(lambda t: a @ t[0], lambda y: (a.T @ y,), (x,), a @ x)
    with pytest.raises(AssertionError):
        assert_transposed(lambda t: a @ t[0], lambda y: (a @ y,), (x,), a @ x)


def test_flatten_rebuilds() -> None:
    """Flattening and rebuilding is the identity."""
    tree = {"a": (1.0, [np.array([2.0]), "s"]), "n": 3}
    leaves, rebuild = flatten(tree)
    assert len(leaves) == 2
    assert_close(rebuild(leaves), tree)
