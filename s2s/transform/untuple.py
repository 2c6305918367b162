"""Tuples that are built only to be taken apart become their items.

    t = (a, b)                 x = a
    x, y = t                   y = b

Inlined functions that return several values leave such tuples behind.
"""

from __future__ import annotations

import operator
from dataclasses import replace

from s2s.ir import prims
from s2s.ir.effects import pure
from s2s.ir.nodes import Apply, Atom, Block, Const, Function, Let, Ref, Star, Stmt, Value
from s2s.ir.sweep import sweep_block
from s2s.ir.walk import blocks_of, statements, with_blocks, with_stmts


def untuple(function: Function, named: bool = False) -> Function:
    """The function without temporary tuples that are taken apart, or `named` ones too."""
    built = {
        s.targets[0]: s.expr.args for s in statements(function.body)
        if isinstance(s, Let) and len(s.targets) == 1 and (named or not s.targets[0].user)
        and not s.unpack and isinstance(s.expr, Apply) and isinstance(s.expr.fn, Ref)
        and s.expr.fn.obj is prims.build_tuple
        and not any(isinstance(a, Star) for a in s.expr.args)
    }  # fmt: skip
    if not built:
        return function
    for s in statements(function.body) if named else ():
        if isinstance(s, Let) and not s.unpack and isinstance(s.expr, Value) and s.expr in built:
            built[s.targets[0]] = built[s.expr]
    if not any(_apart(s, built) != [s] for s in statements(function.body)):
        return function
    body = _block(function.body, built)
    function = replace(function, body=sweep_block(body, _named_tuples if named else _tuples))
    return untuple(function, named) if named else function  # tuples inside tuples


def _tuples(expr: object) -> bool:
    """Only the tuples themselves may go."""
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref):
        return False
    return expr.fn.obj is prims.build_tuple and pure(expr)


def _named_tuples(expr: object) -> bool:
    """The tuples, and their names."""
    return isinstance(expr, Value) or _tuples(expr)


def _block(block: Block, built: dict[Value, tuple[Atom | Star, ...]]) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        inner = blocks_of(stmt)
        if inner:
            stmts.append(with_blocks(stmt, tuple(_block(b, built) for b in inner)))
        else:
            stmts += _apart(stmt, built)
    same = len(stmts) == len(block.stmts) and all(map(operator.is_, stmts, block.stmts))
    return block if same else with_stmts(block, stmts)


def _apart(stmt: Stmt, built: dict[Value, tuple[Atom | Star, ...]]) -> list[Stmt]:
    """Assignments of the items."""
    match stmt:
        case Let(targets=targets, expr=Value() as whole, unpack=True) if whole in built:
            items = built[whole]
            if len(items) == len(targets):
                pairs = zip(targets, items, strict=True)
                return [Let((t,), item, stmt.origin) for t, item in pairs]  # type: ignore[arg-type]
        case Let(
            targets=(target,),
            expr=Apply(fn=Ref(obj=operator.getitem), args=(Value() as whole, Const(int() as k))),
        ) if whole in built and -len(built[whole]) <= k < len(built[whole]):
            return [Let((target,), built[whole][k], stmt.origin)]  # type: ignore[arg-type]
    return [stmt]
