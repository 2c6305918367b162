"""Values that some path through a program leaves unbound.

    if c:                      a pair hands `t` from its forward to its backward half in a
        t = np.sin(x)          tuple, where an unbound name would be an error:
                               the other path binds None, which nothing reads
"""

from __future__ import annotations

from s2s.ir.nodes import (
    Atom,
    Block,
    Const,
    For,
    If,
    Stmt,
    Undef,
    Value,
    While,
    With,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.walk import blocks_of, statements, with_blocks


def bind_always(block: Block, values: set[Value]) -> Block:
    """The block with None for what `values` would be on paths that leave them unbound."""
    wanted = set(values)
    while True:  # what a join takes from another join that may be unbound
        count = len(wanted)
        for stmt in statements(block):
            for result, sources in joins(stmt):
                if result in wanted:
                    wanted.update(s for s in sources if isinstance(s, Value))
        if len(wanted) == count:
            break

    def fill(result: Value, atom: Atom) -> Atom:
        return Const(None) if isinstance(atom, Undef) and result in wanted else atom

    def outs(block: Block, results: tuple[Value, ...]) -> Block:
        pairs = zip(results, block.outs, strict=True)
        return replace(block, outs=tuple(fill(r, a) for r, a in pairs))

    def run(block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmt = with_blocks(stmt, tuple(run(b) for b in blocks_of(stmt)))
            match stmt:
                case If():
                    then, orelse = outs(stmt.then, stmt.results), outs(stmt.orelse, stmt.results)
                    stmt = replace(stmt, then=then, orelse=orelse)
                case With():
                    stmt = replace(stmt, body=outs(stmt.body, stmt.results))
                case For() | While():
                    pairs = zip(stmt.params, stmt.inits, strict=True)
                    inits = tuple(fill(p, a) for p, a in pairs)
                    stmt = replace(stmt, inits=inits, body=outs(stmt.body, stmt.params))
            stmts.append(stmt)
        return replace(block, stmts=tuple(stmts))

    return run(block) if wanted else block


def joins(stmt: Stmt) -> list[tuple[Value, tuple[Atom, ...]]]:
    """The values that a statement joins, with what each may be."""
    match stmt:
        case If():
            rows = zip(stmt.results, stmt.then.outs, stmt.orelse.outs, strict=True)
            return [(r, (a, b)) for r, a, b in rows]
        case With():
            return [(r, (a,)) for r, a in zip(stmt.results, stmt.body.outs, strict=True)]
        case For() | While():
            found: list[tuple[Value, tuple[Atom, ...]]] = []
            rows4 = zip(stmt.params, stmt.results, stmt.inits, stmt.body.outs, strict=True)
            for p, r, init, out in rows4:
                found += [(p, (init, out)), (r, (p, init, out))]
            return found
    return []


def partial_values(block: Block) -> set[Value]:
    """The values that some path leaves unbound."""
    found: set[Value] = set()
    while True:
        count = len(found)
        for stmt in statements(block):
            for result, sources in joins(stmt):
                if any(isinstance(a, Undef) or a in found for a in sources):
                    found.add(result)
        if len(found) == count:
            return found
