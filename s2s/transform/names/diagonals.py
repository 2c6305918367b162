"""The diagonal that `np.einsum` shows, as every n-th entry of the array in one row.

    d = np.einsum("ii->i", a)      d = a.reshape(-1)[:: len(a) + 1]
    d += 1                         d += 1

The adjoint of such a view is the same view.  Where the array is not in one piece, the derivative
raises: what `reshape` gives then is a copy.
"""

from __future__ import annotations

import operator
from dataclasses import replace

import numpy as np

from s2s.analysis.facts import Facts
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Block, Const, Function, Let, Method, Ref, Stmt, Value
from s2s.ir.walk import blocks_of, with_blocks


def with_diagonals(function: Function, facts: Facts) -> Function:
    """The function with the diagonals of square matrices as slices."""
    return replace(function, body=_block(function.body, facts))


def _block(block: Block, facts: Facts) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        match stmt:
            case Let(targets=(_,), expr=Apply(fn=Ref(obj=obj), args=(text, Value() as a))) if (
                obj is np.einsum and _is_diagonal(text) and facts.ndim(a) == 2
            ):
                build = Builder(stmt.origin, facts)
                row = build.call(Method("reshape"), a, Const(-1), name="row")
                count = build.call(Ref("len", len), a, name="count")
                step = build.call(operator.add, count, Const(1), name="step")
                places = build.call(Ref("slice", slice), Const(None), Const(None), step)
                stmts += build.stmts
                again = Apply(Ref("getitem", operator.getitem), (row, places))
                stmts.append(replace(stmt, expr=again))
                continue
        inner = tuple(_block(b, facts) for b in blocks_of(stmt))
        stmts.append(with_blocks(stmt, inner) if inner else stmt)
    return replace(block, stmts=tuple(stmts))


def _is_diagonal(text: object) -> bool:
    """Whether subscripts take the diagonal of a matrix: "ii->i"."""
    if not isinstance(text, Const) or not isinstance(text.value, str):
        return False
    before, _, after = text.value.replace(" ", "").partition("->")
    return len(before) == 2 and before == after * 2 and after.isalpha()
