"""The standard kernels of scientific computing, as NumPy programmers write them.

Every program is plain NumPy, in place and in loops where that is the custom, and imports nothing
of s2s: it is what has to be differentiated as it stands. `python -m benchmarks.kernels` prints
what the gradients cost; `tests/kernels` checks them.
"""

from benchmarks.kernels import (
    blas,
    data,
    dynamics,
    factor,
    fluids,
    inference,
    nets,
    quantum,
    stencils,
    triangular,
    weather,
)
from benchmarks.kernels.kernel import Kernel

FAMILIES = (
    stencils, weather, fluids, blas, triangular, factor, data, nets, quantum, dynamics, inference,
)  # fmt: skip

KERNELS: dict[str, Kernel] = {
    kernel.name: kernel for family in FAMILIES for kernel in family.KERNELS
}
