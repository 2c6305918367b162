"""Names the array that a call or an index gives before it is taken apart.

    a, b = np.exp(x)           t = np.exp(x)
                               a, b = t

A rule speaks of the whole result; the items have adjoints of their own.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from s2s.ir.nodes import Apply, Block, Function, Let, Ref, Stmt, Value
from s2s.ir.record import replace
from s2s.ir.walk import blocks_of, statements, with_blocks, with_stmts
from s2s.rules import book
from s2s.rules.ask import Nothing

# What these give may be a list, whose adjoint is the list of the adjoints of its items.
_LISTS: frozenset[Any] = frozenset({
    list, tuple, sorted, np.ndarray.tolist, np.split, np.array_split, np.vsplit,
    np.hsplit, np.dsplit, np.gradient, np.meshgrid, np.broadcast_arrays, np.atleast_1d,
    np.atleast_2d, np.atleast_3d, getattr(np, "unstack", None),
})  # fmt: skip


def whole(function: Function) -> Function:
    """The function in which only values are unpacked, and calls whose rule names the parts."""
    if not any(isinstance(s, Let) and _one_result(s) for s in statements(function.body)):
        return function
    return replace(function, body=_block(function.body))


def _block(block: Block) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        if isinstance(stmt, Let) and _one_result(stmt):
            result = Value("t")
            stmts.append(replace(stmt, targets=(result,), unpack=False))
            stmts.append(replace(stmt, expr=result))
        else:
            stmts.append(with_blocks(stmt, tuple(_block(b) for b in blocks_of(stmt))))
    return with_stmts(block, stmts)


def _one_result(stmt: Let) -> bool:
    """Whether a statement unpacks the result of a call whose rule names just one."""
    if not stmt.unpack or not isinstance(stmt.expr, Apply):
        return False
    if isinstance(stmt.expr.fn, Ref) and stmt.expr.fn.obj is operator.getitem:
        return True
    bound = book().lookup(stmt.expr, Nothing())
    if bound is None or bound.constant or bound.entry.obj in _LISTS:
        return False
    rule = bound.entry.signature()
    return rule is not None and len(rule.results) == 1
