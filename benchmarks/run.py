"""A bounded slice of all benchmarks, for continuous integration.

    python -m benchmarks.run [--quick]

Every case is computed and compared with its gradient by hand; times are shown, and judged only
where something is far off, since machines differ.  Without `--quick` the full benchmarks run one
after the other.
"""

from __future__ import annotations

import argparse
import sys

FULL = ("overhead", "compile_time", "adbench", "memory", "dispatch")


def main(argv: list[str] | None = None) -> int:
    """Run the benchmarks."""
    import importlib

    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="seconds instead of minutes")
    options = parser.parse_args(argv)
    for name in FULL:
        print(f"\n== {name}", flush=True)
        module = importlib.import_module(f"benchmarks.{name}")
        arguments = ["--quick"] if options.quick else []
        if options.quick and name in ("overhead", "adbench"):
            arguments += ["--no-peers"]
        status = module.main(arguments)
        if status:
            return int(status)
    return 0


if __name__ == "__main__":
    sys.exit(main())
