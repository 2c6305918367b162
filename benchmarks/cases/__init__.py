"""The programs that are timed, one file a family.

A case is a program as a user would write it, and a gradient of it as a careful engineer would.
No program is written for s2s: the peers run the same text with their own NumPy in its place, or
a functional rewrite of it where they cannot.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

FAMILIES = ("scalars", "rosenbrock", "elementwise", "models", "networks", "dynamics",
            "statistics")  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A program, its arguments, and its value and gradient written by hand."""

    name: str
    primal: Callable[..., Any]
    arguments: Callable[[bool], tuple[Any, ...]]  # of "is this a quick run?"
    hand: Callable[..., Any]
    argnums: tuple[int, ...] = (0,)
    kind: str = "gradient"  # or "hessian"
    jax: Callable[..., Any] | None = None  # a functional rewrite, where tracing unrolls loops


def all_cases() -> list[Case]:
    """Every case, family by family."""
    modules = (importlib.import_module(f"benchmarks.cases.{name}") for name in FAMILIES)
    return [case for module in modules for case in module.CASES]
