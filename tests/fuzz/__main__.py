"""The fuzzer's command: `python -m tests.fuzz --count N --seed S [--keep FOLDER]`."""

from __future__ import annotations

import argparse
import collections
import functools
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.fuzz.judge import Outcome, judge
from tests.fuzz.native import compiled, interpreted
from tests.fuzz.program import generate
from tests.fuzz.scope import Options
from tests.fuzz.shrink import shrink

FAILURES = ("wrong", "crashed")


def arguments() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="programs to run")
    parser.add_argument("--seed", type=int, default=0, help="program k belongs to 'SEED:k'")
    parser.add_argument("--start", type=int, default=0, help="number of the first program")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--keep", type=Path, help="folder for failing programs")
    parser.add_argument("--no-shrink", action="store_true", help="keep failures as they are")
    parser.add_argument("--writes", action="store_true", help="with arrays and lists written")
    parser.add_argument("--native", action="store_true", help="what is written for Numba, run by Python")
    parser.add_argument("--compiled", action="store_true", help="what Numba compiles of it")
    parser.add_argument("--show", action="store_true", help="print the programs and stop")
    return parser


Judge = Callable[[str, Path], Outcome]


def judge_seed(seed: str, verdict: Judge = judge) -> tuple[str, str, Outcome]:
    """Generate and judge the program of a seed, in a folder of its own."""
    text = program(seed, verdict)
    with tempfile.TemporaryDirectory(prefix="s2s_fuzz_") as folder:
        return seed, text, verdict(text, Path(folder))


def program(seed: str, verdict: Judge = judge) -> str:
    """The program of a seed; for Numba without the containers and the recursion that it does not compile."""
    rich = verdict is judge
    return generate(seed, Options(writes=seed.startswith("writes:"), containers=rich, calls=rich))


def outcomes(
    seeds: list[str], jobs: int, verdict: Judge = judge
) -> Iterator[tuple[str, str, Outcome]]:
    """Judge all seeds, in order when there is one process."""
    one = functools.partial(judge_seed, verdict=verdict)
    if jobs <= 1:
        yield from map(one, seeds)
        return
    with multiprocessing.Pool(jobs, maxtasksperchild=500) as pool:
        yield from pool.imap_unordered(one, seeds, chunksize=10)


def smaller(text: str, outcome: Outcome, verdict: Judge = judge) -> str:
    """Shrink a failing program."""

    def fails(candidate: str) -> bool:
        """Say whether a candidate fails in the same way."""
        with tempfile.TemporaryDirectory(prefix="s2s_fuzz_") as folder:
            return verdict(candidate, Path(folder)).same_failure(outcome)

    return shrink(text, fails)


def keep(
    folder: Path, seed: str, text: str, outcome: Outcome, shrunk: bool, verdict: Judge = judge
) -> Path:
    """Write a failing program with its seed and failure on top."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{outcome.kind}_{seed.replace(':', '_')}"
    notes = [f"# seed {seed}: {outcome.kind}, {outcome.reason}"]
    notes += [f"# {line}" for line in outcome.detail.strip().splitlines()[-25:]]
    body = smaller(text, outcome, verdict) if shrunk else text
    path = folder / f"{name}.py"
    path.write_text("\n".join([*notes, body]), encoding="utf-8")
    if shrunk:
        (folder / f"{name}.full.py").write_text(text, encoding="utf-8")
    return path


def report(kinds: collections.Counter[str], reasons: collections.Counter[str]) -> None:
    """Print the tallies."""
    total = sum(kinds.values())
    print(f"\n{total} programs")
    for kind in ("right", "refused", "wrong", "crashed", "rejected"):
        label = kind.upper() if kind == "wrong" else kind
        print(f"  {label:<9} {kinds[kind]:6}")
        for reason, count in reasons.most_common():
            if reason.startswith(kind + "|"):
                print(f"      {count:6}  {reason.partition('|')[2]}")


def main(argv: list[str] | None = None) -> int:
    """Run the fuzzer and return its exit status."""
    options = arguments().parse_args(argv)
    prefix = "writes:" if options.writes else ""
    seeds = [f"{prefix}{options.seed}:{k}" for k in range(options.start, options.start + options.count)]
    verdict = interpreted if options.native else compiled if options.compiled else judge
    if options.show:
        for seed in seeds:
            print(f"# seed {seed}\n{program(seed, verdict)}")
        return 0
    kinds: collections.Counter[str] = collections.Counter()
    reasons: collections.Counter[str] = collections.Counter()
    kept: collections.Counter[str] = collections.Counter()
    started = time.monotonic()
    for done, (seed, text, outcome) in enumerate(outcomes(seeds, options.jobs, verdict), 1):
        kinds[outcome.kind] += 1
        if outcome.reason:
            reasons[f"{outcome.kind}|{outcome.reason}"] += 1
        if outcome.kind in FAILURES:
            print(f"\r\033[K{outcome.kind} {seed}: {outcome.reason}", flush=True)
            if options.keep:
                # Shrinking is slow: only the first few failures of a kind are made small.
                kept[outcome.reason] += 1
                small = not options.no_shrink and kept[outcome.reason] <= 3
                print(f"    {keep(options.keep, seed, text, outcome, small, verdict)}", flush=True)
        if done % 20 == 0 or done == len(seeds):
            rate = done / (time.monotonic() - started)
            counts = ", ".join(f"{kinds[k]} {k}" for k in sorted(kinds))
            print(f"\r\033[K{done}/{len(seeds)} ({rate:.1f}/s): {counts}", end="", flush=True)
    report(kinds, reasons)
    return 1 if any(kinds[kind] for kind in FAILURES) else 0


if __name__ == "__main__":
    os.environ["S2S_CHECK"] = "1"  # the IR is verified as well, and so is what calls do
    sys.exit(main())
