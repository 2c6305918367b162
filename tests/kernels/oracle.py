"""Derivatives of the kernels by differences, and what the programs should compute."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.kernels.kernel import Kernel
from tests.oracle import finite_difference_gradient
from tests.pytree import copy_tree, is_active

# Where |f| and its derivatives are of order one, a step of 1e-30 loses nothing to rounding.
TINY = 1e-30


def positions(kernel: Kernel) -> tuple[int, ...]:
    """The numbers of the parameters to differentiate by."""
    names = list(inspect.signature(kernel.loss).parameters)
    return tuple(names.index(name) for name in kernel.wrt)


def complexified(args: tuple[Any, ...]) -> list[Any]:
    """All floating-point arguments as complex ones, so that no buffer drops an imaginary part."""
    return [
        np.array(a, dtype=complex)[()] if is_active(a) and np.ndim(a) == 0
        else np.array(a, dtype=complex) if is_active(a) else a
        for a in args
    ]  # fmt: skip


def complex_step(kernel: Kernel, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The gradient by an imaginary step in every entry of every argument."""
    gradients = []
    for k in positions(kernel):
        gradient = np.zeros(np.shape(args[k]))
        for index in np.ndindex(gradient.shape):
            moved = complexified(args)
            bump = np.zeros(gradient.shape, dtype=complex)
            bump[index] = 1j * TINY
            moved[k] = moved[k] + bump
            gradient[index] = np.imag(kernel.loss(*moved)) / TINY
        gradients.append(gradient if isinstance(args[k], np.ndarray) else float(gradient))
    return tuple(gradients)


def reference(kernel: Kernel, args: tuple[Any, ...]) -> tuple[tuple[Any, ...], float]:
    """The gradient by other means, and the accuracy that it can be trusted to."""
    if kernel.analytic:
        return complex_step(kernel, args), 1e-10
    # A short step, so that no maximum, threshold or index changes on the way.
    return finite_difference_gradient(kernel.loss, args, positions(kernel), step=1e-4), 1e-7


def slope(
    fn: Callable[..., Any], args: tuple[Any, ...], direction: tuple[Any, ...], step: float = 1e-3
) -> Any:
    """The derivative of a function along a direction, by sixth-order central differences."""
    total: Any = 0.0
    for multiple, weight in {1: 3 / 4, 2: -3 / 20, 3: 1 / 60}.items():
        for sign in (1, -1):
            moved = tuple(
                a + sign * multiple * step * d if is_active(a) else a
                for a, d in zip(copy_tree(args), direction, strict=True)
            )
            total = total + sign * weight * np.asarray(fn(*moved)) / step
    return total
