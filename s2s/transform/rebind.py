"""Elementwise functions that work in the memory of an array of their own become values.

    out = x - np.max(x)                   out = x - np.max(x)
    np.exp(out, out=out)                  out = np.exp(out)

Where the array was made in the same block and only arithmetic has read it since, nobody can tell
the difference, and there is no written memory to keep account of.
"""

from __future__ import annotations

from typing import Any

from s2s.analysis.facts import Facts
from s2s.ir.effects import fresh
from s2s.ir.nodes import Apply, Atom, Block, Function, Let, Ref, Star, Stmt, Value
from s2s.ir.outputs import is_ufunc
from s2s.ir.record import replace
from s2s.ir.walk import atoms_of, blocks_of, map_stmt, with_blocks, with_stmts


def rebind(function: Function, facts: Facts) -> Function:
    """The function with new values for arrays of its own that are overwritten."""
    body = _block(function.body, facts, {})
    return function if body is function.body else replace(function, body=body)


def _block(block: Block, facts: Facts, table: dict[Value, Atom]) -> Block:
    table = dict(table)

    def swap(atom: Atom) -> Atom:
        while isinstance(atom, Value) and atom in table:
            atom = table[atom]
        return atom

    alone: set[Value] = set()  # made here, and read by arithmetic only
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        stmt = map_stmt(stmt, swap, lambda b: b)
        if blocks_of(stmt):
            inner = tuple(_block(b, facts, table) for b in blocks_of(stmt))
            if any(a is not b for a, b in zip(inner, blocks_of(stmt), strict=True)):
                stmt = with_blocks(stmt, inner)
            alone.clear()
        elif isinstance(stmt, Let):
            found = _call(stmt, alone, facts)
            if found is not None:
                call, old = found
                new = Value(old.name, old.user)
                facts.learn(new, call)
                if _alike(new, old, facts):
                    table[old] = new
                    table.update(dict.fromkeys(stmt.targets, new))
                    stmt = replace(stmt, targets=(new,), expr=call)
            if not fresh(stmt.expr):
                alone -= {a for a in atoms_of(stmt.expr) if isinstance(a, Value)}
            elif len(stmt.targets) == 1 and not stmt.unpack:
                alone.add(stmt.targets[0])
        else:
            alone.clear()
        stmts.append(stmt)
    if not table:
        return block
    return with_stmts(block, stmts, map(swap, block.outs))


def _call(stmt: Let, alone: set[Value], facts: Facts) -> tuple[Apply, Value] | None:
    """An elementwise call without its `out`, and the array that it overwrites."""
    expr = stmt.expr
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref) or not is_ufunc(expr.fn.obj):
        return None
    if len(expr.kwargs) != 1 or expr.kwargs[0][0] != "out" or stmt.unpack:
        return None
    obj: Any = expr.fn.obj
    if obj.nout != 1 or obj.signature is not None or len(expr.args) != obj.nin:
        return None
    old = expr.kwargs[0][1]
    if old not in alone or not facts.is_array(old) or any(isinstance(a, Star) for a in expr.args):
        return None
    assert isinstance(old, Value)
    return Apply(expr.fn, expr.args), old


def _alike(new: Value, old: Value, facts: Facts) -> bool:
    """Whether the new array is like the one that it would have been written into."""
    dtype = facts.dtype(new)
    return bool(
        facts.is_array(new) and dtype is not None and dtype == facts.dtype(old)
        and facts.same_shape(new, old)
    )  # fmt: skip
