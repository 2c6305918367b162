"""Takes numbers from the arrays that hold them, instead of saving them.

    t = f(x[k])                t = f(x[k])            x[k] is read again: nothing in the
    x_k_saved.append(x[k])     y[i] = t               iteration changes it after that
    t_saved.append(t)          ...
    y[i] = t                   t = y[i]               what was written is still there when the
                                                      write is reversed, before it is undone

Only where it costs nothing more: no old contents are put back because of it that would not be
put back anyway.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from s2s.analysis.buffers import Buffers
from s2s.analysis.facts import Facts
from s2s.ir.nodes import Apply, Atom, Block, Let, Ref, Stmt, Value, Write
from s2s.ir.walk import all_defs, blocks_of, map_stmt, statements, with_stmts
from s2s.transform.writes.restores import Restores


@dataclass(frozen=True)
class Rereads:
    """Numbers that need not be saved.

    Attributes
    ----------
    heads : mapping
        A number that is read from a buffer -> the key of its block, in whose mirror it is read
        again first of all.
    still : mapping
        A number that is written into a buffer -> what is read there when that is reversed.
    """

    heads: Mapping[Value, int] = field(default_factory=dict)
    still: Mapping[Value, Value] = field(default_factory=dict)

    def and_also(self, other: Rereads) -> Rereads:
        """These and others."""
        return Rereads({**self.heads, **other.heads}, {**self.still, **other.still})

    def used(self, values: Collection[Value]) -> Rereads:
        """Without what is not read again in the mirrors after all."""
        return Rereads({v: k for v, k in self.heads.items() if v in values}, self.still)


NONE = Rereads()


def candidates(
    forward: Block, saved: Collection[Value], written: Mapping[Value, Value],
    restores: Restores, facts: Facts,
) -> Iterator[Rereads]:  # fmt: skip
    """What may be had again of each buffer: of the numbers read from it, of those written."""
    buffers = restores.buffers
    heads: dict[frozenset[Value], dict[Value, int]] = {}
    for block, inside in _blocks(forward):
        for k, stmt in enumerate(block.stmts):
            if not inside or not _reads_number(stmt, facts, buffers):
                continue
            assert isinstance(stmt, Let)
            part = restores.reads(stmt)[0]
            later = [w for w in statements(Block(block.stmts[k + 1 :])) if isinstance(w, Write)]
            if all(restores.regions.apart(restores.changed(w), part) for w in later):
                heads.setdefault(part.buffers, {})[stmt.targets[0]] = block.key
    still: dict[frozenset[Value], dict[Value, Value]] = {}
    again = {v: a for a, v in written.items() if v in saved}
    for stmt in statements(forward):
        if isinstance(stmt, Write) and isinstance(stmt.value, Value) and stmt.value in again:
            where = buffers.reads(stmt.target)
            still.setdefault(where, {})[stmt.value] = again[stmt.value]
    for values in heads.values():
        yield Rereads(heads=values)
    for found in still.values():
        yield Rereads(still=found)


def _blocks(block: Block, inside: bool = False) -> list[tuple[Block, bool]]:
    """A block and those in it, and whether they are inside of a statement."""
    found = [(block, inside)]
    for stmt in block.stmts:
        for inner in blocks_of(stmt):
            found += _blocks(inner, True)
    return found


def _reads_number(stmt: Stmt, facts: Facts, buffers: Buffers) -> bool:
    """Whether a statement reads one number from a written array."""
    if not isinstance(stmt, Let) or len(stmt.targets) != 1 or stmt.unpack:
        return False
    expr = stmt.expr
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref):
        return False
    if expr.fn.obj is not operator.getitem or not buffers.reads(expr.args[0]):  # type: ignore[arg-type]
        return False
    target = stmt.targets[0]
    return bool(
        facts.is_array(expr.args[0]) and facts.is_scalar(target)  # type: ignore[arg-type]
        and facts.is_array(target) is False
    )  # fmt: skip


def read_again(block: Block, still: Collection[Value], written: Mapping[Value, Value]) -> Block:
    """The backward sweep with what is still in a buffer taken from there.

    `written` says of the values that are read there which ones they are.
    """
    if not still:
        return block

    def run(block: Block, table: Mapping[Value, Atom]) -> Block:
        table = dict(table)

        def swap(atom: Atom) -> Atom:
            return table.get(atom, atom) if isinstance(atom, Value) else atom

        stmts = []
        for stmt in block.stmts:
            stmts.append(map_stmt(stmt, swap, lambda b: run(b, table)))
            for v in all_defs(Block((stmt,))) if isinstance(stmt, Let) else ():
                if written.get(v) in still:
                    table[written[v]] = v
        return with_stmts(block, stmts, map(swap, block.outs))

    return run(block, {})
