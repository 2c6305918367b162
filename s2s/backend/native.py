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
from itertools import chain, count
from typing import Any

import gast

from s2s.backend.emit import emit_function
from s2s.backend.unparse import unparse
from s2s.ir.nodes import For, Function
from s2s.ir.walk import statements

_THREADED = '''\
# Threads for the loops over `prange`, and for nothing else.
others = ("comprehension", "reduction", "inplace_binop", "setitem", "numpy", "stencil")
threaded = njit(cache=True, error_model="numpy", parallel=dict.fromkeys(others, False))'''


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
    threaded = {f.name for f in functions if _has_threads(f) and f.name not in python}
    head = [*imports, f"from numba import njit{', prange' if threaded else ''}"]
    bounds = ", boundscheck=True" if check else ""
    lines = ["\n".join(head), f'\ncompiled = njit(cache=True, error_model="numpy"{bounds})']
    if threaded:
        lines.append(_THREADED)
    lines += [f"\n\n{text}" for text in helpers]
    for function in functions:
        tree = emit_function(function)
        if function.name not in python:
            _ask_a_variable(tree)
            kind = "threaded" if function.name in threaded else "compiled"
            tree.decorator_list = [gast.Name(kind, gast.Load(), None, None)]
        lines.append("\n\n" + unparse(gast.Module([tree], [])).strip("\n"))
    return "\n".join(lines) + "\n"


def _ask_a_variable(tree: Any) -> None:
    """Let `while True` ask a variable that is always true.

    Numba (0.68) reads after such a loop what a variable was in the iteration before, where it is
    assigned in a branch that leaves the loop:

        while True:
            b = a / 2 + 1
            if b.sum() < 3:
                a = b
                break
            a = b
    """
    loops = [
        n for n in gast.walk(tree)
        if isinstance(n, gast.While) and isinstance(n.test, gast.Constant) and n.test.value
    ]  # fmt: skip
    if not loops:
        return
    taken = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
    name = next(n for n in chain(["always"], (f"always{k}" for k in count(2))) if n not in taken)
    for loop in loops:
        loop.test = gast.Name(name, gast.Load(), None, None)
    documented = bool(tree.body) and isinstance(tree.body[0], gast.Expr)
    target = gast.Name(name, gast.Store(), None, None)
    first = gast.Assign([target], gast.Constant(True, None), None)
    tree.body.insert(int(documented), first)


def _has_threads(function: Function) -> bool:
    """Whether a function has a loop for threads."""
    return any(isinstance(s, For) and s.iter.kind == "prange" for s in statements(function.body))
