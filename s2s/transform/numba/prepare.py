"""Updates in place made ready for loops.

    t = x * y                              t = x * y
    t += z                                 t = t + z           (only here, so nobody can tell)
    u[1:] += u[:-1]                        old = u[:-1].copy()
                                           u[1:] += old        (a loop would read what it wrote)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from s2s.analysis import callables as table
from s2s.analysis.fact import NUMBER_KINDS
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.effects import augmented
from s2s.ir.nodes import Apply, Block, Const, Expr, Function, Let, Method, Ref, Stmt, Value, Write
from s2s.ir.walk import all_atoms, blocks_of, statements, with_blocks
from s2s.transform.numba.kinds import Kinds, runtime_name, same_dtype
from s2s.transform.numba.legal import NotNative
from s2s.transform.numba.memory import Memory

# Helpers that add to items of their first argument, what is in their last.
SUMS = frozenset("add_each add_rows add_each_pair add_pairs add_where add_masked".split())


def prepare(function: Function, facts: Kinds) -> Function:
    """The function with updates that may be compiled as loops."""
    uses = Counter(a for a in all_atoms(function.body) if isinstance(a, Value))
    made: dict[Value, Expr] = {
        s.targets[0]: s.expr for s in statements(function.body)
        if isinstance(s, Let) and len(s.targets) == 1 and not s.unpack
    }  # fmt: skip
    aliases = Memory(function, facts)

    def run(block: Block) -> Block:
        build = Builder(None, facts)
        local: set[Value] = set()
        for stmt in block.stmts:
            if blocks_of(stmt):
                stmt = with_blocks(stmt, tuple(run(b) for b in blocks_of(stmt)))
            stmt = _out_of_place(stmt, local, made, uses, facts)
            _emit(stmt, aliases, facts, build)
            if isinstance(stmt, Let):
                local |= set(stmt.targets)
        return replace(block, stmts=tuple(build.stmts))

    return replace(function, body=run(function.body))


def _out_of_place(
    stmt: Stmt, local: set[Value], made: Mapping[Value, Expr], uses: Counter[Value], facts: Kinds
) -> Stmt:
    """`x + y` for `x += y` where `x` was computed for nothing else."""
    if not isinstance(stmt, Let) or augmented(stmt.expr) is None:
        return stmt
    assert isinstance(stmt.expr, Apply) and isinstance(stmt.expr.fn, Ref)
    x = stmt.expr.args[0]
    if not isinstance(x, Value) or x not in local or uses[x] != 1:
        return stmt
    expr = made.get(x)
    obj: Any = getattr(getattr(expr, "fn", None), "obj", None)
    if not table.hashable(obj) or not table.is_elementwise(obj):
        return stmt
    a, b = facts.of(x), facts.of(stmt.expr.args[1])  # type: ignore[arg-type]
    new = facts.of(stmt.targets[0]).dtype
    if not same_dtype(a.dtype, new) or not same_dtype(a.dtype, b.dtype):
        return stmt
    plain = table.OUT_OF_PLACE[stmt.expr.fn.obj]
    return replace(stmt, expr=Apply(Ref(plain.__name__, plain), stmt.expr.args))


def _emit(stmt: Stmt, aliases: Memory, facts: Kinds, build: Builder) -> None:
    """The statement; what it adds is copied first where it may share memory with the target."""
    match stmt:
        case Let(expr=Apply(args=(target, value)) as expr) if augmented(expr) is not None:
            value = _apart(target, value, stmt, aliases, facts, build)
            stmt = replace(stmt, expr=replace(expr, args=(target, value)))
        case Let(targets=(), expr=Apply(args=(target, *index, value)) as expr) if (
            runtime_name(expr.fn) in SUMS
        ):
            value = _apart(target, value, stmt, aliases, facts, build)
            stmt = replace(stmt, expr=replace(expr, args=(target, *index, value)))
        case Write(kind="item", target=target, value=value):
            value, stmt = _masked(stmt, facts, build)
            value = _apart(target, value, stmt, aliases, facts, build)
            stmt = replace(stmt, value=value)
    build.emit(stmt)


def _masked(stmt: Any, facts: Kinds, build: Builder) -> tuple[Any, Any]:
    """`x[mask] = v` for a number: `x[...] = np.where(mask, v, x)`."""
    x, key, value = stmt.target, stmt.key, stmt.value
    mask, fact = facts.of(key), facts.of(x)
    if mask.kind != "array" or mask.dtype is None or mask.dtype.kind != "b":
        return value, stmt
    number = facts.of(value).kind in NUMBER_KINDS or facts.of(value).dims == ()
    if not number or len(mask.dims or ()) != len(fact.dims or ()):
        if len(mask.dims or ()) > 1:
            raise NotNative("a write of an array under a mask of several axes", stmt.origin)
        return value, stmt
    if stmt.op is not None:
        value = build.call(prims.BINARY[stmt.op], x, value, name="t")
    chosen = build.call(np.where, key, value, x, name="t")
    every = build.call(slice, Const(None), name="every")
    return chosen, replace(stmt, key=every, value=chosen, op=None)


def _apart(
    target: Any, value: Any, stmt: Any, aliases: Memory, facts: Kinds, build: Builder
) -> Any:
    """The value, or a copy of it."""
    if not isinstance(value, Value) or not isinstance(target, Value):
        return value
    fact = facts.of(value)
    if fact.kind in NUMBER_KINDS or aliases.find(value) is not aliases.find(target):
        return value
    if fact.kind != "array":
        if fact.kind == "any" and fact.dims == ():
            return value
        raise NotNative("a write of something that may share memory with its target", stmt.origin)
    build.origin = stmt.origin
    return build.call(Method("copy"), value, name=value.name)
