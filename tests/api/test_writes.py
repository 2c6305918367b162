"""Programs that write in place whose derivatives were wrong once, or that pin down a meaning."""

from __future__ import annotations

import numpy as np
import pytest

import s2s

RNG = np.random.default_rng(3)


def tangent_of_a_sum_is_a_copy(x):
    def inner(t):
        x[:] -= x
        return np.sum(t)

    return inner(0.09 + x)


def transposed_view(x):
    v = x.T
    x[1] = 1
    return np.sum(v * v)


def repeated_indices(y):
    buf = np.ones(3) * 2
    buf[[2, 0, 0]] -= y[0]
    return np.sum(buf * np.arange(1, 4))


def mask_and_scalar(x):
    x[x > 0.1] += x[0]
    return np.sum(x**2)


def result_of_a_call_updated(x):
    def centred(v):
        total = v - np.mean(v)
        for k in range(2):
            total = total * v[k]
        return total

    y = centred(x)
    y += x
    return np.sum(y * y)


def items_of_the_array_itself(x):
    for e, f in zip(x, x):
        x += e * f
    return np.sum(x)


def array_that_is_gone_through(x):
    buf = np.full(3, 0.5) * x[0]
    for _, e in enumerate(buf):
        buf += e * x[1]
    return buf[-2]


def swapped_buffers(x):
    u, v = x.copy(), np.zeros_like(x)
    for _ in range(3):
        v[1:-1] = u[1:-1] + 0.1 * (u[2:] - u[:-2]) * u[1:-1]
        u, v = v, u
    return np.sum(u**2)


def copy_then_update(x):
    smooth = x.copy()
    acc = np.sum(x[:2])
    for i in range(2, len(x)):
        smooth[i] = acc / 2
        acc -= x[i - 2]
    return np.sum((x - smooth) ** 2)


def zeros_like_what_a_mask_chose(x):
    if x[0] > 100:
        return x[0]
    x = np.where(x > 0.3, x, 2 * x)
    return 0.85 * x[1]


@pytest.mark.parametrize(
    "f",
    [
        zeros_like_what_a_mask_chose,
        tangent_of_a_sum_is_a_copy, transposed_view, repeated_indices, mask_and_scalar,
        result_of_a_call_updated, items_of_the_array_itself, array_that_is_gone_through,
        swapped_buffers, copy_then_update,
    ],
)
def test_right_in_both_modes(f):
    x = RNG.normal(size=(3, 3) if f is transposed_view else 5)
    steps = [1e-6 * e.reshape(x.shape) for e in np.eye(x.size)]
    slope = np.array([(f(x + e) - f(x - e)) / 2e-6 for e in steps]).reshape(x.shape)
    before = x.copy()
    assert np.allclose(s2s.grad(f)(x), slope, atol=1e-6)
    way = RNG.normal(size=x.shape)
    value, tangent = s2s.jvp(f, (x,), (way,))
    assert np.isclose(value, f(x.copy())) and np.isclose(tangent, np.sum(way * slope), atol=1e-6)
    assert np.array_equal(x, before)


def test_a_list_of_arrays_updated_in_place_at_a_place_that_is_not_known():
    def f(x, k):
        zs = [x * 2, x + 1]
        zs[k] *= x
        return np.sum(zs[0])

    assert s2s.grad(f)(np.ones(3), 0).tolist() == [4.0, 4.0, 4.0]
    assert s2s.grad(f)(np.ones(3), 1).tolist() == [2.0, 2.0, 2.0]


def test_two_names_of_one_argument_are_refused():
    def f(x, y):
        x[0] = 2.0 * y[1]
        return np.sum(x * y)

    x = np.ones(3)
    with pytest.raises(ValueError, match="share memory"):
        s2s.grad(f)(x, x)


def test_a_pullback_may_be_called_again():
    def f(x):
        for i in range(1, len(x)):
            x[i] *= x[i - 1]
        return x * x

    x = np.array([1.5, 2.0, -0.5])
    value, pullback = s2s.vjp(f, x)
    first, again = pullback(np.ones(3)), pullback(np.ones(3))
    assert np.array_equal(value, f(x.copy()))
    steps = 1e-6 * np.eye(3)
    slope = [(np.sum(f(x + e)) - np.sum(f(x - e))) / 2e-6 for e in steps]
    assert np.allclose(first[0], slope) and np.array_equal(first[0], again[0])


def test_a_broadcast_array_is_no_view_of_its_adjoint():
    """It shows what was written, and its adjoint is a sum of its own."""

    def f(x):
        wide = np.broadcast_to(x, (3, 2))
        x[0] = 5.0
        return np.sum(wide * np.arange(6.0).reshape(3, 2))

    assert np.array_equal(s2s.grad(f)(np.ones(2)), [0.0, 9.0])


def test_several_items_of_a_list():
    def f(x):
        items = [x, x * 2, x * 3]
        items[1:] = [x * x]
        return np.sum(items[1] * items[0])

    assert np.allclose(s2s.grad(f)(np.array([1.0, 2.0])), [3.0, 12.0])


def test_a_buffer_of_unknown_kind_that_a_loop_carries():
    def f(x):
        for _ in range(3):
            x = np.cos(x)
            x[:] += x
        return np.sum(x)

    x = np.array([0.3, 0.5, -0.2])
    derivative = s2s.grad(f)
    generic = derivative.generic(("x",)).module
    generic.ready()
    found = derivative.subject.entry(generic.entry)(x)
    step = 1e-6 * np.eye(3)
    slope = [(f(x + e) - f(x - e)) / 2e-6 for e in step]
    assert np.allclose(found, slope) and np.allclose(derivative(x), slope)


def test_negative_factors_of_a_buffer_read_backward():
    def f(x, y):
        np.add(y, x, out=y)
        total = 0.0
        for item in reversed(y):
            total = total + item
        return -1.5 * total

    by_x, by_y = s2s.grad(f, (0, 1))(0.7, np.array([1.0, -2.0, 0.5]))
    assert by_x == -4.5 and np.array_equal(by_y, [-1.5, -1.5, -1.5])


def test_an_active_number_in_a_buffer_that_a_call_of_constants_made():
    def put(u, c):
        u[2] = c

    def f(z):
        made = lambda s: np.full(3, s) * np.full(3, 2.0)  # noqa: E731
        buffer = made(np.arctan(-1.5))
        put(buffer, z)
        return np.sum(buffer**2)

    assert np.isclose(s2s.grad(f)(1.5), 3.0)


def test_the_tangent_of_a_sum_is_no_view_of_that_of_its_operand():
    def f(x):
        y = x + 2
        x[-2] = 0.5
        np.add(y, 1.5, out=y)
        return y[-2]

    assert s2s.jvp(f, (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),)) == (4.5, 1.0)


def test_a_view_that_depends_on_the_order_in_memory():
    def f(x):
        y = np.transpose(np.full((3, 3), 0.6)) * 0.5
        y *= np.full((3, 3), 1.5)
        y.reshape(-1).fill(x)  # of a copy: `y` has the order of its transpose
        return np.sum(y * x)

    with pytest.raises(ValueError, match="expected to be a view"):
        s2s.grad(f)(2.0)
