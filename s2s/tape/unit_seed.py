"""The gradient of a number starts with 1: multiplications by it go.

    def f_grad(w, f_bar=1.0):            def f_grad(w):
        t = np.tanh(w)                       t = np.tanh(w)
        return f_bar * (1 - t * t)           return 1 - t * t

A product is left out only where the other factor is a fresh value that nothing else reads.
"""

from __future__ import annotations

import operator
from collections import Counter
from dataclasses import replace
from typing import Any

from s2s.ir.nodes import Apply, Atom, Const, Let, Ref, Stmt, Value
from s2s.ir.walk import all_atoms, map_stmt, substitute
from s2s.transform.pipeline import Program

_FRESH = (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.neg)


def with_unit_seed(program: Program) -> Program:
    """A gradient program whose entry has its seed as last parameter, for the seed 1."""
    *others, entry = program.functions
    seed = entry.params[-1]
    if seed.default != Const(1.0):
        return program
    body = substitute(entry.body, {seed.value: Const(1.0)})
    uses = Counter(a for a in all_atoms(body) if isinstance(a, Value))
    table: dict[Value, Atom] = {}
    fresh: dict[Value, Any] = {}

    def swap(atom: Any) -> Any:
        while isinstance(atom, Value) and atom in table:
            atom = table[atom]
        return atom

    stmts: list[Stmt] = []
    for stmt in body.stmts:
        stmt = map_stmt(stmt, swap)
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and len(stmt.targets) == 1:
            target, expr = stmt.targets[0], stmt.expr
            other = _other(expr)
            if isinstance(other, Const) and not stmt.unpack:
                table[target] = other
                continue
            if isinstance(other, Value) and other in fresh and uses[other] == 1:
                table[target] = other
                uses[other] = uses[target]
                continue
            if isinstance(expr.fn, Ref) and expr.fn.obj in _FRESH:
                fresh[target] = expr
        stmts.append(stmt)
    outs = tuple(swap(a) for a in body.outs)
    made = replace(
        entry, params=entry.params[:-1], body=replace(body, stmts=tuple(stmts), outs=outs)
    )
    return replace(program, functions=(*others, made))


def _other(expr: Apply) -> Any:
    """The other factor of a product with 1."""
    if not isinstance(expr.fn, Ref) or expr.fn.obj is not operator.mul:
        return None
    a, b = expr.args
    one = Const(1.0)
    return b if a == one else a if b == one else None
