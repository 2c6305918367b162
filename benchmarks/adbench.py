"""The four standard objectives of the literature on differentiation.

    python -m benchmarks.adbench [--quick] [--no-peers]

Gradients of the Gaussian mixture and of the recurrent network, the two block rows of the sparse
Jacobian of bundle adjustment, and the dense Jacobian of hand tracking (26 columns, forward mode).
The results of the tools are compared with each other before any is timed, and those of s2s with
central differences.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import s2s
from benchmarks import harness, peers
from benchmarks.cases import adbench as objectives


@dataclass(frozen=True)
class Objective:
    """A function, its data, and what is differentiated by what."""

    name: str
    fn: Callable[..., Any]
    data: Callable[[bool], tuple[Any, ...]]
    argnums: tuple[int, ...]
    jacobian: bool = False
    jax: Callable[..., Any] | None = None


OBJECTIVES = (
    Objective("Gaussian mixture", objectives.mixture, objectives.mixture_data, (0, 1, 2)),
    Objective("bundle adjustment", objectives.reprojection, objectives.bundle_data, (0, 1, 2)),
    Objective("hand tracking", objectives.hand, objectives.hand_data, (0,), jacobian=True),
    Objective("LSTM", objectives.lstm, objectives.lstm_data, (0, 1), jax=objectives.lstm_jax),
)


def ours(objective: Objective, args: tuple[Any, ...]) -> Callable[[], Any]:
    """s2s."""
    if objective.jacobian:
        jacobian = s2s.jacobian(objective.fn)
        return lambda: jacobian(*args)
    gradient = s2s.grad(objective.fn, argnums=objective.argnums)
    return lambda: gradient(*args)


def autograd(objective: Objective, args: tuple[Any, ...]) -> Callable[[], Any] | None:
    """Autograd on the same text, in reverse mode."""
    if not peers.installed("autograd"):
        return None
    import autograd as ag

    fn = getattr(peers.rebound(objective.fn.__module__, "autograd.numpy"), objective.fn.__name__)
    if objective.jacobian:
        jacobian = ag.jacobian(fn)
        return lambda: jacobian(*args)
    gradient = ag.grad(fn, objective.argnums)
    return lambda: gradient(*args)


def jax(objective: Objective, args: tuple[Any, ...]) -> Callable[[], Any] | None:
    """JAX, jit, x64."""
    if not peers.installed("jax"):
        return None
    import jax as jx

    fn = objective.jax or getattr(
        peers.rebound(objective.fn.__module__, "jax.numpy"), objective.fn.__name__
    )
    static = tuple(k for k, a in enumerate(args) if isinstance(a, int))
    if objective.jacobian:
        way = jx.jit(jx.jacfwd(fn))
    else:
        way = jx.jit(jx.grad(fn, objective.argnums), static_argnums=static)
    own = [a if k in static else jx.numpy.asarray(a) for k, a in enumerate(args)]
    return lambda: jx.block_until_ready(way(*own))


def check_differences(objective: Objective, args: tuple[Any, ...], found: Any) -> None:
    """Compare a derivative along one direction with central differences."""
    rng = np.random.default_rng(1)
    parts = (found,) if objective.jacobian else found
    ways = [rng.normal(size=np.shape(args[k])) for k in objective.argnums]

    def moved(step: float) -> Any:
        own = list(args)
        for k, way in zip(objective.argnums, ways, strict=True):
            own[k] = own[k] + step * way
        return objective.fn(*own)

    slope = (moved(1e-5) - moved(-1e-5)) / 2e-5
    axes = 1 if objective.jacobian else None
    right = sum(
        p @ w if axes else np.sum(p * w) for p, w in zip(parts, ways, strict=True)
    )
    np.testing.assert_allclose(right, slope, rtol=1e-5, atol=1e-5 * np.max(np.abs(slope)))


def main(argv: list[str] | None = None) -> int:
    """Measure the objectives and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adbench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small data, little time")
    parser.add_argument("--no-peers", action="store_true", help="only s2s")
    options = parser.parse_args(argv)
    warnings.simplefilter("ignore")
    harness.pin_malloc()
    rows = []
    for objective in OBJECTIVES:
        args = objective.data(options.quick)
        ways: dict[str, Callable[[], Any] | None] = {
            "objective": lambda o=objective, a=args: o.fn(*a), "s2s": ours(objective, args),
        }  # fmt: skip
        if not options.no_peers:
            ways |= {"autograd": autograd(objective, args), "JAX jit": jax(objective, args)}
        there = {n: w for n, w in ways.items() if w is not None}
        found = there["s2s"]()
        check_differences(objective, args, found)
        for name, way in there.items():
            if name not in ("objective", "s2s"):
                harness.check_equal(found, way(), f"{objective.name}: {name}")
        times = harness.measure(there, "objective", 0.3 if options.quick else 4.0)
        cells = [
            f"{harness.duration(times[n].median)} ({times[n].ratio:.1f})" if n in times else ""
            for n in ("objective", "s2s", "autograd", "JAX jit")
        ]
        rows.append([objective.name, *cells])
        print(*rows[-1], sep="   ", flush=True)
    text = (
        f"# Standard objectives\n\n{harness.machine()}.\n\nGradient or Jacobian, median time; in "
        "brackets the ratio to the objective itself.\n\n"
        + harness.markdown(("objective", "itself", "s2s", "autograd", "JAX jit"), rows)
    )
    print(text)
    harness.OUTPUT.mkdir(parents=True, exist_ok=True)
    (harness.OUTPUT / "adbench.md").write_text(text)
    if not options.quick and not options.no_peers:
        harness.RESULTS.mkdir(exist_ok=True)
        (harness.RESULTS / "adbench.md").write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
