"""Shares in the larger or the smaller of two numbers, without that number.

    y = maximum_1(x, 0.0)
    share = tie_share_1(x, 0.0, y)         share = larger_share_1(x, 0.0)

NumPy code compares the operands with the result, which is there; a loop that computes the result
for nothing else can do without.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from s2s.ir.nodes import Apply, Const, Expr, Function, Let, Ref, Stmt, Value
from s2s.ir.walk import blocks_of, statements, with_blocks, with_stmts
from s2s.runtime import loop_math, loop_slopes
from s2s.transform.numba.kinds import Kinds, runtime_name

_SHARES = {
    loop_math.minimum_1: loop_slopes.smaller_share_1, np.minimum: loop_slopes.smaller_share_1,
    loop_math.maximum_1: loop_slopes.larger_share_1, np.maximum: loop_slopes.larger_share_1,
}  # fmt: skip


def shares(function: Function, facts: Kinds) -> Function:
    """The function with shares by the operands alone, where these are known."""
    if not any(_is_share(s) for s in statements(function.body)):
        return function
    made: dict[Value, Expr] = {
        s.targets[0]: s.expr for s in statements(function.body)
        if isinstance(s, Let) and len(s.targets) == 1 and not s.unpack
    }  # fmt: skip

    def one(stmt: Stmt) -> Stmt:
        if isinstance(stmt, Let) and _is_share(stmt):
            assert isinstance(stmt.expr, Apply)
            a, b, y = stmt.expr.args
            share = _choice(made.get(y) if isinstance(y, Value) else None, a, b)
            number = facts.of(a).kind != "array" and facts.of(b).kind != "array"  # type: ignore[arg-type]
            if share is not None and number:
                return replace(stmt, expr=Apply(Ref(share.__name__, share), (a, b)))
        inner = tuple(with_stmts(b, [one(s) for s in b.stmts]) for b in blocks_of(stmt))
        return with_blocks(stmt, inner) if inner else stmt

    return replace(function, body=with_stmts(function.body, [one(s) for s in function.body.stmts]))


def _is_share(stmt: Stmt) -> bool:
    expr = stmt.expr if isinstance(stmt, Let) else None
    return isinstance(expr, Apply) and runtime_name(expr.fn) == "tie_share_1"


def _choice(expr: Expr | None, a: Any, b: Any) -> Any:
    """The function for the share of `a` in what an expression chooses from `a` and `b`."""
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref) or len(expr.args) != 2:
        return None
    own, given = [_plain(x) for x in expr.args], [_plain(a), _plain(b)]
    if own not in (given, given[::-1]):
        return None
    return next((share for fn, share in _SHARES.items() if fn is expr.fn.obj), None)


def _plain(a: Any) -> Any:
    """An atom, whole numbers as floats."""
    return Const(float(a.value)) if isinstance(a, Const) and type(a.value) is int else a
