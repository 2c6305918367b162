"""Finds parameters without influence on the result: in a gradient, before it is simplified."""

from __future__ import annotations

from collections import Counter
from typing import Any

from s2s.ir.nodes import Apply, Block, Const, Let, Ref, Value
from s2s.ir.walk import all_atoms


def without_influence(body: Block, wrt: tuple[str, ...]) -> tuple[str, ...]:
    """The parameters whose gradient is nothing but fresh zeros."""
    made = {s.targets[0]: s.expr for s in body.stmts if isinstance(s, Let) and s.targets}
    uses = Counter(all_atoms(body))

    def is_zero(atom: Any) -> bool:
        if isinstance(atom, Const):
            return not isinstance(atom.value, str) and atom == Const(0.0)
        expr = made.get(atom)
        return _is_call(expr, "zeros_like", "zeros", "zeros_of") and uses[atom] == 1

    found = []
    for expr in made.values():
        if isinstance(expr, Apply) and _is_call(expr, "as_gradient"):
            gradient, x = expr.args
            if isinstance(x, Value) and x.name in wrt and is_zero(gradient):
                found.append(x.name)
    return tuple(found)


def _is_call(expr: Any, *names: str) -> bool:
    """Whether an expression calls one of these functions of NumPy or of the runtime."""
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref):
        return False
    return expr.fn.text.rpartition(".")[2] in names
