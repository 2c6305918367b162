"""Puts the saves into the forward sweep.

    for x in xs:               h_saved = []
        h = f(x, h)            for x in xs:
                                   h_saved.append(h)
                                   h = f(x, h)
"""

from __future__ import annotations

from dataclasses import replace

from s2s.ir import prims
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    If,
    Let,
    Push,
    Ref,
    Stmt,
    Undef,
    Value,
    While,
    With,
)  # fmt: skip
from s2s.ir.sweep import leaves
from s2s.ir.walk import blocks_of, defs_of, inner_defs, with_blocks


def instrument(
    block: Block, saved: dict[Value, Value], yielded: dict[Value, Value], absent: Atom
) -> Block:
    """The forward sweep with its saves.

    `saved` are values and their stacks, `yielded` values of branches and their names outside,
    `absent` stands for such a value where the branch was not taken.
    """
    if not saved and not yielded:
        return block
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        new, stacks = _save_inside(stmt, saved, yielded, absent)
        for stack in stacks:
            stmts.append(Let((stack,), Apply(Ref("list", prims.build_list))))
        stmts.append(new)
    return replace(block, stmts=tuple(stmts))


def _save_inside(
    stmt: Stmt, saved: dict[Value, Value], yielded: dict[Value, Value], absent: Atom
) -> tuple[Stmt, list[Value]]:
    """A statement of the outermost level with pushes inside; the stacks that it fills."""
    stacks: list[Value] = []

    def run(block: Block, heads: tuple[Value, ...]) -> Block:
        out: list[Stmt] = []
        for v in heads:
            save(v, out)
        for s in block.stmts:
            new = inside(s)
            if isinstance(new, If) and leaves(new):  # what follows may not run
                for k, v in enumerate(new.results):
                    if v in saved:
                        stacks.append(saved[v])
                        new = _push_inside(new, k, saved[v])
                out.append(new)
                continue
            out.append(new)
            for v in defs_of(s):
                save(v, out)
        return replace(block, stmts=tuple(out))

    def save(v: Value, out: list[Stmt]) -> None:
        if v in saved:
            stacks.append(saved[v])
            out.append(Push(saved[v], v))

    def inside(s: Stmt) -> Stmt:
        blocks = blocks_of(s)
        if not blocks:
            return s
        heads = inner_defs(s)
        if isinstance(s, While):
            head_values = tuple(v for t in s.head.stmts for v in defs_of(t))
            return with_blocks(s, (s.head, run(s.body, (*heads, *head_values))))
        new = with_blocks(s, tuple(run(b, heads) for b in blocks))
        return _hand_out(new, yielded, absent)

    return inside(stmt), stacks


def _push_inside(stmt: If, k: int, stack: Value) -> If:
    """A choice that may leave its loop, with result `k` pushed at the end of each path."""

    def push(block: Block) -> Block:
        out = block.outs[k]
        last = block.stmts[-1] if block.stmts else None
        saved: Atom = Const(None) if isinstance(out, Undef) else out
        if isinstance(last, If) and leaves(last):
            if isinstance(out, Value) and out in last.results:
                inner = _push_inside(last, last.results.index(out), stack)
                return replace(block, stmts=(*block.stmts[:-1], inner))
            return replace(block, stmts=(*block.stmts[:-1], Push(stack, saved), last))
        return replace(block, stmts=(*block.stmts, Push(stack, saved)))

    return replace(stmt, then=push(stmt.then), orelse=push(stmt.orelse))


def _hand_out(stmt: Stmt, yielded: dict[Value, Value], absent: Atom) -> Stmt:
    """A branch or context that is in no loop hands out the values needed later."""
    if not yielded or not isinstance(stmt, If | With):
        return stmt
    blocks = blocks_of(stmt)
    results = list(stmt.results)
    outs = [list(b.outs) for b in blocks]
    for k, block in enumerate(blocks):
        for s in block.stmts:
            for v in (*defs_of(s), *(inner_defs(stmt) if s is block.stmts[0] else ())):
                if v in yielded:
                    results.append(yielded[v])
                    for j, row in enumerate(outs):
                        row.append(v if j == k else absent)
                elif isinstance(s, If | With) and v in set(yielded.values()):
                    # handed out of an inner branch: pass it on
                    results.append(v)
                    for j, row in enumerate(outs):
                        row.append(v if j == k else absent)
    if len(results) == len(stmt.results):
        return stmt
    return _with_results(stmt, tuple(results), outs, yielded)


def _with_results(
    stmt: If | With, results: tuple[Value, ...], outs: list[list[Atom]],
    yielded: dict[Value, Value],
) -> Stmt:  # fmt: skip
    """The statement with more results; a value handed on through two levels is renamed."""
    outside = set(yielded.values())
    table: dict[Value, Value] = {}
    blocks = []
    for block, row in zip(blocks_of(stmt), outs, strict=True):
        inner = []
        for s in block.stmts:
            if isinstance(s, If | With):
                rename = {r: Value(r.name, r.user) for r in s.results if r in outside}
                table.update(rename)
                s = replace(s, results=tuple(rename.get(r, r) for r in s.results))
            inner.append(s)
        renamed = tuple(table.get(a, a) if isinstance(a, Value) else a for a in row)
        blocks.append(replace(block, stmts=tuple(inner), outs=renamed))
    new = with_blocks(stmt, tuple(blocks))
    assert isinstance(new, If | With)
    return replace(new, results=results)
