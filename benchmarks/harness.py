"""Timing of several ways to compute one thing: interleaved, verified, as medians and ratios.

The machine is never quiet, so the ways take turns: every round times each of them once, and a
ratio is the median over the rounds of the ratios within one round.  What is counted is the time
of the processor, all threads together: other programs do not add to it.
"""

from __future__ import annotations

import ctypes
import gc
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

OUTPUT = Path(__file__).parent / "output"
RESULTS = Path(__file__).parent / "results"

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of glibc's mallopt


def pin_malloc() -> bool:
    """Keep freed memory in the process, so that page faults do not decide who is fast.

    By default glibc gives large blocks back to the system, and takes its threshold from what
    the program did before: the same code is up to twice as slow after another history.
    """
    try:
        libc = ctypes.CDLL("libc.so.6")
    except OSError:
        return False
    big = 1 << 30
    return bool(libc.mallopt(_MMAP_THRESHOLD, big) and libc.mallopt(_TRIM_THRESHOLD, big))


@dataclass(frozen=True)
class Timing:
    """What one way took: seconds a call, and its ratio to the baseline round by round."""

    median: float
    best: float
    ratio: float  # of the median round; nan without a baseline


def measure(
    ways: Mapping[str, Callable[[], Any]], baseline: str | None, seconds: float,
    rounds: int = 60, least: int = 3,
) -> dict[str, Timing]:  # fmt: skip
    """Time ways to compute the same thing, in turns, for about so many seconds in all."""
    repeats = {name: _repeats(way) for name, way in ways.items()}
    times: dict[str, list[float]] = {name: [] for name in ways}
    gc.collect()
    gc.disable()
    try:
        end = time.perf_counter() + seconds
        for k in range(rounds):
            if k >= least and time.perf_counter() > end:
                break
            for name, way in ways.items():
                times[name].append(_once(way, repeats[name]))
            gc.collect()
    finally:
        gc.enable()
    found = {}
    for name, own in times.items():
        ratio = float("nan")
        if baseline in times:
            ratio = statistics.median(t / b for t, b in zip(own, times[baseline], strict=True))
        found[name] = Timing(statistics.median(own), min(own), ratio)
    return found


def _once(way: Callable[[], Any], repeats: int) -> float:
    clock = time.process_time
    start = clock()
    for _ in range(repeats):
        way()
    return (clock() - start) / repeats


def _repeats(way: Callable[[], Any]) -> int:
    """So many calls that a round of one way takes about 3 ms."""
    way()
    took = min(_once(way, 1), _once(way, 1))
    return max(1, min(10_000, int(0.003 / max(took, 1e-8))))


def leaves(x: Any) -> list[np.ndarray]:
    """The arrays in a nested result, in order."""
    if isinstance(x, Mapping):
        return [leaf for key in sorted(x) for leaf in leaves(x[key])]
    if isinstance(x, tuple | list):
        return [leaf for item in x for leaf in leaves(item)]
    return [np.asarray(x)]


def check_equal(expected: Any, got: Any, who: str, rtol: float = 1e-6) -> None:
    """Refuse to time what computes something else."""
    one, other = leaves(expected), leaves(got)
    if len(one) != len(other):
        raise AssertionError(f"{who}: {len(other)} results where {len(one)} are expected")
    for a, b in zip(one, other, strict=True):
        scale = float(np.max(np.abs(a), initial=1e-30))
        np.testing.assert_allclose(
            b.reshape(a.shape), a, rtol=rtol, atol=rtol * scale, err_msg=who
        )


def geometric_mean(values: Sequence[float]) -> float:
    """The geometric mean; nan of nothing."""
    return float(np.exp(np.mean(np.log(values)))) if values else float("nan")


def duration(seconds: float) -> str:
    """A time with three digits and a unit."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-6:.2f} us"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def machine() -> str:
    """One line about where and with what this ran."""
    versions = [f"Python {platform.python_version()}", f"NumPy {np.__version__}"]
    for name in ("jax", "torch", "numba"):
        try:
            versions.append(f"{name} {__import__(name).__version__}")
        except ImportError:
            pass
    return f"{platform.machine()}, one thread; " + ", ".join(versions)


def bar_chart(
    labels: Sequence[str], series: Mapping[str, Sequence[float]], title: str, path: Path
) -> bool:
    """Grouped bars on a logarithmic axis; false where matplotlib is not installed."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        return False
    figure, axes = plt.subplots(figsize=(11, 0.34 * len(labels) * max(1, len(series)) / 2 + 2))
    height = 0.8 / len(series)
    for k, (name, values) in enumerate(series.items()):
        places = [j + k * height for j in range(len(labels))]
        axes.barh(places, values, height, label=name)
    axes.set_yticks([j + 0.4 - height / 2 for j in range(len(labels))], labels)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.axvline(1.0, color="black", linewidth=0.8)
    axes.set_xlabel(title)
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    plt.close(figure)
    return True
