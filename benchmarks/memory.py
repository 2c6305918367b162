"""Peak memory of four large cases: what is allocated beyond the arguments.

    python -m benchmarks.memory [--quick]

NumPy reports its allocations to `tracemalloc`; JAX does not, so it is left out.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

from benchmarks import harness, peers
from benchmarks.cases import all_cases

LARGE = ("Rosenbrock n=1e6", "tanh on 1e7", "chain of 10 on 1e6", "wave equation 64x64, 100 steps")


def peak(way: Callable[[], Any]) -> int:
    """Bytes at the highest point of a call, above where it began."""
    way()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    way()
    found = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return found


def main(argv: list[str] | None = None) -> int:
    """Measure the cases and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small arguments")
    options = parser.parse_args(argv)
    warnings.simplefilter("ignore")
    rows = []
    for case in all_cases():
        if case.name not in LARGE:
            continue
        args = case.arguments(options.quick)
        ways = {
            "primal": lambda c=case, a=args: c.primal(*a),
            "by hand": lambda c=case, a=args: c.hand(*a),
            "s2s": peers.s2s_dispatched(case, args), "autograd": peers.autograd(case, args),
        }  # fmt: skip
        found = {n: peak(w) for n, w in ways.items() if w is not None}
        hand = max(found["by hand"], 1)
        cells = [f"{b / 1e6:.1f} MB ({b / hand:.2f})" if b is not None else ""
                 for b in (found.get(n) for n in ways)]  # fmt: skip
        rows.append([case.name, *cells])
        print(*rows[-1], sep="   ", flush=True)
    text = (
        f"# Peak memory\n\n{harness.machine()}.\n\nAllocated at the highest point of one value "
        "and gradient; in brackets the ratio to the gradient by hand.\n\n"
        + harness.markdown(("case", "primal", "by hand", "s2s", "autograd"), rows)
    )
    print(text)
    if not options.quick:
        harness.RESULTS.mkdir(exist_ok=True)
        (harness.RESULTS / "memory.md").write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
