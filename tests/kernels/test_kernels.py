"""Every kernel of scientific computing, differentiated as it stands."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

import s2s
from benchmarks.kernels import KERNELS
from benchmarks.kernels.kernel import Kernel
from tests.kernels.oracle import positions, reference, slope
from tests.kernels.refused import REFUSED
from tests.oracle import assert_close, random_like
from tests.pytree import copy_tree

RUNNING = [name for name in KERNELS if name not in REFUSED]

# One of each way to write, for the second order.
SECOND_ORDER = [
    "jacobi_1d", "fdtd_2d", "adi", "horizontal_diffusion", "gemver", "bicg", "syrk", "trisolv",
    "cholesky", "gramschmidt", "correlation", "mlp", "stockham_fft", "rk4", "leapfrog",
    "gauss_newton",
]  # fmt: skip


def gradient_of(kernel: Kernel, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The gradient, with what it warns of as an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return s2s.grad(kernel.loss, argnums=kernel.wrt)(*args)


@pytest.mark.parametrize("name", RUNNING)
def test_gradient(name: str) -> None:
    """Right by an independent oracle; the arguments stay as they are, nothing is shared."""
    kernel = KERNELS[name]
    args = kernel.inputs("small")
    before = copy_tree(args)
    gradient = gradient_of(kernel, args)
    assert_close(args, before, rtol=0.0, atol=0.0, where="arguments")
    expected, accuracy = reference(kernel, kernel.inputs("small"))
    assert_close(gradient, expected, rtol=accuracy, atol=accuracy)
    arrays = [g for g in gradient if isinstance(g, np.ndarray)]
    for i, g in enumerate(arrays):
        assert g.flags.writeable
        others = [*arrays[:i], *(a for a in args if isinstance(a, np.ndarray))]
        assert not any(np.shares_memory(g, other) for other in others)


@pytest.mark.parametrize("name", RUNNING)
def test_value(name: str) -> None:
    """`value_and_grad` gives the number that the program gives, to the last bits."""
    kernel = KERNELS[name]
    value, gradient = s2s.value_and_grad(kernel.loss, argnums=kernel.wrt)(*kernel.inputs("small"))
    assert_close(value, kernel.loss(*kernel.inputs("small")), rtol=1e-13, atol=0.0)
    assert_close(gradient, gradient_of(kernel, kernel.inputs("small")), rtol=1e-13, atol=0.0)


def directions(kernel: Kernel, args: tuple[Any, ...], seed: int) -> tuple[Any, ...]:
    """A random direction in the arguments of interest, zero in the others."""
    chosen, rng = positions(kernel), np.random.default_rng(seed)
    drawn = random_like(args, rng)
    return tuple(d if i in chosen else a * 0 for i, (a, d) in enumerate(zip(args, drawn)))


@pytest.mark.parametrize("name", RUNNING)
def test_forward(name: str) -> None:
    """Forward mode gives the same slopes as the gradient."""
    kernel = KERNELS[name]
    for seed in range(2):
        args = kernel.inputs("small")
        along = directions(kernel, args, seed)
        value, tangent = s2s.jvp(kernel.loss, args, along)
        assert_close(args, kernel.inputs("small"), rtol=0.0, atol=0.0, where="arguments")
        assert_close(value, kernel.loss(*kernel.inputs("small")), rtol=1e-13, atol=0.0)
        gradient = gradient_of(kernel, kernel.inputs("small"))
        terms = [np.sum(g * along[k]) for g, k in zip(gradient, positions(kernel), strict=True)]
        size = sum(np.sum(np.abs(g * along[k])) for g, k in zip(gradient, positions(kernel)))
        assert abs(tangent - np.real(sum(terms))) <= 1e-11 * size


@pytest.mark.parametrize("name", [name for name in SECOND_ORDER if name not in REFUSED])
def test_second_order(name: str) -> None:
    """Products with the Hessian are the slopes of the gradient."""
    kernel = KERNELS[name]
    chosen = positions(kernel)
    args = kernel.inputs("small")
    along = directions(kernel, args, 0)
    product = s2s.hvp(kernel.loss, args, along)
    assert_close(args, kernel.inputs("small"), rtol=0.0, atol=0.0, where="arguments")
    gradient = s2s.grad(kernel.loss, argnums=kernel.wrt)
    expected = slope(lambda *moved: flat(gradient(*moved)), args, along)
    found = flat(product[k] for k in chosen)
    scale = np.max(np.abs(expected), initial=1.0)
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=1e-6 * scale)


def flat(parts: Iterable[Any]) -> np.ndarray:
    """All numbers of a gradient in one vector."""
    return np.concatenate([np.ravel(part) for part in parts])


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused(name: str) -> None:
    """What is refused is refused in words, with a place; what works leaves the list."""
    kernel = KERNELS[name]
    with pytest.raises(s2s.S2SError) as caught:
        gradient_of(kernel, kernel.inputs("small"))
    assert caught.value.origin is not None
    assert REFUSED[name] in str(caught.value)


def test_all_kernels_are_there() -> None:
    """The list has not silently become shorter, nor the list of refusals outlived a kernel."""
    assert len(KERNELS) >= 48
    assert set(REFUSED) <= set(KERNELS)
    assert set(SECOND_ORDER) <= set(KERNELS)


def compiled_alike(name: str) -> None:
    """Compare the gradient that Numba compiles with that which NumPy runs."""
    pytest.importorskip("numba")
    kernel = KERNELS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where a part stays with NumPy, that is said
        native = s2s.grad(kernel.loss, argnums=kernel.wrt, target="numba")
        args = kernel.inputs("small")
        found = native(*args)
    assert_close(args, kernel.inputs("small"), rtol=0.0, atol=0.0, where="arguments")
    assert_close(found, gradient_of(kernel, kernel.inputs("small")), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["lu", "trisolv"])
def test_numba(name: str) -> None:
    """Numba's gradient is NumPy's."""
    compiled_alike(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNNING)
def test_numba_everywhere(name: str) -> None:
    """Numba's gradient is NumPy's, for all kernels."""
    compiled_alike(name)
