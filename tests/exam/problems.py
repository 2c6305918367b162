"""The problems of the exam: a loss as text, an argument, and its gradient by differences.

`x` and `setup` are expressions over `rng = np.random.default_rng(seed)`; a setup that is no
function is evaluated after `x`, with the same generator.
"""

from __future__ import annotations

import cmath
import copy
import functools
import importlib
import itertools
import json
import linecache
import math
import operator
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["SCIPY", "Problem", "problems"]

DATA = Path(__file__).resolve().parents[1] / "data"
STANDARD = {
    "np": np, "math": math, "cmath": cmath, "operator": operator, "functools": functools,
    "itertools": itertools, "statistics": statistics, "copy": copy,
}  # fmt: skip
SCIPY = (
    "fft", "integrate", "interpolate", "linalg", "ndimage", "optimize", "signal", "sparse",
    "sparse.linalg", "spatial.distance", "special", "stats",
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One loss, where it is differentiated, and what the gradient is."""

    id: int
    name: str
    category: str
    tier: int
    x: str
    setup: str
    seed: int
    loss: str
    weights: tuple[str, ...]
    grad_re: Any
    grad_im: Any
    tol: float
    value: float
    convention: bool

    @property
    def uses_scipy(self) -> bool:
        """Whether the text speaks of SciPy."""
        return "scipy" in self.loss + self.setup + self.x

    def key(self) -> str:
        """The problem in one line."""
        return f"{self.id} {self.name}"

    def build(self) -> tuple[Callable[..., Any], Any]:
        """The loss, as a function with source, and its argument."""
        scope: dict[str, Any] = dict(STANDARD)
        if self.uses_scipy:
            for name in SCIPY:
                importlib.import_module(f"scipy.{name}")
            scope["scipy"] = importlib.import_module("scipy")
        rng = np.random.default_rng(self.seed)
        scope["rng"] = rng
        x = eval(self.x, scope)
        text = "\n".join((self.setup, *self.weights, "", self.loss))
        filename = f"<exam {self.id}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
        exec(compile(text, filename, "exec"), scope)
        return scope["loss"], x

    def expected(self) -> np.ndarray:
        """The gradient by the convention of `grad`: dL/dRe - i dL/dIm for a complex argument."""
        real = np.asarray(self.grad_re, dtype=float)
        return real if self.grad_im is None else real - 1j * np.asarray(self.grad_im, dtype=float)


def problems(category: str | None = None, tier: int | None = None) -> list[Problem]:
    """The problems of a category (and those below it) and a tier."""
    entries = json.loads((DATA / "numpy_gradients.json").read_text())["entries"]
    fields = Problem.__dataclass_fields__
    found = [Problem(**{k: e[k] for k in fields if k != "weights"}, weights=tuple(e["weights"]))
             for e in entries]  # fmt: skip
    if category is not None:
        found = [p for p in found if f"{p.category}.".startswith(f"{category}.")]
    return [p for p in found if tier in (None, p.tier)]
