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
    x_bar = np.zeros(x.shape)
    x_bar[1:] = x[1:] * f_bar
    x_bar[1:] += f_bar * x[1:]
    return (x_bar,)
"""

from __future__ import annotations

from dataclasses import replace

from s2s.analysis.facts import Facts
from s2s.ir.nodes import Apply, Block, Const, Function, Let, Stmt, Value
from s2s.ir.walk import atoms_of, map_expr, map_stmt, with_expr, with_stmts
from s2s.transform.slices import index_made, remade


def indices(function: Function, facts: Facts) -> Function:
    """The function with an index of its own for each subscript."""
    fixed: dict[Value, Apply] = {}  # slices of literals, and tuples of such

    def run(block: Block) -> Block:
        out: list[Stmt] = []

        def let(expr: Apply, like: Value) -> Value:
            new = Value(like.name)
            facts.give(new, facts.of(like))
            out.append(Let((new,), expr))
            return new

        for stmt in block.stmts:
            made = index_made(stmt)
            if made is not None and all(isinstance(a, Const) or a in fixed for a in made[1].args):
                fixed[made[0]] = made[1]
                out.append(stmt)
                continue
            if isinstance(stmt, Let) and any(a in fixed for a in atoms_of(stmt.expr)):
                stmt = with_expr(stmt, map_expr(stmt.expr, lambda a: remade(a, fixed, let)))
            out.append(map_stmt(stmt, lambda a: a, run))
        return with_stmts(block, out)

    body = run(function.body)
    return replace(function, body=body) if fixed else function
