"""Whole numbers and floats that mean the same where they meet a float."""

import numpy as np
import pytest

import s2s


def cubic(x):
    return x * x * x - 2.0 * x * x


def cubic_of_whole(n, x):
    return 2.0 * x * x * n + n * n * x


@pytest.mark.parametrize("x", [1.7, np.float64(1.7), -0.0])
def test_twice_is_computed_once(x: float) -> None:
    slope = s2s.grad(cubic)
    text = slope.specialize(x).source
    assert "2 * x" not in text and text.count("2.0 * x") == 1
    np.testing.assert_allclose(slope(x), x * x + 2 * x * x - 2.0 * x - 2.0 * x)
    assert type(slope(x)) is type(x)


def test_whole_numbers_stay_whole() -> None:
    n, x = 2**53 + 1, 0.5
    value, slope = s2s.value_and_grad(cubic_of_whole, argnums="x")(n, x)
    assert value == cubic_of_whole(n, x)
    assert slope == pytest.approx(4.0 * x * n + n * n, rel=1e-15)
