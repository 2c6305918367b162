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
from dataclasses import dataclass, field
from typing import Any

from benchmarks import harness, peers
from benchmarks.cases import Case, all_cases
from benchmarks.harness import Timing, duration

NOTES = """\
The time is that of the processor, so that other programs on the machine do not count.  "s2s" is
what a user calls, "s2s bare" the compiled function that `s2s.compile` gives, "s2s Numba" what a
user calls with `target="numba"`, whose first call compiles and is not counted.

Where the gradient by hand is ahead for a reason that no compiler of single functions has: the
Gaussian process by hand uses the textbook's closed form instead of differentiating a
factorisation and a solver; the tanh by hand works in the memory of its forward value; the Kalman
filter by hand takes the slope of the determinant from the inverse that it has.

JAX is ahead of s2s with Numba in none of these cases; of s2s with NumPy it is where many small
operations follow each other, which it compiles to one loop.
"""
COLUMNS = ("primal", "by hand", "s2s", "s2s bare", "s2s Numba", "autograd", "JAX jit", "PyTorch")


Thunk = Callable[[], Any]


@dataclass
class Row:
    """One case: what each way took, and what is said of its compilation by Numba."""

    times: dict[str, Timing] = field(default_factory=dict)
    first: float | None = None  # seconds of the first call with Numba
    python: list[str] = field(default_factory=list)  # what runs as NumPy code there, and why


def ways_of(case: Case, args: tuple[Any, ...], with_peers: bool, row: Row) -> dict[str, Thunk]:
    """Every way to compute a case, verified."""
    found: dict[str, Thunk | None] = {
        "s2s": peers.s2s_dispatched(case, args), "s2s bare": peers.s2s_bare(case, args),
        "s2s Numba": compiled(peers.s2s_numba(case, args), row),
    }  # fmt: skip
    if with_peers:
        found |= {
            "autograd": peers.autograd(case, args), "JAX jit": peers.jax(case, args),
            "PyTorch": peers.torch(case, args),
        }  # fmt: skip
    expected = case.hand(*args)
    ways: dict[str, Thunk] = {
        "primal": lambda: case.primal(*args), "by hand": lambda: case.hand(*args)
    }
    for name, way in found.items():
        if way is not None:
            harness.check_equal(expected, way(), f"{case.name}: {name}")
            ways[name] = way
    return ways


def compiled(way: Thunk | None, row: Row) -> Thunk | None:
    """The way through Numba after its first call, with what that took and what it left."""
    if way is None:
        return None
    from s2s.driver.native import NumbaFallback

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        row.first = peers.first_call(way)
    row.python = [str(w.message) for w in said if issubclass(w.category, NumbaFallback)]
    return way


def table(found: dict[str, Row]) -> str:
    """Times, and in brackets the ratio to the gradient by hand."""
    rows = []
    for name, row in found.items():
        cells = [name]
        for column in COLUMNS:
            t = row.times.get(column)
            cells.append("" if t is None else f"{duration(t.median)} ({t.ratio:.2f})")
        cells.append("" if row.first is None else duration(row.first))
        rows.append(cells)
    means = ["**geometric mean of the ratios**"]
    for column in COLUMNS:
        ratios = [r.times[column].ratio for r in found.values() if column in r.times]
        means.append(f"**{harness.geometric_mean(ratios):.2f}**" if ratios else "")
    head = ("case", *COLUMNS, "Numba, first call")
    return harness.markdown(head, [*rows, [*means, ""]])


def summary(found: dict[str, Row]) -> list[str]:
    """The sentences that the numbers add up to."""
    lines = []
    times = {name: row.times for name, row in found.items()}
    ours = {n: t.get("s2s bare", t["s2s"]) for n, t in times.items()}
    worst = max(ours, key=lambda n: ours[n].ratio)
    mean = harness.geometric_mean([t.ratio for t in ours.values()])
    lines.append(f"s2s bare over by hand: geometric mean {mean:.2f}, worst "
                 f"{ours[worst].ratio:.2f} ({worst}).")  # fmt: skip
    better = {
        n: min(t["s2s"], t.get("s2s Numba", t["s2s"]), key=lambda x: x.median)
        for n, t in times.items()
    }
    for peer in ("autograd", "JAX jit", "PyTorch"):
        lines += _against(peer, times, {n: t["s2s"] for n, t in times.items()}, "s2s")
    for peer in ("JAX jit", "PyTorch"):
        lines += _against(peer, times, better, "the better of s2s NumPy and s2s Numba")
    for name, row in found.items():
        lines += [f"{name}, Numba: {why}." for why in row.python]
    return [f"{line}\n" for line in lines]


def _against(
    peer: str, times: dict[str, dict[str, Timing]], ours: dict[str, Timing], words: str
) -> list[str]:
    """One sentence about a peer, if it took part."""
    ratios = {n: t[peer].median / ours[n].median for n, t in times.items() if peer in t}
    if not ratios:
        return []
    least = min(ratios, key=ratios.__getitem__)
    mean = harness.geometric_mean(list(ratios.values()))
    return [f"{peer} over {words}: geometric mean {mean:.2f}, least {ratios[least]:.2f} ({least})."]


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
        for name in ("numba", "autograd", "jax", "torch"):
            if not peers.installed(name):
                print(f"{name} is not installed: left out")
    found: dict[str, Row] = {}
    seconds = min(options.seconds, 0.3) if options.quick else options.seconds
    for case in cases:
        args = case.arguments(options.quick)
        row = found[case.name] = Row()
        ways = ways_of(case, args, not options.no_peers, row)
        row.times = harness.measure(ways, "by hand", seconds)
        cells = (f"{n} {duration(t.median)} ({t.ratio:.2f})" for n, t in row.times.items())
        print(f"{case.name}: " + ", ".join(cells), flush=True)
    text = "\n".join([
        "# Cost of a derivative\n", harness.machine() + ".\n",
        "Value and gradient, median time; in brackets the ratio to the gradient by hand.\n",
        table(found), *summary(found), "", NOTES,
    ])  # fmt: skip
    print(text)
    harness.OUTPUT.mkdir(parents=True, exist_ok=True)
    (harness.OUTPUT / "overhead.md").write_text(text)
    shown = [c for c in COLUMNS if c != "by hand" and any(c in r.times for r in found.values())]
    series = {
        c: [r.times[c].ratio if c in r.times else float("nan") for r in found.values()]
        for c in shown
    }
    harness.bar_chart(list(found), series, "time over the gradient by hand",
                      harness.OUTPUT / "overhead.png")  # fmt: skip
    if not options.quick and not options.case and not options.no_peers:
        harness.RESULTS.mkdir(exist_ok=True)
        (harness.RESULTS / "overhead.md").write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
