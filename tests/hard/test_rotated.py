"""Items of lists that change places while they are updated in place, and lists that are transposed."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from tests.hard.checks import agrees_when_known

X = np.array([0.7, -0.4, 1.3, 0.9, -0.6, 1.1])


def buffers(x):
    bufs = [x * 1.0, x * 2.0, np.zeros(6)]
    for _ in range(5):
        bufs[2][1:-1] = 2 * bufs[1][1:-1] - bufs[0][1:-1] ** 2
        bufs.append(bufs.pop(0))
    return np.sum(bufs[1] ** 2) + bufs[0][2] * bufs[2][3]


def rows(x):
    m = [[x[0], x[1]], [x[2], x[3]], [x[4], x[5]]]
    for _ in range(4):
        m.insert(0, m.pop())
        m[0][1] *= m[1][0]
        m[2][0] += m[0][1]
    return sum(a * b for a, b in m) * m[0][0]


def transposed(x):
    m = [[x[0], x[1], x[2]], [x[3], x[4], x[5]]]
    t = list(map(list, zip(*m)))  # noqa: B905
    t[0][1] *= t[1][0]
    t[2][0] += m[0][0]
    return sum(a * b for a, b in t)


def transposed_by_a_comprehension(x):
    m = [[x[0], x[1], x[2]], [x[3], x[4], x[5]]]
    t = [list(c) for c in zip(*m)]  # noqa: B905
    t[0][1] *= t[1][0]
    m[0][1] = t[0][1] * m[1][0]
    return sum(a * b for a, b in t) * m[0][1]


@pytest.mark.parametrize(
    "program", [buffers, rows, transposed, transposed_by_a_comprehension],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_rotated(program) -> None:
    agrees_when_known(program, X)


def rotated_under_another_name(x):
    bufs = [x * 1.0, x * 2.0, np.zeros(6)]
    first = bufs[0]
    for _ in range(4):
        bufs.append(bufs.pop(0))
        bufs[0][1:] += bufs[1][:-1] * 0.5
    return np.sum(first**2) + bufs[1] @ bufs[2]


def exchanged_under_another_name(x):
    m = [[x[0], x[1]], [x[2], x[3]], [x[4], x[5]]]
    last = m[0]
    m[0], m[1] = m[1], m[0]
    last[0] *= 3
    m[1][0] *= 2
    return sum(a * b for a, b in m) * m[0][0]


@pytest.mark.parametrize(
    "program", [rotated_under_another_name, exchanged_under_another_name],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_another_name(program) -> None:
    """A copy that changed places was no longer what the other name showed, in forward mode."""
    s2s.check_grads(program, (X,), modes="fwd")
    with pytest.raises(s2s.Unsound, match="known under another name"):
        s2s.grad(program)(X)
