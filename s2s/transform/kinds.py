"""Programs that look at their arguments.

Facts that come from annotations or from an example make a derivative shorter, and wrong for
other arguments.  A program that is written down for later therefore refuses those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import runtime
from s2s.ir.nodes import Apply, Atom, Const, Let, Ref
from s2s.transform.pipeline import Program


def guarded(program: Program, kinds: Mapping[str, str]) -> Program:
    """The program with an entry that refuses arguments of other kinds.

    Parameters
    ----------
    program : Program
        Whose entry comes last.
    kinds : mapping
        By parameter what `runtime.require_kinds` looks for; parameters without are free.
    """
    *others, entry = program.functions
    values = [p.value for p in entry.params if p.value.name in kinds]
    if not values:
        return program
    words = Const("; ".join(f"{v.name}: {kinds[v.name]}" for v in values))
    args: tuple[Atom, ...] = (words, *values)
    check = Let((), Apply(Ref("require_kinds", runtime.require_kinds), args))
    body = replace(entry.body, stmts=(check, *entry.body.stmts))
    return replace(program, functions=(*others, replace(entry, body=body)))


def kinds_of(bound: Mapping[str, Any]) -> dict[str, str]:
    """The kinds of example arguments; of objects and functions nothing is said."""
    return {name: runtime.kind_of(x) for name, x in bound.items() if _has_kind(x)}


def _has_kind(x: Any) -> bool:
    """Whether a value is made of arrays and numbers, and of containers of them, alone."""
    if type(x) is dict:
        return all(type(key) in (str, int) for key in x) and all(map(_has_kind, x.values()))
    if type(x) in (list, tuple):
        return all(map(_has_kind, x))
    number = isinstance(x, bool | int | float | complex | str | np.generic) or x is None
    return number or isinstance(x, np.ndarray) and x.dtype.kind in "biufc"
