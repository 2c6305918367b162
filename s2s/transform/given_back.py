"""Functions that give back the array that they are given.

    x = np.asarray(x)                    (nothing: `x` is an array)
    y = np.asarray(x, dtype=float)       y = x, where `x` is of double precision
    z = np.atleast_1d(y)                 z = y, where `y` has axes
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from s2s.analysis.facts import Facts
from s2s.ir.nodes import Apply, Atom, Block, Function, Let, Ref, Star, Stmt, Value
from s2s.ir.walk import blocks_of, map_stmt, with_blocks

_AXES = {np.asarray: 0, np.asanyarray: 0, np.atleast_1d: 1, np.atleast_2d: 2, np.atleast_3d: 3}


def given_back(function: Function, facts: Facts) -> Function:
    """The function without calls that give back what they are given."""
    table: dict[Value, Atom] = {}

    def swap(atom: Atom) -> Atom:
        return table.get(atom, atom) if isinstance(atom, Value) else atom

    def block(old: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in old.stmts:
            stmt = map_stmt(stmt, swap, lambda b: b)
            same = _same(stmt, facts)
            if same is not None:
                assert isinstance(stmt, Let)
                table[stmt.targets[0]] = same
                continue
            inner = blocks_of(stmt)
            stmts.append(with_blocks(stmt, tuple(map(block, inner))) if inner else stmt)
        return replace(old, stmts=tuple(stmts), outs=tuple(swap(a) for a in old.outs))

    body = block(function.body)
    return replace(function, body=body) if table else function


def _same(stmt: Stmt, facts: Facts) -> Value | None:
    """The array that a statement only gives another name."""
    if not isinstance(stmt, Let) or stmt.unpack or len(stmt.targets) != 1:
        return None
    expr = stmt.expr
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref) or not expr.args:
        return None
    axes = next((n for fn, n in _AXES.items() if expr.fn.obj is fn), None)
    x = expr.args[0]
    if axes is None or not isinstance(x, Value) or facts.of(x).kind != "array":
        return None
    rank = facts.ndim(x)
    if axes and (rank is None or rank < axes or len(expr.args) > 1):
        return None
    return x if _keeps_dtype(expr, x, facts) else None


def _keeps_dtype(expr: Apply, x: Value, facts: Facts) -> bool:
    """Whether the dtype that is asked for, if one is, is that of the array."""
    asked = [*expr.args[1:], *(a for k, a in expr.kwargs if k == "dtype")]
    if len(expr.kwargs) + len(expr.args) - 1 != len(asked) or len(asked) > 1:
        return False
    if not asked:
        return True
    if isinstance(asked[0], Star):
        return False
    known, dtype = facts.constant(asked[0])
    if not known or facts.dtype(x) is None:
        return False
    if dtype is None:
        return True
    try:
        return bool(np.dtype(dtype) == facts.dtype(x))
    except TypeError:
        return False
