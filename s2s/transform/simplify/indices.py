"""Writes constant slices where they are used.

    index = slice(1, None)                t = x[1:]
    t = x[index]                          ...
    ...                                   add_at(x_bar, slice(1, None), t_bar)
    add_at(x_bar, index, t_bar)

>>> import numpy as np, s2s
>>> def f(x):
...     return np.sum(x[1:] * x[1:])
>>> args = (np.ones(3),)
>>> derivative = s2s.grad(f, tuple(range(len(args))))
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[2])
    # return np.sum(x[1:] * x[1:])
    x_bar = np.zeros_like(x)
    x_bar[1:] += t * f_bar
    x_bar[1:] += f_bar * t2
    return (x_bar,)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.effects import lookup
from s2s.ir.nodes import Apply, Block, Const, Function, Let, Ref, Stmt, Value
from s2s.ir.walk import atoms_of, map_expr, map_stmt

_DISPLAYS = {slice: True, prims.build_tuple: True}


def indices(function: Function, facts: Facts) -> Function:
    """The function with an index of its own for each subscript."""
    fixed: dict[Value, Apply] = {}

    def constant(expr: Any) -> bool:
        """Whether an expression is a slice of literals, or a tuple of such."""
        return (
            isinstance(expr, Apply) and isinstance(expr.fn, Ref) and not expr.kwargs
            and bool(lookup(_DISPLAYS, expr.fn.obj))
            and all(isinstance(a, Const) or a in fixed for a in expr.args)
        )  # fmt: skip

    def again(atom: Any, out: list[Stmt]) -> Any:
        expr = fixed.get(atom) if isinstance(atom, Value) else None
        if expr is None:
            return atom
        new = Value(atom.name)
        facts.give(new, facts.of(atom))
        out.append(Let((new,), map_expr(expr, lambda a: again(a, out))))
        return new

    def run(block: Block) -> Block:
        out: list[Stmt] = []
        for stmt in block.stmts:
            if isinstance(stmt, Let) and len(stmt.targets) == 1 and not stmt.unpack:
                if not stmt.targets[0].user and constant(stmt.expr):
                    assert isinstance(stmt.expr, Apply)
                    fixed[stmt.targets[0]] = stmt.expr
                    out.append(stmt)
                    continue
            if isinstance(stmt, Let) and any(a in fixed for a in atoms_of(stmt.expr)):
                expr = map_expr(stmt.expr, lambda a: again(a, out))
                stmt = replace(stmt, expr=expr)
            out.append(map_stmt(stmt, lambda a: a, run))
        return replace(block, stmts=tuple(out))

    body = run(function.body)
    return replace(function, body=body) if fixed else function
