"""Writes in place: value as without s2s, derivatives against differences, in both modes."""

import numpy as np
import pytest

import s2s
from tests.rules.updates import UPDATES

AT = np.array([0.7, -0.4, 1.3, 0.2])


@pytest.mark.parametrize("f", UPDATES, ids=lambda f: f.__name__)
def test_updates(f):
    given = AT.copy()
    value, _ = s2s.value_and_grad(f)(given)
    assert value == pytest.approx(f(AT.copy()))
    assert np.array_equal(given, AT)
    s2s.check_grads(f, (given,))


def kept_imaginary_part(x):
    y = x + 1j * x
    part = y.imag
    part[0] = 3.0
    y[1] = 2.0
    return np.sum(part * x)


def given_away(x, y):
    np.mean(np.outer(x, x), 0, None, y)
    return np.sum(x)


def test_a_view_of_imaginary_parts_that_is_kept_is_refused():
    with pytest.raises(s2s.Unsound, match="in-place update"):
        s2s.grad(kept_imaginary_part)(AT)


def test_an_array_given_by_place_is_written_as_well():
    y = np.zeros(4)
    s2s.grad(given_away)(AT, y)
    assert np.array_equal(y, np.zeros(4))  # a gradient leaves its arguments alone
