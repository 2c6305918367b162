"""A derivative finds the program for its arguments, by the short way and by the long one."""

import functools

import numpy as np
import pytest

import s2s


def cube(x):
    return x * x * x


def scaled(x, a):
    return np.sum(a * x * x)


def inverse(x):
    return 1.0 / x


def factor():
    return 2.0


def by_factor(x):
    return factor() * x


def test_a_float_after_other_kinds_and_before() -> None:
    slope = s2s.grad(cube)
    array = np.float64(2.0)
    for _ in range(2):
        assert slope(2.0) == 12.0
        assert type(slope(2.0)) is float
        assert type(slope(array)) is np.float64
        assert slope(x=3.0) == 27.0
    with pytest.raises(TypeError, match="cast to float"):
        slope(2)
    with pytest.raises(TypeError):
        slope()
    with pytest.raises(TypeError):
        slope(2.0, 3.0)


@pytest.mark.parametrize("size", [1, 3, 5])
def test_numbers_and_arrays_in_turns(size: int) -> None:
    slope = s2s.grad(scaled, argnums=(0, 1))
    x = np.arange(1.0, size + 1)
    for _ in range(2):
        for a in (2.0, 3, np.float32(2.0), np.full(size, 2.0)):
            if isinstance(a, int):
                found = s2s.grad(scaled)(x, a)
                np.testing.assert_allclose(found, 2 * a * x)
                continue
            by_x, by_a = slope(x, a)
            np.testing.assert_allclose(by_x, 2 * a * x)
            np.testing.assert_allclose(by_a, x * x if np.ndim(a) else np.sum(x * x))
            assert np.shape(by_a) == np.shape(a)


def test_what_is_bound_decides_too() -> None:
    for a in (2.0, np.array([2.0, 3.0])):
        slope = s2s.grad(functools.partial(scaled, a=a))
        for _ in range(2):
            np.testing.assert_allclose(slope(np.ones(2)), 2 * a * np.ones(2))


def test_an_error_of_the_short_way_names_the_line() -> None:
    slope = s2s.grad(inverse)
    assert slope(2.0) == -0.25
    with pytest.raises(ZeroDivisionError):
        slope(0.0)


def test_a_name_bound_anew_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    slope = s2s.grad(by_factor)
    assert [slope(1.0), slope(1.0)] == [2.0, 2.0]
    monkeypatch.setitem(globals(), "factor", lambda: 5.0)
    assert slope(1.0) == 5.0


def test_a_rule_entered_later_is_used() -> None:
    def square(x):
        return x * x

    def outer(x):
        return square(x)

    slope = s2s.grad(outer)
    assert [slope(3.0), slope(3.0)] == [6.0, 6.0]

    @s2s.elementwise(square)
    def _(x) -> "y":  # noqa: F821
        d[x] = 100.0 * d[y]  # noqa: F821

    assert slope(3.0) == 100.0
