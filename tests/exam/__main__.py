"""`python -m tests.exam [--category C] [--tier N] [--list]`: the exam as a table."""

from __future__ import annotations

import argparse
import time
from collections import Counter

from tests.exam.grade import Grade, grade
from tests.exam.problems import problems

RESULTS = ("right", "refused", "wrong", "crashed")


def table(grades: list[Grade]) -> str:
    """Counts by category: right of all in each tier, then what is not right."""
    lines = [f"{'category':24}{'tier 1':>10}{'tier 2':>10}{'tier 3':>10}   not right"]
    for category in [*sorted({g.problem.category for g in grades}), "all"]:
        mine = [g for g in grades if category in (g.problem.category, "all")]
        cells = []
        for tier in (1, 2, 3):
            these = [g.result for g in mine if g.problem.tier == tier]
            cells.append(f"{these.count('right')}/{len(these)}" if these else "")
        rest = Counter(g.result for g in mine if g.result != "right")
        note = ", ".join(f"{rest[r]} {r}" for r in RESULTS if rest[r])
        lines.append(f"{category:24}{cells[0]:>10}{cells[1]:>10}{cells[2]:>10}   {note}".rstrip())
    return "\n".join(lines)


def main() -> None:
    """Grade, print the table, list what is not right."""
    parser = argparse.ArgumentParser(prog="python -m tests.exam")
    parser.add_argument("--category", help="only this one and those below it: ufunc, scipy.stats")
    parser.add_argument("--tier", type=int, choices=(1, 2, 3))
    parser.add_argument("--only", type=int, help="only the problem with this number")
    parser.add_argument("--list", action="store_true", help="print the failures in full")
    parser.add_argument("--refused", action="store_true", help="print the keys of the refused")
    options = parser.parse_args()
    start, grades = time.perf_counter(), []
    for problem in problems(options.category, options.tier):
        if options.only in (None, problem.id):
            grades.append(grade(problem))
    bad = [g for g in grades if g.result != "right"]
    if options.refused:
        print("\n".join(g.problem.key() for g in bad))
        return
    for g in bad:
        if options.list:
            print(f"--- {g.result}: {g.problem.key()} (tier {g.problem.tier})")
            print(f"x = {g.problem.x}\n{g.problem.setup}\n{g.problem.loss}{g.detail}\n")
        else:
            first = g.detail.strip().splitlines()[0] if g.detail else ""
            print(f"{g.result:8} {g.problem.tier} {g.problem.key()}: {first[:150]}")
    print(table(grades))
    print(f"{time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
