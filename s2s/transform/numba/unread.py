"""Writes that nothing reads any more go, and with them what was saved for them.

    c[i] = c_old_saved.pop()               ...
    c_bar[i] *= beta                       c_bar[i] *= beta

The NumPy text puts old contents back for reads that come before; in loops the old number itself
is at hand.  What counts is the last statement of the function that reads the memory: compound
statements count as a whole.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from s2s.ir.nodes import Apply, Block, Const, For, Function, If, Let, Pop, Push, Stmt, Value, Write
from s2s.ir.walk import all_atoms, atoms_of, blocks_of, own_atoms, statements, with_blocks
from s2s.runtime import loops
from s2s.transform.numba.kinds import Kinds
from s2s.transform.numba.memory import Memory


def without_unread(function: Function, facts: Kinds) -> Function:
    """The function without writes into arrays that nothing reads after them."""
    memory = Memory(function, facts)
    last: dict[Any, int] = {}
    for k, stmt in enumerate(function.body.stmts):
        for part in (stmt, *(s for b in blocks_of(stmt) for s in statements(b))):
            for root in _reads(part, memory, facts):
                last[root] = k
    kept = {memory.find(a) for a in function.body.outs}
    for stmt in function.body.stmts:
        if isinstance(stmt, Let) and memory.returned & set(stmt.targets):
            kept |= {memory.find(a) for a in own_atoms(stmt)}
    kept |= {memory.find(p.value) for p in function.params}
    kept.add(memory._root(memory.outside))
    stmts = tuple(
        _without(stmt, {root for root, n in last.items() if n >= k} | kept, memory)
        for k, stmt in enumerate(function.body.stmts)
    )
    body = replace(function.body, stmts=tuple(s for s in stmts if s is not None))
    return replace(function, body=_without_checks(body))


def _reads(stmt: Stmt, memory: Memory, facts: Kinds) -> Iterator[Any]:
    """The classes of memory whose contents a statement looks at or hands on."""
    if isinstance(stmt, Write) and stmt.kind == "item":
        yield from (memory.find(a) for a in (stmt.key, stmt.value, *stmt.args))
    elif isinstance(stmt, Push | Pop):
        return
    elif isinstance(stmt, For | If):
        if not isinstance(stmt, For) or stmt.iter.kind not in ("range", "prange"):
            yield from map(memory.find, own_atoms(stmt))
        yield from (memory.find(a) for b in blocks_of(stmt) for a in b.outs)
    elif isinstance(stmt, Let) and _only_looks(stmt, facts):
        assert isinstance(stmt.expr, Apply)
        yield from map(memory.find, stmt.expr.args[1:])
    else:
        yield from map(memory.find, own_atoms(stmt))
        yield from (memory.find(a) for b in blocks_of(stmt) for a in b.outs)


def _only_looks(stmt: Let, facts: Kinds) -> bool:
    """Whether a statement takes a part of an array without its contents, or asks for a shape."""
    expr = stmt.expr
    obj = getattr(getattr(expr, "fn", None), "obj", None)
    if not isinstance(expr, Apply) or len(expr.args) != 2 or len(stmt.targets) != 1:
        return False
    if obj is getattr:
        return expr.args[1] in (Const("shape"), Const("size"), Const("T"))
    whole = facts.of(expr.args[0]).kind == "array"  # type: ignore[arg-type]
    index = facts.of(expr.args[1])  # type: ignore[arg-type]
    parts = index.items if index.kind == "tuple" else (index,)
    plain = parts is not None and all(p.kind in ("int", "slice", "none") for p in parts)
    return (
        obj is operator.getitem and whole and plain
        and facts.of(stmt.targets[0]).kind == "array"
    )  # fmt: skip


def _without(stmt: Stmt, read: set[Any], memory: Memory) -> Stmt | None:
    """A statement without writes into memory that is not read later."""
    if isinstance(stmt, Write) and stmt.kind == "item":
        root = memory.find(stmt.target)
        return stmt if root is None or root in read else None
    inner = blocks_of(stmt)
    if not inner:
        return stmt
    blocks = []
    for block in inner:
        done = (_without(s, read, memory) for s in block.stmts)
        blocks.append(replace(block, stmts=tuple(s for s in done if s is not None)))
    return with_blocks(stmt, tuple(blocks))


def _without_checks(body: Block) -> Block:
    """Without comparing sizes of what was saved and is used for nothing else."""
    uses = Counter(a for a in all_atoms(body) if isinstance(a, Value))
    checks: Counter[Value] = Counter()
    made = {s.targets[0]: s.expr for s in statements(body)
            if isinstance(s, Let) and len(s.targets) == 1}  # fmt: skip
    for stmt in statements(body):
        if _is_check(stmt):
            checks.update(a for a in own_atoms(stmt) if isinstance(a, Value))
    idle = {v for v, n in uses.items() if checks[v] == n}
    for _ in range(2):  # a size, and the shape that it is of
        reads: Counter[Value] = Counter()
        for value in idle:
            if value in made:
                reads.update(a for a in atoms_of(made[value]) if isinstance(a, Value))
        idle |= {v for v, n in reads.items() if n == uses[v]}
    popped = {s.target for s in statements(body) if isinstance(s, Pop)} & idle
    if not popped:
        return body
    gone = {v for v in idle if _comes_from(v, popped, made)}

    def run(block: Block) -> Block:
        stmts = (s for s in block.stmts if not (_is_check(s) and gone & set(own_atoms(s))))
        return replace(block, stmts=tuple(
            with_blocks(s, tuple(map(run, blocks_of(s)))) if blocks_of(s) else s for s in stmts
        ))  # fmt: skip

    return run(body)


def _is_check(stmt: Stmt) -> bool:
    expr = stmt.expr if isinstance(stmt, Let) else None
    return getattr(getattr(expr, "fn", None), "obj", None) is loops.agree


def _comes_from(value: Value, popped: set[Value], made: dict[Value, Any]) -> bool:
    """Whether a size is that of something in a set."""
    for _ in range(3):
        if value in popped:
            return True
        args = getattr(made.get(value), "args", ())
        if not args or not isinstance(args[0], Value):
            return False
        value = args[0]
    return False
