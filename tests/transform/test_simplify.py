"""The passes change what a derivative looks like, never what it computes."""

import numpy as np
import pytest

import s2s
from benchmarks.cases import all_cases
from tests.golden.harness import REFUSED, discover, program
from tests.oracle import as_tuple
from tests.pytree import is_active, walk

PROGRAMS = [n for n in discover() if n not in REFUSED]


def leaves(x):
    return [np.asarray(leaf) for _, leaf in walk(x) if is_active(leaf)]


def same(one, two):
    assert len(leaves(one)) == len(leaves(two))
    for a, b in zip(leaves(one), leaves(two), strict=True):
        assert a.shape == b.shape and a.dtype == b.dtype
        scale = np.max(np.abs(a), initial=1e-300)
        np.testing.assert_allclose(b, a, rtol=1e-9, atol=1e-11 * scale)


@pytest.mark.parametrize("name", PROGRAMS)
def test_golden_programs_with_and_without_passes(name, monkeypatch):
    module = program(name)
    with_passes = s2s.value_and_grad(module.FUNCTION, argnums=module.ARGNUMS)
    try:
        found = with_passes(*module.example())
    except s2s.S2SError:
        pytest.skip("refused so far")
    monkeypatch.setenv("S2S_SIMPLIFY", "0")
    without = s2s.value_and_grad(module.FUNCTION, argnums=module.ARGNUMS)
    same(without(*module.example()), found)
    text, plain = (
        d.specialize(*module.example()).source.splitlines() for d in (with_passes, without)
    )
    assert len(text) <= len(plain) + 2


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_benchmarks_against_gradients_by_hand(case):
    args = case.arguments(True)
    if case.kind == "hessian":
        same((case.hand(*args),), (s2s.hessian(case.primal)(*args),))
        return
    argnums = as_tuple(case.argnums) if len(case.argnums) > 1 else case.argnums[0]
    derivative = s2s.value_and_grad(case.primal, argnums=argnums)
    same(case.hand(*args), derivative(*args))
    same(case.hand(*args), s2s.compile(derivative, *args)(*args))


def test_gradients_share_no_memory():
    def f(a, b, c):
        t = a + b
        return np.sum(t) + np.sum(c @ t)

    args = np.ones(3), np.ones(3), np.ones((3, 3))
    grads = s2s.grad(f, (0, 1, 2))(*args)
    for k, g in enumerate(grads):
        assert g.flags.writeable and g.dtype == float
        assert not any(np.shares_memory(g, other) for other in (*args, *grads[k + 1 :]))


def test_single_precision_stays_single():
    def f(x):
        return np.mean(2.0 * np.tanh(x) ** 2)

    x = np.linspace(0, 1, 5, dtype=np.float32)
    assert s2s.grad(f)(x).dtype == np.float32


def test_a_numerator_that_is_a_number_keeps_its_denominator():
    def f(x):
        return np.sum(np.log(1.0 + np.exp(-x)) * 3.0)

    s2s.check_grads(f, (np.linspace(-1, 1, 7),), order=2)


def test_an_integer_factor_is_not_negated_as_one():
    def f(x, n):
        return np.sum(x * (n + -n)) + np.sum(x * n)

    n = np.array([1, 2, 3], dtype=np.uint8)
    np.testing.assert_allclose(s2s.grad(f)(np.ones(3), n), (n + -n) + n)
