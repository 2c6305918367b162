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


X, W, M = np.arange(1.0, 4.0), np.arange(2.0, 5.0), np.arange(1.0, 10.0).reshape(3, 3)


def scaled(x, w):
    return np.mean(x * w)


def squared(x):
    return np.sum(x * x)


def negative(x, w):
    return np.sum(w * np.exp(-x)) - np.sum(x * w)


def layer(x, w):
    h = np.tanh(x @ w)
    return np.mean((h - 1.0) ** 2)


def differences(x):
    return np.sum((x[1:] - x[:-1]) ** 2)


def both(x):
    a, b = np.sum(x), np.sum(x * x)
    return a * b


def turned(x):
    return np.sum(np.transpose(x.reshape(3, 3, 1), (2, 0, 1)) ** 3)


def branch(x):
    y = x[0] * x[1]
    if y > 0:
        y = y * 2
    return y


PASSES = {  # what each pass is for: what the text holds with it, and what it does not
    "broadcasts": (scaled, (X, W), ("scaled_bar / x.size",), ("spread_to", "np.size")),
    "algebra": (squared, (X,), ("2 * squared_bar * x",), ("spread_to", "+ ")),
    "signs": (negative, (X, W), ("x_bar",), ("+ -", "- -")),
    "reuse": (layer, (M, M), ("_bar *= 1 - h * h",), ("as_gradient",)),
    "accumulations": (differences, (X,), ("x_bar[:-1] -= ", "x_bar[1:] += "), ("add_at", "slice(")),
    "displays": (both, (X,), ("x_bar",), ("[0]", "zeros_of")),
    "queries": (turned, (M,), ("(1, 2, 0)",), ("inverse_permutation", "np.shape")),
    "finish": (scaled, (X, W), ("return ",), ("as_gradient",)),
    "indices": (branch, (X,), ("x_bar[0] = ",), ("add_at",)),
}  # fmt: skip


@pytest.mark.parametrize("name", PASSES)
def test_what_a_pass_is_for(name):
    fn, args, there, gone = PASSES[name]
    derivative = s2s.grad(fn, tuple(range(len(args))))
    text = derivative.specialize(*args).source
    assert all(t in text for t in there), text
    assert not any(t in text for t in gone), text
    s2s.check_grads(fn, args)


def test_a_write_that_nothing_reads_goes():
    from s2s.driver.directional import Second, family

    def f(x):
        return np.sum(x[1:] ** 2 * x[:-1])

    family(Second, f).product((X,), (W,))
    text = family(Second, f).find((X,), {}).source
    assert "x_bar[" not in text and "x_bar_dot[" in text
    np.testing.assert_allclose(s2s.hvp(f, (X,), (W,))[0], s2s.hessian(f)(X) @ W)


def test_a_direction_takes_the_dtype_of_its_argument():
    x = X.astype(np.float32)
    (product,) = s2s.hvp(squared, (x,), (np.array([1, 0, 2]),))
    assert product.dtype == np.float32
    np.testing.assert_allclose(product, [2, 0, 4])
