"""Drops what puts old contents back where nothing reads them.

    x[k] = x_old               (goes, unless `x[k]` may be read later in the backward sweep)

A linear update reads no contents: its loop restores nothing, and so nothing is logged for it.
Where what is read was written for the last time before, it is still there:

    for i in reversed(range(n)):
        x[i] = x_old           (goes: later are read the entries before `i`, as they are now)
        x_bar[:i] -= t_bar * lower[i, :i]
        lower_bar[i, :i] -= t_bar * x[:i]

And what a later restore overwrites before it is read need not be put back.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2s import runtime
from s2s.analysis.buffers import Buffers
from s2s.analysis.facts import Facts
from s2s.analysis.regions import Region, Regions
from s2s.ir import prims
from s2s.ir.effects import lookup
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    If,
    Let,
    Ref,
    Stmt,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.walk import all_atoms, all_defs, inner_defs, own_atoms, statements

Live = frozenset[Value]
_SHAPE_OPERANDS: dict[Any, int] = {
    **dict.fromkeys((np.zeros_like, np.ones_like, np.empty_like, np.full_like, np.shape, np.size,
                     np.ndim, len, runtime.zeros_of), 0),
    **dict.fromkeys((runtime.unbroadcast, runtime.spread_to, runtime.as_gradient), 1),
}  # fmt: skip
_METADATA = ("shape", "size", "ndim", "dtype")


_INTEGERS = (operator.add, operator.sub, operator.mul, operator.neg)

def restored(block: Block, buffers: Buffers) -> Live:
    """The buffers whose old contents a backward sweep puts back."""
    found: set[Value] = set()
    for stmt in statements(block):
        if isinstance(stmt, Write) and stmt.kind == "restore":
            found |= buffers.changed(stmt.target)
    return frozenset(found)


Restore = tuple[Atom, Atom, Atom]  # target, key, old contents


def kept_restores(block: Block) -> frozenset[Restore]:
    """The old contents that a backward sweep puts back."""
    found = (s for s in statements(block) if isinstance(s, Write) and s.kind == "restore")
    return frozenset((s.target, s.key, s.value) for s in found)


def contents(stmt: Stmt, buffers: Buffers) -> list[Atom]:
    """The atoms whose contents a statement reads, apart from those of its blocks."""
    atoms = list(own_atoms(stmt))
    match stmt:
        case Write(kind="restore"):
            atoms = [stmt.key]
        case Let(expr=Apply(fn=Ref(obj=obj) as fn, args=args)):
            k = shape_operand(fn)
            if k is not None and len(args) > k and isinstance(args[k], Value):
                if args[k] not in buffers.lists and args[k] not in buffers.again:
                    atoms.remove(args[k])  # type: ignore[arg-type]
            elif obj is getattr and isinstance(args[1], Const) and args[1].value in _METADATA:
                atoms = [a for a in atoms if a in buffers.again]
    return atoms


def shape_operand(fn: Ref) -> int | None:
    """The position of the operand of which a function reads the shape only."""
    found: int | None = lookup(_SHAPE_OPERANDS, fn.obj)
    return found


def regions_of(
    forward: Block, backward: Block, same: Mapping[int, Mapping[Value, Atom]], facts: Facts
) -> Regions:
    """How both sweeps compute indices, and the ranges of the loops backward.

    `same` says what stands for a forward value in the mirror of a block.
    """
    made: dict[Value, Apply] = {}
    for stmt in (*statements(forward), *statements(backward)):
        match stmt:
            case Let(targets=(target,), expr=Apply(fn=Ref(obj=obj)) as expr) if not stmt.unpack:
                if obj in (slice, prims.build_tuple) or any(obj is f for f in _INTEGERS):
                    made[target] = expr
    found = Regions(facts, made, {v: a for table in same.values() for v, a in table.items()})
    for stmt in statements(backward):
        if isinstance(stmt, For):
            found.loop(stmt.iter)
    return found


@dataclass(frozen=True)
class Spot:
    """A place by how it is written, which is overwritten before anything reads the buffers."""

    buffers: frozenset[Value]
    target: Atom
    key: Hashable


@dataclass(frozen=True)
class Later:
    """What the rest of the backward sweep reads, and what it overwrites before that."""

    reads: frozenset[Region] = frozenset()
    covered: frozenset[Spot] = frozenset()

    def and_reads(self, regions: Iterable[Region]) -> Later:
        """With some reads before."""
        new = frozenset(regions)
        if not new:
            return self
        touched = frozenset().union(*(r.buffers for r in new))
        kept = frozenset(s for s in self.covered if not s.buffers & touched)
        return Later(self.reads | new, kept)


@dataclass(frozen=True)
class Restores:
    """The walk through a backward sweep, last statement first.

    Attributes
    ----------
    buffers : Buffers
        The written memory.
    regions : Regions
        What is known of indices.
    inside : mapping
        The key of a forward block -> the values that it binds, at any depth.
    made : mapping
        The same for buffers that it makes: those are others in each iteration.
    heads : mapping
        The key of a forward block -> values that its mirror reads again when it begins.
    """

    buffers: Buffers
    regions: Regions
    inside: Mapping[int, set[Value]]
    made: Mapping[int, set[Value]]
    heads: Mapping[int, list[Let]]

    def needed(self, block: Block) -> Block:
        """The backward sweep without the restores that no later read depends on."""
        return self._run(block, Later())[0] if self.buffers.homes else block

    # What is read, and where -----------------------------------------------------------------

    def reads(self, stmt: Stmt) -> list[Region]:
        """The parts of buffers that a statement reads, apart from what its blocks do."""
        key: Atom | None = None
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            if isinstance(stmt.expr.fn, Ref) and stmt.expr.fn.obj is operator.getitem:
                key = stmt.expr.args[1]  # type: ignore[assignment]
        return [self.part(a, key) for a in contents(stmt, self.buffers) if self.buffers.reads(a)]

    def changed(self, write: Write) -> Region:
        """The part of a buffer that a write changes; of a list, all of it."""
        part = self.part(write.target, write.key)
        return replace(part, buffers=self.buffers.changed(write.target))

    def part(self, atom: Atom, key: Atom | None = None) -> Region:
        """The part of a buffer that a view shows, or that a key picks of the whole."""
        buffers = self.buffers.reads(atom)
        known = len(buffers) == 1 and self.regions.facts.is_array(atom) is True
        while isinstance(atom, Value) and atom in self.buffers.made:
            expr = self.buffers.made[atom].expr
            if isinstance(expr, Apply):  # the view that is made last of the buffer itself counts
                item = isinstance(expr.fn, Ref) and expr.fn.obj is operator.getitem
                key = expr.args[1] if item else None  # type: ignore[assignment]
            atom = self.buffers.base(atom)
        # What only shares memory with a buffer, such as a broadcast one, has indices of its own.
        known = known and self.regions.facts.is_array(atom) is True and self.buffers.is_buffer(atom)
        return Region(buffers, self.regions.dims(key) if known and key is not None else ())

    def all_reads(self, block: Block) -> list[Region]:
        """The parts that a block reads, in the variables of its own iteration."""
        found = [r for let in self.heads.get(block.mirror or -1, ()) for r in self.reads(let)]
        found += [self.part(a) for a in block.outs if self.buffers.reads(a)]
        for stmt in block.stmts:
            found += self.reads(stmt)
            match stmt:
                case If():
                    found += [*self.all_reads(stmt.then), *self.all_reads(stmt.orelse)]
                case With():
                    found += self.all_reads(stmt.body)
                case For():
                    found += self._elsewhere(stmt, self.all_reads(stmt.body))
                case While():
                    found += self._everything(stmt)
        return found

    def _elsewhere(
        self, loop: For, regions: Iterable[Region], item: Value | None = None
    ) -> list[Region]:
        """Parts that another iteration of a loop reads: a later one, if its item is given."""
        key = loop.body.mirror or -1
        own = {*inner_defs(loop), *all_defs(loop.body), *self.inside.get(key, ())}
        here = self.made.get(key, set())
        return [
            self.regions.elsewhere(r, own.__contains__, item)
            for r in regions if not r.buffers <= here
        ]

    def _everything(self, stmt: Stmt) -> list[Region]:
        atoms = {a for a in all_atoms(Block((stmt,))) if self.buffers.reads(a)}
        return [Region(self.buffers.reads(a)) for a in atoms]

    # The walk --------------------------------------------------------------------------------

    def _run(self, block: Block, later: Later) -> tuple[Block, Later]:
        """The block, and what is read from its start on."""
        later = later.and_reads(self.part(a) for a in block.outs if self.buffers.reads(a))
        kept: list[Stmt] = []
        for stmt in reversed(block.stmts):
            if isinstance(stmt, Write) and stmt.kind == "restore":
                part, spot = self.changed(stmt), self._spot(stmt)
                if spot in later.covered or all(self.regions.apart(part, r) for r in later.reads):
                    continue
                later = later.and_reads(self.reads(stmt))
                if self.regions.facts.is_array(stmt.target) and stmt.op is None:
                    later = Later(later.reads, later.covered | {spot})
            else:
                stmt, later = self._inside(stmt, later)
                later = later.and_reads(self.reads(stmt))
            kept.append(stmt)
        for let in self.heads.get(block.mirror or -1, ()):
            later = later.and_reads(self.reads(let))
        return replace(block, stmts=tuple(reversed(kept))), later

    def _spot(self, stmt: Write) -> Spot:
        return Spot(self.buffers.reads(stmt.target), stmt.target, self._written(stmt.key))

    def _written(self, atom: Any) -> Hashable:
        """How an index is computed; what it is made of does not change within an iteration."""
        same = self.regions.same.get(atom, atom) if isinstance(atom, Value) else atom
        expr = self.regions.made.get(same) if isinstance(same, Value) else None
        if expr is None:
            return object() if self.buffers.reads(same) else same
        return (expr.fn, *map(self._written, expr.args))

    def _inside(self, stmt: Stmt, later: Later) -> tuple[Stmt, Later]:
        """A statement with its blocks done, and what is read from it on."""
        match stmt:
            case If():
                then, a = self._run(stmt.then, later)
                orelse, b = self._run(stmt.orelse, later)
                both = Later(a.reads | b.reads, a.covered & b.covered)
                return replace(stmt, then=then, orelse=orelse), both
            case With():
                body, later = self._run(stmt.body, later)
                return replace(stmt, body=body), later
            case For(iter=it):
                own = self.all_reads(stmt.body)
                item = it.inner[0].item if it.kind == "reversed" else it.item
                before = later.and_reads(self._elsewhere(stmt, own))
                reads = later.reads.union(self._elsewhere(stmt, own, item))
                body, _ = self._run(stmt.body, Later(reads, before.covered))
                return replace(stmt, body=body), before
            case While():
                later = Later(later.reads | frozenset(self._everything(stmt)))
                body, _ = self._run(stmt.body, later)
                return replace(stmt, body=body), later
        return stmt, later
