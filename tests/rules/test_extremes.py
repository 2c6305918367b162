"""The extreme of several numbers."""

import numpy as np
import pytest

import s2s


def highest(x):
    return max(x[0], 0.3, x[1]) ** 2


def lowest(x):
    return min(x[0] * x[1], x[1], x[2], x[3] ** 2) * x[0]


@pytest.mark.parametrize("fn", [highest, lowest])
@pytest.mark.parametrize("seed", range(4))
def test_several_numbers(fn, seed):
    s2s.check_grads(fn, (np.random.default_rng(seed).random(4) + 0.5,), order=2)


def test_ties_share_equally():
    assert s2s.grad(lambda a, b, c: 6.0 * max(a, b, c), (0, 1, 2))(1.0, 1.0, 1.0) == (2.0, 2.0, 2.0)
    assert s2s.grad(lambda a, b, c: 6.0 * min(a, b, 9.0, c), (0, 1, 2))(1.0, 2.0, 1.0) == (3, 0, 3)
