"""Forms of calls, against differences in both modes; what has no number is refused in words."""

import numpy as np
import pytest

import s2s
from tests.rules.forms import FORMS, W

AT = np.array([[0.7, -0.4, 1.3], [0.2, 0.9, -1.1]])


@pytest.mark.parametrize("f", FORMS, ids=lambda f: f.__name__)
def test_forms(f):
    value, _ = s2s.value_and_grad(f)(AT)
    assert value == pytest.approx(f(AT))
    s2s.check_grads(f, (AT,))


def spread_of_complex_numbers(x):
    z = x + 1j * x[:, ::-1] ** 2
    return np.sum(np.nanstd(z, axis=0) * W) + np.nanvar(z)


def test_the_spread_of_complex_numbers():
    s2s.check_grads(spread_of_complex_numbers, (AT,))


def test_running_sums_without_nan_in_both_modes():
    x, v = np.array([1.0, np.nan, 2.0]), np.array([0.5, 7.0, 0.25])
    _, tangent = s2s.jvp(lambda x: np.sum(np.nancumsum(x) * np.array([1.0, 2.0, 4.0])), (x,), (v,))
    assert tangent == pytest.approx(7 * 0.5 + 4 * 0.25)


def test_layouts_of_columns():
    x = np.asfortranarray(AT)
    assert np.array_equal(
        s2s.grad(lambda x: np.ravel(x, order="A") @ np.arange(6.0))(x),
        [[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]],
    )


def test_a_wholly_masked_result_is_refused():
    with pytest.raises(ValueError, match="masked"):
        s2s.grad(lambda x: np.ma.masked_array(x, mask=x < 9).sum())(AT)


@pytest.mark.parametrize("longer", [
    lambda x: np.sum(np.array([x[0]] + [x[1], 2.0])), lambda x: np.sum(np.array([x[0]] * 3)),
    lambda x: np.sum(np.array(list(x) * 2)), lambda x: len([x[0]] + [x[1]]) * x[0],
])  # fmt: skip
def test_longer_lists_are_no_sums_of_arrays(longer):
    x = np.array([0.5, 0.25])
    try:
        found = s2s.grad(longer)(x)
    except s2s.NoRule:
        return
    assert np.allclose(found, [(longer(x + h) - longer(x - h)) / 2e-6 for h in 1e-6 * np.eye(2)])


def test_a_list_beside_an_array_is_an_array():
    s2s.check_grads(lambda x: np.sum((x + [x[0], 2.0]) * [1.0, x[1]] ** x), (W[0, :2],))
