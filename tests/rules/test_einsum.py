"""`np.einsum` in all its call forms gives what its plain form gives."""

import numpy as np
import pytest

import s2s

RNG = np.random.default_rng(2)
A, B, SQUARE = RNG.normal(size=(2, 3)), RNG.normal(size=(3, 4)), RNG.normal(size=(3, 3))


def lists(a, b):
    return np.einsum(a, [0, 1], b, [1, 2], [2, 0])


def lists_in_order(a, b):
    return np.einsum(a, [5, 1], b, (1, 2))


def lists_with_dots(a, b):
    return np.einsum(a, [..., 30], b, [30, 2], [..., 2])


def text(a, b, subscripts="ij,jk->ki"):
    return np.einsum(subscripts, a, b)


@pytest.mark.parametrize(
    "fn, plain",
    [
        (lists, lambda a, b: (a @ b).T),
        (lists_in_order, lambda a, b: (a @ b).T),
        (lists_with_dots, lambda a, b: a @ b),
        (text, lambda a, b: (a @ b).T),
    ],
)
def test_call_forms(fn, plain):
    np.testing.assert_allclose(fn(A, B), plain(A, B))
    cotangent = RNG.normal(size=fn(A, B).shape)
    for found, right in zip(s2s.vjp(fn, A, B)[1](cotangent), s2s.vjp(plain, A, B)[1](cotangent)):
        np.testing.assert_allclose(found, right)
    dots = np.ones_like(A), np.ones_like(B)
    found, right = s2s.jvp(fn, (A, B), dots)[1], s2s.jvp(plain, (A, B), dots)[1]
    np.testing.assert_allclose(found, right)


def test_a_diagonal_by_lists():
    bar = s2s.grad(lambda x: np.einsum(x, [0, 0]))(SQUARE)
    np.testing.assert_array_equal(bar, np.eye(3))


def test_lists_that_nobody_knows_are_refused():
    def unknown(a, axes):
        return np.sum(np.einsum(a, axes, B, [1, 2], [2, 0]))

    with pytest.raises(s2s.NoRule, match="einsum"):
        s2s.grad(unknown)(A, [0, 1])


def test_the_adjoint_of_an_einsum_is_an_einsum():
    made = s2s.grad(lambda a, b: np.sum(np.einsum("ij,jk,kl->il", a, b, B.T))).specialize(A, B)
    assert 'np.einsum("il,jk,kl->ij", ' in made.source
