"""What a call of a derivative costs above the compiled function itself.

    python -m benchmarks.dispatch [--quick]

`s2s.grad(f)(*args)` looks at its arguments to find the program for them; `s2s.compile` gives that
program.  The difference is the price of a call: at most about a microsecond for two arrays.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

import numpy as np

import s2s
from benchmarks import harness

LIMIT = 1e-6  # seconds, for two arrays


def one_float(x):
    """Next to nothing."""
    return x * x


def two_arrays(x, y):
    """Next to nothing."""
    return np.sum(x * y)


def four_arrays(x, y, u, v):
    """Next to nothing."""
    return np.sum(x * y + u * v)


def a_dict(params):
    """Next to nothing."""
    return np.sum(params["w"] * params["b"])


def main(argv: list[str] | None = None) -> int:
    """Measure some signatures and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dispatch", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="little time")
    options = parser.parse_args(argv)
    a = np.ones(3)
    calls: dict[str, tuple[Any, tuple[Any, ...]]] = {
        "one float": (one_float, (1.5,)), "two arrays": (two_arrays, (a, a)),
        "four arrays": (four_arrays, (a, a, a, a)), "a dict of two arrays": (
            a_dict, ({"w": a, "b": a},)),
    }  # fmt: skip
    rows, seconds = [], 0.2 if options.quick else 2.0
    for name, (fn, args) in calls.items():
        derivative = s2s.grad(fn)
        bare = s2s.compile(derivative, *args)
        ways = {
            "derivative": lambda d=derivative, args=args: d(*args),
            "bare": lambda b=bare, args=args: b(*args),
        }
        found = harness.measure(ways, "bare", seconds)
        cost = found["derivative"].best - found["bare"].best
        rows.append([name, *map(harness.duration, (
            found["bare"].best, found["derivative"].best, cost))])  # fmt: skip
    head = ("arguments", "compiled function", "derivative", "price of the call")
    text = (
        f"# Price of a call\n\n{harness.machine()}. Best of many.\n\n"
        + harness.markdown(head, rows)
    )
    print(text)
    if not options.quick:
        harness.RESULTS.mkdir(exist_ok=True)
        (harness.RESULTS / "dispatch.md").write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
