"""Prints what gradients of the standard kernels cost: `python -m benchmarks.kernels`."""

from __future__ import annotations

import argparse
import os

# Before NumPy and JAX are imported: everybody computes on one thread.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

from benchmarks.harness import RESULTS, geometric_mean, machine, markdown, pin_malloc  # noqa: E402
from benchmarks.kernels import KERNELS  # noqa: E402
from benchmarks.kernels.table import HEAD, Row, row  # noqa: E402

PREAMBLE = """\
# Gradients of the standard kernels of scientific computing

Written by `python -m benchmarks.kernels`. Each time is the median of calls taken in turns with the
others in the same row, each ratio the median of ratios of neighbouring calls. *program* is the
kernel itself, *by hand* an adjoint written statement by statement for this table, *s2s* is
`s2s.grad(kernel)` of the kernel as it stands. *s2s Numba* is `target="numba"`, which leaves to
NumPy what does not compile; its *first call* compiles, or loads what was compiled before.
*autograd* runs the kernel as it stands on its own NumPy.

Both columns of JAX are written by hand for this table, compiled, in double precision and without
writes. *JAX* keeps the algorithm of the program: a loop is a `scan`, a slice that grows a mask, a
vector operation a vector operation; what a turn computed is computed again on the way back
(`jax.checkpoint`) where that is faster. *JAX, rethought* has another algorithm, where those who
know JAX would sooner leave the program's: a routine of a library instead of the loops of a
factorisation or a convolution, a product of matrices instead of one line after the other. Where the
program is one expression already, or its loop cannot be taken apart, that column is empty. Both are
compared with the better of s2s NumPy and s2s Numba, which get the program as it stands.
"""

LEGEND = """\
JAX does not reverse a `while`: that of channel_flow is a loop of its most turns, in which those
after the end do nothing; at this size the program takes all of them. What shapes and lengths of
loops depend on (numbers of steps, the row pointers of spmv) JAX is told when it compiles.

Where JAX is ahead with the same algorithm: for spmv it knows the lengths of the rows when it
compiles and gathers all entries at once, before the loop; the exponentials of stockham_fft, which
the program computes turn by turn, are constants to it. Level is what LAPACK does for both
(contour_integral). Where it is ahead once thought anew, one product of large matrices (covariance,
correlation, symm, trmm), the library's transform (stockham_fft) or one product for all energies and
momenta at once (scattering_self_energies) stands in the place of the program's loops: a NumPy
program may do the same.

*refused*: the tool raises an error instead of a gradient. **wrong**: it gives a gradient that is
not that of the program. Empty: there is no such version here.
"""


def summary(rows: list[Row]) -> str:
    """One line of the table as a whole."""
    done = [r for r in rows if "s2s" in r.times]
    said = f"{len(done)} of {len(rows)} kernels are differentiated by s2s"
    if done:
        program = geometric_mean([r.times["s2s"].ratio for r in done])
        said += f"; on geometric average a gradient costs {program:.2f} times the program"
    both = [r for r in done if "by hand" in r.times]
    if both:
        hand = geometric_mean([r.times["s2s"].ratio / r.times["by hand"].ratio for r in both])
        said += f" and, for the {len(both)} with an adjoint by hand, {hand:.2f} times that"
    said += "."
    return said + against_jax(done) + "\n"


def against_jax(rows: list[Row]) -> str:
    """What both kinds of rewrites for JAX take over the better of s2s NumPy and s2s Numba."""
    same = [r for r in rows if r.compared("jax")]
    if not same:
        return ""
    mean = geometric_mean([r.over_ours("jax") for r in same])
    better = [
        min(r.over_ours(way) for way in ("jax", "rethought") if way in r.times) for r in same
    ]
    ahead = [r.name for r, ratio in zip(same, better, strict=True) if ratio < 1]
    said = (
        f" JAX with the algorithm of the program takes {mean:.2f} times what the better of s2s "
        f"NumPy and s2s Numba takes, on geometric average over {len(same)} kernels; the better of "
        f"both rewrites for JAX, {geometric_mean(better):.2f} times."
    )
    return said + (f" It is ahead of s2s in {', '.join(ahead)}." if ahead else "")


def main() -> None:
    """Time the kernels that were asked for, print the table, keep it if it is complete."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kernels", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small inputs, a moment for each")
    parser.add_argument("--only", help="names of kernels, separated by commas")
    parser.add_argument("--seconds", type=float, default=1.5, help="for each kernel")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else list(KERNELS)
    unknown = sorted(set(names) - set(KERNELS))
    if unknown:
        parser.error(f"no kernel is called {', '.join(unknown)}; there are {', '.join(KERNELS)}")
    pin_malloc()
    size, seconds = ("small", 0.02) if options.quick else ("large", options.seconds)
    rows = []
    for name in names:
        rows.append(row(KERNELS[name], size, seconds))
        print("  ".join(cell or "-" for cell in rows[-1].cells()), flush=True)
    table = markdown(HEAD, [r.cells() for r in rows])
    text = f"{PREAMBLE}\n{machine()}.\n\n{summary(rows)}\n{table}\n{LEGEND}"
    print("\n" + text)
    if not options.quick and not options.only:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "kernels.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
