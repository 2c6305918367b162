"""A list in arithmetic with an array is an array.

    x + [a, 1.0]               items = np.array([a, 1.0])
                               x + items

Two lists are joined and a list is repeated by some operators: only where the other operand is
known to be an array does the list stand for one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import TypeGuard

import numpy as np

from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.nodes import Apply, Block, Function, Let, Ref, Stmt, Value
from s2s.ir.walk import blocks_of, statements, with_blocks, with_expr, with_stmts

_DISPLAYS = (Ref("list", prims.build_list), Ref("tuple", prims.build_tuple))
JOINING = (operator.add, operator.mul, operator.iadd, operator.imul)
_ROUNDS = 8  # `x + [...] - [...]`: of the difference it shows when the sum is of arrays
_ARITHMETIC = (
    *JOINING, operator.sub, operator.truediv, operator.mod, operator.pow, operator.floordiv,
    operator.isub, operator.itruediv, operator.imod, operator.ipow, operator.ifloordiv,
)  # fmt: skip


def lists_as_arrays(function: Function, learn: Callable[[Function], Facts]) -> Function:
    """The function in which lists are arrays where arithmetic with arrays makes them so."""
    lists = {
        v for s in statements(function.body) if isinstance(s, Let) and isinstance(s.expr, Apply)
        for v in s.targets if s.expr.fn in _DISPLAYS
    }  # fmt: skip
    if not any(_joins(s) and lists & set(s.expr.args) for s in statements(function.body)):  # type: ignore[union-attr]
        return function
    for _ in range(_ROUNDS):
        before, function = function, replace(function, body=_block(function.body, learn(function)))
        if sum(1 for _ in statements(function.body)) == sum(1 for _ in statements(before.body)):
            break
    return function


def _block(block: Block, facts: Facts) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        if not _joins(stmt):
            stmts.append(with_blocks(stmt, tuple(_block(b, facts) for b in blocks_of(stmt))))
            continue
        expr = stmt.expr
        assert isinstance(expr, Apply)
        kinds = [facts.of(a).kind for a in expr.args]  # type: ignore[arg-type]
        args = list(expr.args)
        for k, kind in enumerate(kinds):
            if kind in ("list", "tuple") and kinds[1 - k] == "array":
                array = Value("items")
                make = Apply(Ref("np.array", np.array), (args[k],))
                stmts.append(Let((array,), make, stmt.origin))
                args[k] = array
        stmts.append(with_expr(stmt, replace(expr, args=tuple(args))))
    return with_stmts(block, stmts)


def _joins(stmt: Stmt) -> TypeGuard[Let]:
    """Whether a statement is one of these operators on two values."""
    if not isinstance(stmt, Let) or not isinstance(stmt.expr, Apply):
        return False
    fn, args = stmt.expr.fn, stmt.expr.args
    both = all(isinstance(a, Value) for a in args) and len(args) == 2
    return both and isinstance(fn, Ref) and any(fn.obj is f for f in _ARITHMETIC)
