"""What is written for Numba, judged by what NumPy gives.

Compilation takes seconds a program.  The loops that are compiled are Python as well: run as they
stand, they show whatever goes wrong in writing them, hundreds of programs a minute.
"""

from __future__ import annotations

import traceback
import warnings
from pathlib import Path

import numpy as np

from tests.fuzz.judge import (
    LARGEST,
    PRIMAL_SECONDS,
    Outcome,
    TooSlow,
    load,
    refusal_reason,
    time_limit,
)
from tests.oracle import assert_close
from tests.pytree import copy_tree, flatten

SECONDS = 120


def interpreted(text: str, folder: Path) -> Outcome:
    """Judge the loops of a program, run by Python."""
    import numba

    before, numba.config.DISABLE_JIT = numba.config.DISABLE_JIT, 1
    try:
        return compiled(text, folder)
    finally:
        numba.config.DISABLE_JIT = before


def compiled(text: str, folder: Path) -> Outcome:
    """Judge the loops of a program as Numba compiles them."""
    import s2s

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            with time_limit(PRIMAL_SECONDS):
                module = load(text, folder)
                derivative = s2s.value_and_grad(module.FUNCTION, argnums=module.ARGNUMS)
                expected = derivative(*module.example())
        except (Exception, TooSlow) as error:
            return Outcome("rejected", type(error).__name__)
        if not all(np.all(np.abs(leaf) < LARGEST) for leaf in flatten(expected)[0]):
            return Outcome("rejected", "out of range")
        try:
            with time_limit(SECONDS):
                native = s2s.value_and_grad(
                    module.FUNCTION, argnums=module.ARGNUMS, target="numba"
                )
                args = module.example()
                before = copy_tree(args)
                got = native(*args)
                made = native.specialize(*args).module
        except s2s.S2SError as error:
            return Outcome("refused", refusal_reason(error), str(error))
        except (Exception, TooSlow) as error:
            return Outcome("crashed", f"{type(error).__name__}: {error}"[:80], traceback.format_exc())
    try:
        assert_close(got, expected, rtol=1e-10, atol=1e-10, where="value and gradient")
        assert_close(args, before, rtol=0.0, atol=0.0, where="arguments")
    except AssertionError as error:
        return Outcome("wrong", "compiled", str(error))
    left = [r for r in getattr(made, "python", {}).values() if not r.what.startswith("it calls")]
    if left or not hasattr(made, "python"):
        return Outcome("refused", "as NumPy code: " + (left[0].what[:60] if left else "sizes"))
    return Outcome("right")
