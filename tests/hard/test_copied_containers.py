"""Arrays that are updated in place in a copy of a list or dict: the tangents are shared as they are."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from tests.oracle import finite_difference_gradient

X = np.array([0.7, 1.4, 2.1])


def copied_dict(d):
    p = dict(d)
    p["w"] += d["w"][0]
    return np.sum(p["w"] * d["w"])


def merged_dict(d):
    p = {**d, "b": 2.0}
    p["w"] *= 2.0
    return np.sum(p["w"] * d["w"]) * p["b"]


def copied_list(d):
    p = list(d)
    p[0] *= 2.0
    return np.sum(p[0] * d[0])


def sliced_list(d):
    p = d[:]
    p[0][1] = 2.0 * p[0][0]
    return np.sum(p[0] * d[0])


def displayed(d):
    a = d[0] + 1.0
    p = [a, a * 2]
    p[0] *= 2.0
    return np.sum(a * p[0])


def in_a_tuple(d):
    a = d[0] + 1.0
    p = (a, d[1] * 2)
    p[0][0] *= 3.0
    return np.sum(a * d[0] * p[1])


DICT, LIST = {"w": X, "b": 1.5}, [X, X * 2]


@pytest.mark.parametrize(
    ("fn", "arg"),
    [(copied_dict, DICT), (merged_dict, DICT), (copied_list, LIST), (sliced_list, LIST),
     (displayed, LIST), (in_a_tuple, LIST)],
)  # fmt: skip
def test_forward(fn, arg) -> None:
    """Against differences; the argument of the caller stays as it is."""
    way = {"w": X - 1.0, "b": 0.3} if isinstance(arg, dict) else [X - 1.0, X * X]
    items = list(arg) if isinstance(arg, dict) else range(len(arg))
    given = type(arg)(arg)
    _, tangent = s2s.jvp(fn, (given,), (way,))

    def along(h):
        moved = [arg[k] + h * way[k] for k in items]
        return fn(dict(zip(items, moved)) if isinstance(arg, dict) else moved)

    slope = finite_difference_gradient(along, (0.0,), (0,))
    assert np.allclose(tangent, slope[0], rtol=1e-6)
    assert all(np.array_equal(given[k], arg[k]) for k in items)
    assert np.array_equal(X, [0.7, 1.4, 2.1])
