"""Arrays that are taken apart and written into: `u, v = state`, then `u += v`."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from tests.hard.checks import agrees_when_known

X = np.array([[1.3, 2.1, 3.2], [4.4, 5.1, 6.3]])


def rows_of_the_argument(s):
    """The rows are views: both are seen in the whole."""
    u, v = s
    u += 0.1 * v * v
    return np.sum(u * v) + np.sum(s**2)


def rows_of_a_new_array(x):
    s = x * x
    u, v = s
    u += v
    v *= 0.1 * u
    return np.sum(s * s) + np.sum(u)


def rows_of_an_expression(x):
    u, v = x * x
    u += v
    v *= 0.1 * u
    return np.sum(u * v)


def rows_in_a_loop(x):
    s = x.copy()
    for _ in range(3):
        u, v = s
        u += 0.1 * v
        v -= 0.1 * u * u
    return np.sum(s**2)


def eigenvalues(x):
    """What a function gives in several arrays is memory of its own."""
    w, v = np.linalg.eigh(x @ x.T)
    w[0] += 1
    w *= 2
    return np.sum(w * w) + np.sum(v[0] ** 2)


def factors(x):
    q, r = np.linalg.qr(x.T)
    r *= 2
    q += 1
    return np.sum(r * r) + np.sum(q**3)


def fractions(x):
    r, whole = np.modf(x * 1.3)
    r *= 2
    whole += 1
    return np.sum(r * r) + np.sum(whole)


def grids(x):
    across, down = np.meshgrid(x[0], x[1])
    across *= down
    across += 1
    return np.sum(across * across * down)


def arrays_of_a_list(x):
    state = [np.zeros(3), np.zeros(3)]
    a, b = state
    a += x[0]
    b += a * x[1]
    return np.sum(state[1]) + np.sum(state[0] ** 2)


def positions(x):
    """Integer arrays, moved in place."""
    i, j = np.indices((2, 2))
    j += 1
    k, m = np.where(x > 2)
    k += 1
    k -= 1
    across, down = np.meshgrid(np.arange(3), np.arange(2))
    across *= 2
    return np.sum(x[i, j] ** 2) + np.sum(x[k, m] ** 3) + np.sum(x * across * down)


def with_one_more_step(x):
    """The second row of rows, taken apart twice."""
    (a, b, c), (d, e, f) = x * x
    u, v = np.stack([x[0] * a, x[1] * d])
    v[1:] += u[:-1] * (b + e)
    return np.sum(v) * c * f


@pytest.mark.parametrize("fn", [
    rows_of_the_argument, rows_of_a_new_array, rows_of_an_expression, rows_in_a_loop,
    eigenvalues, factors, fractions, grids, arrays_of_a_list, positions, with_one_more_step,
])  # fmt: skip
def test_right(fn) -> None:
    agrees_when_known(fn, X)


def test_the_rows_are_written_as_views() -> None:
    text = s2s.grad(rows_of_a_new_array).specialize(X).source
    assert "u = s[0]" in text and "v = s[1]" in text


# ---- results in arrays that are there, under a mask -------------------------------------------


def divided(x):
    """The quotient alone is left out; no warning comes from the derivative."""
    n = np.maximum(x - 3.0, 0.0)
    out = x * 2
    np.divide(x, n, out=out, where=n != 0)
    return np.sum(out * out)


def roots(x):
    out = np.ones_like(x)
    np.power(x - 2.5, 1.5, out=out, where=x > 2.5)
    out = np.log(x - 2.5, out=out, where=x > 2.5)
    return np.sum(np.sin(out)) + np.sum(np.sqrt(x - 3, out=np.zeros_like(x), where=x > 3) * x)


def arcs(x):
    y = x / 4
    out = np.zeros_like(x)
    np.arccos(y, out=out, where=y < 1)
    np.arccosh(y, out=out, where=y > 1)
    return np.sum(out * x)


def distances(p):
    """Directions between points, of which none is that of a point to itself."""
    d = np.subtract.outer(p[:, 0], p[:, 1])
    apart = np.hypot(d, d.T)
    near = apart < 3
    near *= apart > 0
    unit = np.dstack((d, d.T))
    length = apart[:, :, None]
    unit = np.divide(unit, length**2, out=unit, where=length != 0)
    steer = (unit * near[:, :, None]).sum(axis=1) / np.maximum(near.sum(axis=1), 1)[:, None]
    norm = np.sqrt((steer * steer).sum(axis=1))[:, None]
    steer = 2.0 * np.divide(steer, norm, out=steer, where=norm != 0)
    steer %= (7.0, 9.0)
    return np.sum(np.sin(steer) * [1.0, 2.0])


@pytest.mark.parametrize("fn", [divided, roots, arcs])
def test_masked_results(fn) -> None:
    agrees_when_known(fn, X)


def test_distances() -> None:
    agrees_when_known(distances, np.random.default_rng(1).normal(size=(4, 2)))


# ---- lists in arithmetic ----------------------------------------------------------------------


def lists_beside_arrays(x):
    y = x + (2.0, 3.0, 2.5)
    y = y / [1.0, x[0, 0], 2.0] - (x[1, 1], 1.0, 2.0)
    y %= (2.0, 3.0, 2.7)
    y += (2.0, 3.0, 2.5)
    y **= [1.0, 2.0, 3.0]
    y /= (1.0, x[1, 1], 3.0)
    y -= [0.1, x[0, 1], 0.2]
    return np.sum(y**2)


def test_lists_beside_arrays() -> None:
    agrees_when_known(lists_beside_arrays, X)


# ---- attributes that are taken apart ----------------------------------------------------------


class Window:
    """Its shape is an attribute, read by a method while others are assigned."""

    def __init__(self, shape):
        self.shape = shape
        self.scale = 1.0

    def area(self):
        rows, columns = self.shape
        return rows, columns, 1

    def run(self, x):
        self.seen = x
        return (x * self.scale).reshape(self.area())


def windows(x):
    window = Window((3, 2))
    window.scale = x[0, 0]
    return np.sum(window.run(x) ** 2) + np.sum(window.seen)


def test_attributes_taken_apart() -> None:
    agrees_when_known(windows, X)


# ---- arrays of unknown rank -------------------------------------------------------------------


def swapped_items(x):
    """Of `x[0]` it is not known whether it is a number, which a write leaves as it is."""
    y = np.where(0.75, x, range(2))
    y[0], y[1] = 1, y[0]
    first, second = y
    return first * second


def test_items_of_unknown_rank_are_refused() -> None:
    x = np.array([-1.0, -0.4])
    with pytest.raises(s2s.Unsound, match="may share its memory"):
        s2s.grad(swapped_items)(x)
    assert s2s.jvp(swapped_items, (x,), (np.array([1.0, 0.5]),)) == (-1.0, 1.0)


def kept_item(x: np.ndarray):
    """What the annotation says leaves the rank open."""
    y = x * 1.0
    first = y[0]
    y[0] = 2.0 * y[1]
    return np.sum(y) * np.sum(first)


def test_items_of_annotated_arrays() -> None:
    derivative = s2s.grad(kept_item)
    x = np.array([2.0, 3.0])
    np.testing.assert_allclose(derivative(x), [9.0, 6.0])
    with pytest.raises(s2s.Unsound, match="may share its memory"):
        derivative.source  # noqa: B018 - for vectors it is a number, for matrices a view
