"""What a kernel is: a scalar loss, its inputs at two sizes, and what to differentiate by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kernel:
    """A program of scientific computing with everything that a test or a benchmark needs.

    Parameters
    ----------
    loss : callable
        The program as a function of its inputs with one real number as its result. It may write
        into its arguments.
    inputs : callable
        `inputs("small")` for tests, `inputs("large")` for benchmarks: fresh arguments, always
        the same.
    wrt : tuple of str
        The parameters to differentiate by.
    analytic : bool
        Whether the program carries a complex step: no absolute values, comparisons, conjugates
        or real buffers of its own between inputs and loss.
    """

    loss: Callable[..., Any]
    inputs: Callable[[str], tuple[Any, ...]]
    wrt: tuple[str, ...]
    analytic: bool = True

    @property
    def name(self) -> str:
        """Name of the program: that of the loss without its ending."""
        return self.loss.__name__.removesuffix("_loss")
