"""How long the transformation takes against the length of a program.

    python -m benchmarks.compile_time [--quick]

Two programs grow: straight-line arithmetic, and a function of loops, branches and calls.  For
each length: the transformation alone (source to text), the first call with everything in it, and
a second call.  Writes benchmarks/output/compile_time.{md,png} and, in a full run,
benchmarks/results/compile_time.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import s2s
from benchmarks import harness

LENGTHS = (10, 25, 50, 100, 200, 400)
BUDGET = 0.2  # seconds, for 200 lines


def straight(lines: int) -> str:
    """Arithmetic on vectors, one operation or two a line."""
    forms = (
        "v{k} = np.tanh(v{j} * w) + v{i}",
        "v{k} = v{j} * v{i} - 0.5 * w",
        "v{k} = v{i} / (1.0 + v{j} * v{j})",
        "v{k} = np.exp(-v{j} * v{j})",
    )
    body = [f"    {forms[k % 4].format(k=k + 2, j=k + 1, i=k)}" for k in range(lines - 3)]
    head = ["def program(x, w):", "    v0, v1 = x, x * w"]
    return "\n".join([*head, *body, f"    return np.sum(v{lines - 2})", ""])


def branching(lines: int) -> str:
    """Loops, branches and calls of a helper, ten lines a block."""
    block = (
        "    for i in range(3):\n"
        "        t = helper(x[i], w)\n"
        "        if t > 0.5:\n"
        "            total = total + t * x[i]\n"
        "        else:\n"
        "            total = total - 0.5 * t\n"
        "    y = np.sin(x * total)\n"
        "    x = x + 0.1 * y\n"
        "    w = w * 0.9\n"
        "    total = total + np.sum(y)\n"
    )
    helper = (
        "def helper(a, w):\n"
        "    s = a\n"
        "    for _ in range(2):\n"
        "        s = s + w * a\n"
        "    return s\n"
    )
    head = "def program(x, w):\n    total = 0.0\n"
    return f"{helper}\n\n{head}{block * max(1, lines // 10)}    return total\n"


PROGRAMS: dict[str, Callable[[int], str]] = {
    "straight line": straight, "loops and branches": branching,
}  # fmt: skip


def load(text: str, folder: Path) -> Any:
    """The function `program` of a module of this text."""
    path = folder / f"program_{abs(hash(text)) % 10**12}.py"
    path.write_text("import numpy as np\n\n\n" + text)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module.program


def timed(fn: Callable[[], Any]) -> float:
    """Seconds of the processor for one call."""
    start = time.process_time()
    fn()
    return time.process_time() - start


def measure(text: str, folder: Path, repeats: int) -> tuple[float, float, float]:
    """The transformation, the first call, and a later call."""
    found = []
    args = np.linspace(0.1, 0.6, 5), 0.7
    for _ in range(repeats):
        program = load(text, folder)
        derivative = s2s.grad(program)
        transform = timed(lambda d=derivative: d.source)  # type: ignore[misc]
        other = s2s.grad(load(text + f"# {time.time_ns()}\n", folder))
        first = timed(lambda d=other: d(*args))  # type: ignore[misc]
        found.append((transform, first, timed(lambda d=other: d(*args))))  # type: ignore[misc]
    columns = zip(*found, strict=True)
    transform, first, later = (statistics.median(c) for c in columns)
    return transform, first, later


def main(argv: list[str] | None = None) -> int:
    """Grow both programs and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compile_time", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short programs, once each")
    options = parser.parse_args(argv)
    lengths, repeats = (LENGTHS[:3], 1) if options.quick else (LENGTHS, 3)
    rows, series = [], {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure(straight(10), folder, 1)  # the rules are read once a process
        for kind, write in PROGRAMS.items():
            firsts = []
            for lines in lengths:
                transform, first, later = measure(write(lines), folder, repeats)
                firsts.append(first)
                cells = (transform, first, first / lines, later)
                rows.append([kind, str(lines), *map(harness.duration, cells)])
                print(*rows[-1], sep="   ", flush=True)
            series[kind] = firsts
    head = ("program", "lines", "transformation", "first call", "first call a line", "later call")
    text = (
        f"# Time to compile\n\n{harness.machine()}.\n\nThe budget is "
        f"{harness.duration(BUDGET)} for the first call of a function of 200 lines.\n\n"
        + harness.markdown(head, rows)
    )
    print(text)
    harness.OUTPUT.mkdir(parents=True, exist_ok=True)
    (harness.OUTPUT / "compile_time.md").write_text(text)
    plot(lengths, series)
    if not options.quick:
        harness.RESULTS.mkdir(exist_ok=True)
        (harness.RESULTS / "compile_time.md").write_text(text)
    return 0


def plot(lengths: tuple[int, ...], series: dict[str, list[float]]) -> None:
    """First call against length."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        return
    figure, axes = plt.subplots()
    for kind, firsts in series.items():
        axes.loglog(lengths, firsts, "o-", label=kind)
    axes.set_xlabel("lines of the program")
    axes.set_ylabel("first call in seconds")
    axes.legend()
    figure.savefig(harness.OUTPUT / "compile_time.png", dpi=120)
    plt.close(figure)


if __name__ == "__main__":
    sys.exit(main())
