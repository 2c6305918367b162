"""Drops copies of parts of adjoints that are used up before the original changes.

    t_bar = copy_of(u_bar[1:-1])          u_bar[2:] += c * u_bar[1:-1]
    u_bar[2:] += c * t_bar
"""

from __future__ import annotations

from s2s import runtime
from s2s.ir.effects import fresh, pure
from s2s.ir.nodes import Apply, Atom, Block, Let, Ref, Stmt, Value, Write
from s2s.ir.walk import all_atoms, blocks_of, map_stmt, own_atoms, with_blocks, with_stmts


def borrow(block: Block) -> Block:
    """The block without copies that nobody needs."""
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        inner = blocks_of(stmt)
        stmts.append(with_blocks(stmt, tuple(borrow(b) for b in inner)) if inner else stmt)
    table: dict[Value, Atom] = {}
    kept: list[Stmt] = []
    for k, stmt in enumerate(stmts):
        source = _copied(stmt)
        if source is not None and _short(stmt.targets[0], stmts[k + 1 :], block):  # type: ignore[union-attr]
            table[stmt.targets[0]] = source  # type: ignore[union-attr]
        else:
            kept.append(stmt)

    def swap(atom: Atom) -> Atom:
        while isinstance(atom, Value) and atom in table:
            atom = table[atom]
        return atom

    done = [map_stmt(s, swap, lambda b: b) for s in kept]
    return with_stmts(block, done, map(swap, block.outs))


def _copied(stmt: Stmt) -> Value | None:
    """What a statement makes a temporary copy of."""
    match stmt:
        case Let(targets=(target,), expr=Apply(fn=Ref(obj=obj), args=(Value() as source,))):
            if obj is runtime.copy_of and not target.user:
                return source
    return None


def _short(copy: Value, rest: list[Stmt], block: Block) -> bool:
    """Whether a copy is only read by arithmetic, before anything is written."""
    uses = sum(a is copy for a in all_atoms(block))
    calm = True
    for stmt in rest:
        here = sum(a is copy for a in own_atoms(stmt))
        if here:
            last_write = isinstance(stmt, Write) and stmt.value is copy and stmt.op is not None
            plain = isinstance(stmt, Let) and fresh(stmt.expr)
            if not calm or not (plain or last_write) or (last_write and here > 1):
                return False
            uses -= here
        if uses == 0:
            return True
        if not isinstance(stmt, Let) or not pure(stmt.expr):
            calm = False
    return False
