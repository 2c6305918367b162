"""`unbroadcast` and `spread_to` are each other's transpose."""

import numpy as np
import pytest

from s2s.runtime import spread_to, unbroadcast

SHAPES = [
    ((2, 3), (3,)),
    ((2, 3), (2, 1)),
    ((2, 3), (1, 3)),
    ((2, 3), (1, 1)),
    ((2, 3), ()),
    ((2, 3), (2, 3)),
    ((4, 2, 3), (2, 1)),
    ((0, 3), (1, 3)),
    ((1, 3), (3,)),
    ((), ()),
]


@pytest.mark.parametrize("big, small", SHAPES)
def test_unbroadcast_is_the_transpose_of_broadcasting(big, small):
    rng = np.random.default_rng(1)
    g, x = rng.normal(size=big), rng.normal(size=small)
    out = unbroadcast(g, x)
    assert np.shape(out) == small
    assert np.isclose(np.sum(out * x), np.sum(g * np.broadcast_to(x, big)))


@pytest.mark.parametrize("big, small", SHAPES)
def test_spread_to(big, small):
    g = np.ones(small, np.float32)
    out = spread_to(g, np.zeros(big))
    assert np.shape(out) == big and out.dtype == np.float32


def test_nothing_is_copied_where_nothing_was_broadcast():
    g = np.ones((2, 3))
    assert unbroadcast(g, np.zeros((2, 3))) is g
    assert spread_to(g, np.zeros((2, 3))) is g
    assert unbroadcast(2.0, 1.0) == 2.0


def test_a_smaller_adjoint_is_spread():
    assert np.array_equal(unbroadcast(2.0, np.zeros(2)), [2, 2])
    assert np.array_equal(unbroadcast(np.ones((2, 1)), np.zeros((2, 3))), np.ones((2, 3)))
    assert np.array_equal(unbroadcast(np.ones((2, 1)), np.zeros(3)), [2, 2, 2])


def test_a_list_is_refused():
    with pytest.raises(TypeError):
        unbroadcast(np.ones(2), [1.0, 2.0])
