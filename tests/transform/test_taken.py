"""Adjoints of arrays of numbers: taken out one by one, without a list."""

import numpy as np
import pytest

import s2s


def orbit(x, v, k, steps):
    state = np.array([x, v])
    for _ in range(steps):
        state = state + 0.1 * np.array((state[1], -k * np.sin(state[0])))
    return state[0] * state[1]


def test_no_list_is_kept():
    text = s2s.grad(orbit, (0, 1, 2)).specialize(0.3, 0.2, 1.5, 3).source
    assert "unarray" not in text
    s2s.check_grads(lambda x, v, k: orbit(x, v, k, 3), (0.3, 0.2, 1.5))


@pytest.mark.parametrize("second", [np.float32(0.5), 2.0, np.array(0.7)])
def test_numbers_of_any_kind(second):
    def f(a, b):
        return np.sum(np.array([a * a, a * b, 3.0]) ** 3)

    db = s2s.grad(f, 1)(1.2, second)
    assert db == pytest.approx(3 * (1.2 * float(second)) ** 2 * 1.2)


def test_rows_are_no_numbers():
    def f(a, b):
        return np.sum(np.array([a * b, np.sin(a)]) ** 2)

    s2s.check_grads(f, (np.array([0.3, 0.4]), np.array([1.0, -2.0])))


def test_first_entries_of_zeros():
    def f(x):
        return x[0] * x[1] + x[1] * x[2] + x[-1] * x[0] ** 2

    x = np.array([0.4, 1.2, -0.7])
    assert np.allclose(s2s.grad(f)(x), [1.2 + 2 * -0.7 * 0.4, 0.4 - 0.7, 1.2 + 0.4**2])
    s2s.check_grads(f, (x,))


def test_a_number_that_is_taken_out_and_put_back():
    def f(x, h):
        v = [x, 2.0 * x]
        for _ in range(2):
            for k in (0, 1):
                v[k] = v[k] + h * v[1 - k]
        return v[0] * v[1]

    s2s.check_grads(f, (0.7, 0.3))
    s2s.check_grads(lambda x: f(x, 0.3), (np.array(0.7),))
