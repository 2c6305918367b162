"""Arrays that are unpacked and written into are taken apart by position.

    u, v = state               u = state[0]
    u += 0.1 * v               v = state[1]
                               u += 0.1 * v

Of the names on the left of an unpacking nothing else says that they are views of one array, or
items of one list. Tuples stay: what is in them does not change.
"""

from __future__ import annotations

import operator

from s2s.analysis.facts import Facts
from s2s.analysis.sharing import Sharing, shares
from s2s.ir import mutators, prims
from s2s.ir.build import Builder
from s2s.ir.effects import in_place
from s2s.ir.nodes import Apply, Block, Const, Function, Let, Ref, Stmt, Value, Write
from s2s.ir.record import replace
from s2s.ir.walk import blocks_of, statements, with_blocks, with_stmts


def by_position(function: Function, facts: Facts) -> Function:
    """The function with items in the place of unpackings, where what is unpacked is written."""
    every = list(statements(function.body))
    if not any(isinstance(s, Let) and s.unpack for s in every):
        return function
    written = [a for s in every for a in _written(s)]
    if not written:
        return function
    sharing = Sharing(function, facts)
    classes = {sharing.find(v) for v in written}

    def rewritten(stmt: Stmt) -> list[Stmt]:
        if not isinstance(stmt, Let):
            return [with_blocks(stmt, tuple(block(b) for b in blocks_of(stmt)))]
        touched = any(shares(t, facts) and sharing.find(t) in classes for t in stmt.targets)
        return _items(stmt, facts) if stmt.unpack and touched else [stmt]

    def block(b: Block) -> Block:
        return with_stmts(b, [s for stmt in b.stmts for s in rewritten(stmt)])

    return replace(function, body=block(function.body))


def _written(stmt: Stmt) -> list[Value]:
    """What a statement writes into, by the name that it uses."""
    found: list[object] = []
    if isinstance(stmt, Write):
        found = [stmt.target]
    elif isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
        expr = stmt.expr
        if in_place(expr):
            found = list(expr.args[:1])
        found += [*mutators.changed(expr), *(a for k, a in expr.kwargs if k == "out")]
    return [a for a in found if isinstance(a, Value)]


def _items(stmt: Let, facts: Facts) -> list[Stmt]:
    """The statements for one unpacking; itself where it is of neither an array nor a list."""
    build = Builder(stmt.origin, facts)
    whole = stmt.expr
    if isinstance(whole, Apply):
        if isinstance(whole.fn, Ref) and whole.fn.obj is prims.unpack_star:
            return [stmt]
        fact = facts.expression(whole)
        if fact.kind != "array" or not fact.dims:
            return [stmt]
        whole = build.let(whole, "parts")
    if not isinstance(whole, Value):
        return [stmt]
    fact = facts.of(whole)
    several = fact.kind == "array" and fact.dims or fact.kind == "list"
    if not several:
        return [stmt]
    for k, target in enumerate(stmt.targets):
        read = Apply(Ref("getitem", operator.getitem), (whole, Const(k)))
        build.emit(Let((target,), read, stmt.origin))
        facts.learn(target, read)
    return build.stmts
