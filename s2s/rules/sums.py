"""Undoing a broadcast outside of any rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s.ir.build import Builder
from s2s.ir.nodes import Atom
from s2s.rules import macros
from s2s.rules.ask import Ask
from s2s.rules.book import book
from s2s.rules.expand import Expander

__all__ = ["sum_to_shape"]


def sum_to_shape(g: Atom, x: Atom, ask: Ask, build: Builder) -> Atom:
    """`g`, the adjoint of `x` broadcast to a larger shape, summed to the shape of `x`."""
    rule = book().entries[np.add].elementwise
    assert rule is not None

    def none(name: str) -> Any:
        raise rule.error(f"there is no d[{name}] here")

    ex = Expander(book(), rule, ask, build, none, lambda name: False)
    return ex.atom(macros.sum_to(ex, ex.sym(g), ex.sym(x)))
