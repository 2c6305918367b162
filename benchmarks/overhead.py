"""What a derivative costs: the primal, a gradient by hand, s2s, and the other tools.

    python -m benchmarks.overhead [--quick] [--case NAME] [--seconds 4] [--no-peers]

Every result is compared with the one by hand before it is timed.  Writes a table and a plot to
benchmarks/output, and a full run also the kept benchmarks/results/overhead.md.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from typing import Any

from benchmarks import harness, peers
from benchmarks.cases import Case, all_cases
from benchmarks.harness import Timing, duration

NOTES = """\
The time is that of the processor, so that other programs on the machine do not count.  "s2s" is
what a user calls, "s2s bare" the compiled function that `s2s.compile` gives.

Where the gradient by hand is ahead for a reason that no compiler of single functions has: the
Gaussian process by hand uses the textbook's closed form instead of differentiating a
factorisation and a solver; the tanh by hand works in the memory of its forward value; the Kalman
filter by hand takes the slope of the determinant from the inverse that it has.
"""
COLUMNS = ("primal", "by hand", "s2s", "s2s bare", "autograd", "JAX jit", "PyTorch")


def ways_of(case: Case, args: tuple[Any, ...], with_peers: bool) -> dict[str, Callable[[], Any]]:
    """Every way to compute a case, verified."""
    found: dict[str, Callable[[], Any] | None] = {
        "s2s": peers.s2s_dispatched(case, args), "s2s bare": peers.s2s_bare(case, args),
    }  # fmt: skip
    if with_peers:
        found |= {
            "autograd": peers.autograd(case, args), "JAX jit": peers.jax(case, args),
            "PyTorch": peers.torch(case, args),
        }  # fmt: skip
    expected = case.hand(*args)
    ways = {"primal": lambda: case.primal(*args), "by hand": lambda: case.hand(*args)}
    for name, way in found.items():
        if way is not None:
            harness.check_equal(expected, way(), f"{case.name}: {name}")
            ways[name] = way
    return ways


def table(found: dict[str, dict[str, Timing]]) -> str:
    """Times, and in brackets the ratio to the gradient by hand."""
    rows = []
    for name, timings in found.items():
        cells = [name]
        for column in COLUMNS:
            t = timings.get(column)
            cells.append("" if t is None else f"{duration(t.median)} ({t.ratio:.2f})")
        rows.append(cells)
    means = ["**geometric mean of the ratios**"]
    for column in COLUMNS:
        ratios = [t[column].ratio for t in found.values() if column in t]
        means.append(f"**{harness.geometric_mean(ratios):.2f}**" if ratios else "")
    return harness.markdown(("case", *COLUMNS), [*rows, means])


def summary(found: dict[str, dict[str, Timing]]) -> list[str]:
    """The sentences that the numbers add up to."""
    lines = []
    ours = {n: t.get("s2s bare", t["s2s"]) for n, t in found.items()}
    worst = max(ours, key=lambda n: ours[n].ratio)
    mean = harness.geometric_mean([t.ratio for t in ours.values()])
    lines.append(f"s2s bare over by hand: geometric mean {mean:.2f}, worst "
                 f"{ours[worst].ratio:.2f} ({worst}).")  # fmt: skip
    for peer in ("autograd", "JAX jit", "PyTorch"):
        ratios = {
            n: t[peer].median / t["s2s"].median for n, t in found.items() if peer in t
        }
        if ratios:
            least = min(ratios, key=ratios.__getitem__)
            mean = harness.geometric_mean(list(ratios.values()))
            lines.append(f"{peer} over s2s: geometric mean {mean:.2f}, least "
                         f"{ratios[least]:.2f} ({least}).")  # fmt: skip
    return lines


def main(argv: list[str] | None = None) -> int:
    """Run the cases and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small arguments, little time")
    parser.add_argument("--case", action="append", help="only cases whose name contains this")
    parser.add_argument("--seconds", type=float, default=4.0, help="for each case")
    parser.add_argument("--no-peers", action="store_true", help="only s2s and by hand")
    options = parser.parse_args(argv)
    warnings.simplefilter("ignore")
    harness.pin_malloc()
    cases = [
        c for c in all_cases()
        if not options.case or any(part.lower() in c.name.lower() for part in options.case)
    ]  # fmt: skip
    if not cases:
        print("no such case; there are:", *(c.name for c in all_cases()), sep="\n  ")
        return 2
    if not options.no_peers:
        for name in ("autograd", "jax", "torch"):
            if not peers.installed(name):
                print(f"{name} is not installed: left out")
    found = {}
    seconds = min(options.seconds, 0.3) if options.quick else options.seconds
    for case in cases:
        args = case.arguments(options.quick)
        ways = ways_of(case, args, not options.no_peers)
        found[case.name] = harness.measure(ways, "by hand", seconds)
        cells = (f"{n} {duration(t.median)} ({t.ratio:.2f})" for n, t in found[case.name].items())
        print(f"{case.name}: " + ", ".join(cells), flush=True)
    text = "\n".join([
        "# Cost of a derivative\n", harness.machine() + ".\n",
        "Value and gradient, median time; in brackets the ratio to the gradient by hand.\n",
        table(found), *summary(found), "", NOTES,
    ])  # fmt: skip
    print(text)
    harness.OUTPUT.mkdir(parents=True, exist_ok=True)
    (harness.OUTPUT / "overhead.md").write_text(text)
    shown = [c for c in COLUMNS if c != "by hand" and any(c in t for t in found.values())]
    series = {
        c: [t[c].ratio if c in t else float("nan") for t in found.values()] for c in shown
    }
    harness.bar_chart(list(found), series, "time over the gradient by hand",
                      harness.OUTPUT / "overhead.png")  # fmt: skip
    if not options.quick and not options.case and not options.no_peers:
        harness.RESULTS.mkdir(exist_ok=True)
        (harness.RESULTS / "overhead.md").write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
