"""Kernels at the edges of what they accept, in single precision, and with thousands of steps."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2s
from benchmarks.kernels import KERNELS
from tests.kernels.oracle import complex_step
from tests.kernels.refused import REFUSED
from tests.oracle import assert_close


def random(*shape: int) -> np.ndarray:
    """Some numbers around one."""
    return 0.5 + np.random.default_rng(sum(shape)).random(shape)


CORNERS: dict[str, tuple[str, Callable[[], tuple[Any, ...]]]] = {
    "no step": ("jacobi_1d", lambda: (0, random(5), random(5))),
    "nothing inside": ("jacobi_1d", lambda: (2, random(2), random(2))),
    "one point inside": ("jacobi_2d", lambda: (2, random(3, 3), random(3, 3))),
    "no rows inside": ("seidel_2d", lambda: (2, random(2, 4))),
    "no pulse": ("fdtd_2d", lambda: (*(random(3, 4) for _ in range(3)), np.zeros(0))),
    "no drift": ("leapfrog", lambda: (random(3), random(3), random(4), 0, 0.1)),
    "one body": ("n_body", lambda: (random(1), random(1, 3), random(1, 3), 2, 0.1, 1.0, 0.2)),
    "no Runge-Kutta step": ("rk4", lambda: (random(3, 2), 0, 0.01, 10.0, 28.0, 2.5)),
    "one equation": ("trisolv", lambda: (random(1, 1), np.zeros(1), random(1))),
    "one by one": ("lu", lambda: (random(1, 1),)),
    "one column": ("gramschmidt", lambda: (random(3, 1),)),
    "one lag": ("durbin", lambda: (random(1) / 3,)),
    "no measurement": (
        "kalman_filter",
        lambda: (
            random(2, 2), random(2, 2), random(1, 2), random(1, 1), np.zeros((0, 1)),
            random(2), random(2, 2),
        ),
    ),
    "no iteration": ("gauss_newton", lambda: (random(4), random(4), random(3), 0)),
}  # fmt: skip


@pytest.mark.parametrize("corner", [c for c, (name, _) in CORNERS.items() if name not in REFUSED])
def test_corner(corner: str) -> None:
    """Loops that do not run and slices that hold nothing."""
    name, make = CORNERS[corner]
    kernel = KERNELS[name]
    gradient = s2s.grad(kernel.loss, argnums=kernel.wrt)
    assert_close(gradient(*make()), complex_step(kernel, make()), rtol=1e-10, atol=1e-10)
    # The same compiled function also takes other sizes.
    usual = gradient(*kernel.inputs("small"))
    assert_close(usual, complex_step(kernel, kernel.inputs("small")), rtol=1e-10, atol=1e-10)


SINGLE = ["jacobi_2d", "gemm", "syrk", "cholesky", "softmax", "conv2d_bias", "leapfrog", "adi"]


@pytest.mark.parametrize("name", [name for name in SINGLE if name not in REFUSED])
def test_single_precision(name: str) -> None:
    """Gradients of single precision arguments are in single precision."""
    kernel = KERNELS[name]

    def narrowed(x: Any) -> Any:
        return x.astype(np.float32) if isinstance(x, np.ndarray) else x

    args = tuple(map(narrowed, kernel.inputs("small")))
    found = s2s.grad(kernel.loss, argnums=kernel.wrt)(*args)
    wide = s2s.grad(kernel.loss, argnums=kernel.wrt)(*kernel.inputs("small"))
    for f, w in zip(found, wide, strict=True):
        if isinstance(w, np.ndarray):
            assert f.dtype == np.float32
        np.testing.assert_allclose(f, w, rtol=1e-4, atol=1e-4 * np.max(np.abs(w)))


def peak(call: Callable[[], Any]) -> int:
    """The most memory that a call holds at a time, in bytes."""
    call()
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


LINEAR: dict[str, Callable[[int], tuple[Any, ...]]] = {
    "jacobi_1d": lambda steps: (steps, random(200), random(200)),
    "jacobi_2d": lambda steps: (steps, random(15, 15), random(15, 15)),
    "heat_3d": lambda steps: (steps, random(6, 6, 6), random(6, 6, 6)),
    "fdtd_2d": lambda steps: (*(random(15, 15) for _ in range(3)), random(steps)),
    "seidel_2d": lambda steps: (steps, random(6, 6)),
}


@pytest.mark.parametrize("name", [n for n in LINEAR if n not in REFUSED])
def test_linear_stencils_store_nothing(name: str) -> None:
    """The memory of the gradient of a linear program does not grow with its steps."""
    kernel = KERNELS[name]
    gradient = s2s.grad(kernel.loss, argnums=kernel.wrt)

    def most(steps: int) -> int:
        args = LINEAR[name](steps)
        return peak(lambda: gradient(*args))

    few, many = most(10), most(400)
    # The pulses and their gradient are as long as the loop.
    allowed = 390 * 8 * 4 if name == "fdtd_2d" else 1000
    assert many - few < allowed, f"{few} bytes for 10 steps, {many} for 400"


@pytest.mark.parametrize("name", [n for n in ("jacobi_1d", "mvt", "leapfrog") if n not in REFUSED])
def test_aliased_arguments(name: str) -> None:
    """One array in the place of two, one of them written: an error, never a number."""
    kernel = KERNELS[name]
    shared = random(6)
    args = {
        "jacobi_1d": (2, shared, shared),
        "mvt": (shared, shared[::-1], random(6), random(6), random(6, 6)),
        "leapfrog": (shared[:3], shared[2:5], random(4), 2, 0.1),
    }[name]
    with pytest.raises((s2s.S2SError, ValueError), match="share memory"):
        s2s.grad(kernel.loss, argnums=kernel.wrt)(*args)
