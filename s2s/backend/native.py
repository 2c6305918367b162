"""The text of a module whose functions are compiled by Numba.

    import numpy as np
    from numba import njit

    compiled = njit(cache=True, error_model="numpy")


    @compiled
    def f_grad(x, f_bar=1.0):
        ...
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import gast

from s2s.backend.emit import emit_function
from s2s.backend.unparse import unparse
from s2s.ir.nodes import Function


def native_text(
    functions: Sequence[Function], python: Collection[str], imports: Sequence[str],
    helpers: Sequence[str], check: bool = False,
) -> str:  # fmt: skip
    """The module as text.

    Parameters
    ----------
    functions
        The functions, callees first.
    python
        The names of those that are not compiled.
    imports
        Import statements.
    helpers
        Definitions that are compiled too, as text.
    check
        Whether every index is compared with the size at run time.
    """
    head = [*imports, "from numba import njit"]
    bounds = ", boundscheck=True" if check else ""
    lines = ["\n".join(head), f'\ncompiled = njit(cache=True, error_model="numpy"{bounds})']
    lines += [f"\n\n{text}" for text in helpers]
    for function in functions:
        tree = emit_function(function)
        if function.name not in python:
            tree.decorator_list = [gast.Name("compiled", gast.Load(), None, None)]
        lines.append("\n\n" + unparse(gast.Module([tree], [])).strip("\n"))
    return "\n".join(lines) + "\n"
