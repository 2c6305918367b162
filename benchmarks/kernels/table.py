"""The columns of the table: who computes the gradient of a kernel, and what it costs."""

from __future__ import annotations

import inspect
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.harness import Timing, check_equal, duration, measure
from benchmarks.kernels.kernel import Kernel
from benchmarks.kernels.peers.by_hand import ADJOINTS
from benchmarks.peers import installed, rebound

Thunk = Callable[[], Any]

HEAD = (
    "kernel", "program", "by hand", "s2s", "s2s / program", "s2s / by hand", "s2s Numba",
    "first call", "JAX", "first call", "JAX / s2s", "JAX, rethought", "rethought / s2s", "autograd",
)  # fmt: skip


@dataclass
class Row:
    """One kernel: seconds of each way, and words where there are none."""

    name: str
    times: dict[str, Timing] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    first: dict[str, float] = field(default_factory=dict)

    def cells(self) -> list[str]:
        """The row of the table."""

        def took(way: str) -> str:
            if way in self.times:
                return duration(self.times[way].median)
            return self.words.get(way, "")

        def ratio(way: str, base: str) -> str:
            if way not in self.times or base not in self.times:
                return ""
            return f"{self.times[way].ratio / self.times[base].ratio:.2f}"

        def first(way: str) -> str:
            return duration(self.first[way]) if way in self.first else ""

        def over_ours(way: str) -> str:
            return f"{self.over_ours(way):.2f}" if self.compared(way) else ""

        return [
            self.name, took("program"), took("by hand"), took("s2s"), ratio("s2s", "program"),
            ratio("s2s", "by hand"), took("numba"), first("numba"), took("jax"), first("jax"),
            over_ours("jax"), took("rethought"), over_ours("rethought"), took("autograd"),
        ]  # fmt: skip

    def compared(self, way: str) -> bool:
        """Whether there is a time of this way and one of s2s."""
        return way in self.times and "s2s" in self.times

    def over_ours(self, way: str) -> float:
        """What a way takes over the better of s2s with NumPy and s2s with Numba."""
        ours = min(self.times[own].ratio for own in ("s2s", "numba") if own in self.times)
        return self.times[way].ratio / ours


def numbers(kernel: Kernel) -> tuple[int, ...]:
    """The positions of the parameters to differentiate by."""
    names = list(inspect.signature(kernel.loss).parameters)
    return tuple(names.index(name) for name in kernel.wrt)


def program(kernel: Kernel, size: str) -> Thunk:
    """The program itself, on copies of what it writes into, as the gradients have to make."""
    before, args = kernel.inputs(size), kernel.inputs(size)
    kernel.loss(*args)
    written = [
        isinstance(a, np.ndarray) and not np.array_equal(a, b) for a, b in zip(args, before)
    ]
    pairs = list(zip(before, written))
    return lambda: kernel.loss(*(a.copy() if copied else a for a, copied in pairs))


def by_hand(kernel: Kernel, size: str) -> Thunk | None:
    """The adjoint by hand."""
    if kernel.name not in ADJOINTS:
        return None
    adjoint, args = ADJOINTS[kernel.name], kernel.inputs(size)
    return lambda: adjoint(*args)


def s2s(kernel: Kernel, size: str, target: str = "numpy") -> Thunk | None:
    """What a user calls: `s2s.grad(loss)`."""
    import s2s

    options = {} if target == "numpy" else {"target": target}
    if not set(options) <= set(inspect.signature(s2s.grad).parameters):
        return None
    gradient, args = s2s.grad(kernel.loss, argnums=kernel.wrt, **options), kernel.inputs(size)
    return lambda: gradient(*args)


def jax(kernel: Kernel, size: str) -> Thunk | None:
    """The functional rewrite with the algorithm of the program."""
    return _jax("SAME", kernel, size)


def rethought(kernel: Kernel, size: str) -> Thunk | None:
    """Another algorithm, where JAX is better served by one."""
    return _jax("RETHOUGHT", kernel, size)


def _jax(which: str, kernel: Kernel, size: str) -> Thunk | None:
    """A rewrite for JAX, jit, x64; arguments converted before the clock starts."""
    if not installed("jax"):
        return None
    from benchmarks.kernels.peers import jax_rewrites

    rewrites = getattr(jax_rewrites, which)
    if kernel.name not in rewrites:
        return None
    return jax_rewrites.gradient(rewrites[kernel.name], numbers(kernel), kernel.inputs(size))


def autograd(kernel: Kernel, size: str) -> Thunk | None:
    """The text of the kernel as it stands, with autograd's NumPy in the place of NumPy."""
    if not installed("autograd"):
        return None
    import autograd as ag

    loss = getattr(rebound(kernel.loss.__module__, "autograd.numpy"), kernel.loss.__name__)
    gradient = ag.grad(loss, numbers(kernel))
    return lambda: gradient(*kernel.inputs(size))


def judged(kernel: Kernel, way: Callable[[Kernel, str], Thunk | None]) -> tuple[bool, str]:
    """Whether a way is right on small inputs; else in a word why not."""
    small = kernel.inputs("small")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            thunk = way(kernel, "small")
            if thunk is None:
                return False, ""
            found = thunk()
        except Exception:  # noqa: BLE001 - a tool may refuse by any exception it likes
            return False, "refused"
    fn, way_numbers = kernel.loss, numbers(kernel)
    rng = np.random.default_rng(0)
    along = [
        rng.standard_normal(np.shape(small[k])) * (1 + 1j if np.iscomplexobj(small[k]) else 1)
        for k in way_numbers
    ]
    slope = _slope(fn, small, way_numbers, along)
    given = sum(np.sum(np.asarray(g) * d) for g, d in zip(found, along)).real
    return (True, "") if abs(given - slope) <= 1e-5 * (1 + abs(slope)) else (False, "**wrong**")


def _slope(fn: Any, args: tuple[Any, ...], places: tuple[int, ...], along: list[Any]) -> float:
    """The derivative along a direction by differences of the program, which trusts no tool."""
    total, step = 0.0, 1e-5  # so short that no maximum or index changes on the way
    for multiple, weight in {1: 3 / 4, 2: -3 / 20, 3: 1 / 60}.items():
        for sign in (1, -1):
            moved = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
            for k, direction in zip(places, along):
                moved[k] = moved[k] + sign * multiple * step * direction
            total += sign * weight * float(fn(*moved)) / step
    return total


def row(kernel: Kernel, size: str, seconds: float) -> Row:
    """Time all ways to the gradient of a kernel, in turns; what is wrong is not timed."""
    found = Row(kernel.name)
    makers: dict[str, Callable[[Kernel, str], Thunk | None]] = {
        "by hand": by_hand,
        "s2s": s2s,
        "numba": lambda k, z: s2s(k, z, "numba"),
        "jax": jax,
        "rethought": rethought,
        "autograd": autograd,
    }
    ways: dict[str, Thunk] = {"program": program(kernel, size)}
    results: dict[str, Any] = {}
    for name, maker in makers.items():
        right, found.words[name] = judged(kernel, maker)
        thunk = maker(kernel, size) if right else None
        if thunk is None:
            continue
        start = time.perf_counter()
        results[name] = thunk()
        found.first[name] = time.perf_counter() - start
        ways[name] = thunk
    judges = ("by hand", "jax", "rethought", "autograd", "s2s")
    agreed = [name for name in judges if name in results]
    for name in results:
        check_equal(results[agreed[0]], results[name], f"{kernel.name}: {name}")
    found.times = measure(ways, "program", seconds)
    return found
