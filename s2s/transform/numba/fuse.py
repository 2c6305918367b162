"""Elementwise statements of one shape as one loop, with the sums over them.

    t = x * y                              for i in range(x.shape[0]):
    u = np.sin(t)                              t = x[i] * y[i]
    s = np.sum(u)                              u = np.sin(t)
                                               s = s + u
    x_bar = np.cos(t) * y                      x_bar[i] = np.cos(t) * y[i]

A statement joins a loop that was begun before it where nothing between them forbids it: what
it needs is there, and no array that either changes is used by the other at other places.
Slices become positions (`u[1:-1]` is `u[i + 1]`), arrays that only the loop reads are never
made, and the sizes of all that is read are compared before the loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Block, Function, Let, Note, Stmt, Value
from s2s.ir.walk import blocks_of, defs_of, free_values, own_atoms, with_blocks
from s2s.transform.numba.element import Element, Elements
from s2s.transform.numba.kinds import Kinds, same_dtype
from s2s.transform.numba.memory import Memory
from s2s.transform.numba.nest import Nest
from s2s.transform.numba.reach import Reach
from s2s.transform.numba.views import Along, Fixed


@dataclass
class Group:
    """The statements of one loop, and what is written around it."""

    rank: int
    members: list[Element] = field(default_factory=list)
    notes: list[tuple[int, Note]] = field(default_factory=list)  # before which member
    before: list[Stmt] = field(default_factory=list)
    after: list[Stmt] = field(default_factory=list)


def fuse(function: Function, facts: Kinds) -> Function:
    """The function with its elementwise statements in loops."""
    fuser = _Fuser(function, facts)
    return replace(function, body=fuser.block(function.body))


class _Fuser:
    """The walk over the blocks of a function."""

    def __init__(self, function: Function, facts: Kinds) -> None:
        self.facts = facts
        aliases = Memory(function, facts)
        self.elements = Elements(function, facts, aliases)
        self.reach = Reach(self.elements, facts)

    def block(self, block: Block) -> Block:
        """A block with its loops; those inside come first."""
        stmts = [
            with_blocks(s, tuple(self.block(b) for b in blocks_of(s))) if blocks_of(s) else s
            for s in block.stmts if not self.elements.back_in_place(s)
        ]
        done: list[Stmt] = []
        while True:
            start = self._first(stmts)
            if start is None:
                return replace(block, stmts=(*done, *stmts))
            group = self._gather(stmts[start:])
            done += stmts[:start]
            rest = [*group.after]
            wanted = self._wanted(group, rest, block)
            if not self._pays(group):
                done.append(stmts[start])
                stmts = stmts[start + 1 :]
                continue
            nest = Nest(self.elements, self.facts, group.members, group.notes, wanted)
            build = Builder(None, self.facts)
            nest.write(build)
            done += [*group.before, *build.stmts]
            stmts = [nest.shown(s) for s in rest]
            block = replace(block, outs=tuple(nest.atom(a) for a in block.outs))

    def _first(self, stmts: list[Stmt]) -> int | None:
        """The first statement that a loop can begin with."""
        for k, stmt in enumerate(stmts):
            if self.elements.element(stmt) is not None:
                return k
        return None

    def _gather(self, stmts: list[Stmt]) -> Group:
        """The loop that begins with the first of some statements."""
        elements, reach = self.elements, self.reach
        first = elements.element(stmts[0])
        assert first is not None
        group = Group(first.rank, [first])
        inside: set[Value] = set(first.defines)
        later: set[Value] = set(defs_of(stmts[0])) - inside  # what elements must wait for
        pinned: set[Value] = set()  # what other statements must wait for
        note: Note | None = None
        for stmt in stmts[1:]:
            if isinstance(stmt, Note):
                note = stmt if stmt.text else None
                if not group.after or not isinstance(group.after[-1], Note):
                    group.after.append(stmt)
                else:
                    group.after[-1] = stmt
                continue
            stmt = self._reshaped(stmt, group, inside)
            reads = set(_values(stmt))
            element = elements.element(stmt)
            if element is not None and self._joins(element, group, inside, later):
                if note is not None:
                    group.notes.append((len(group.members), note))
                    note = None
                group.members.append(element)
                inside |= set(element.defines)
                later |= set(defs_of(stmt)) - set(element.defines)
                continue
            if element is None and not reads & (inside | later | pinned) and reach.movable(
                stmt, group.members, group.after
            ):
                group.before.append(stmt)
                continue
            group.after.append(stmt)
            splat = elements.splats.get(defs_of(stmt)[0]) if defs_of(stmt) else None
            if splat is not None and splat not in later:
                pinned |= set(defs_of(stmt))
            else:
                later |= set(defs_of(stmt))
        while group.after and isinstance(group.after[-1], Note):
            group.after.pop()
        return group

    def _joins(
        self, element: Element, group: Group, inside: set[Value], later: set[Value]
    ) -> bool:
        """Whether an element can be one more of a loop."""
        elements = self.elements
        if not elements.fits(element, group.members):
            return False
        reads = {elements.splats.get(a, a) if isinstance(a, Value) else a
                 for a in element.operands}  # fmt: skip
        bases = {v.base for v in element.reads}
        if element.writes is not None:
            bases.add(element.writes.base)
            bases |= {a for e in element.writes.entries for a in _positions(e)}
        for view in element.reads:
            bases |= {a for e in view.entries for a in _positions(e)}
        if (reads | bases) & later:
            return False
        if elements.opaque_uses(element, inside):
            return False
        return not self.reach.clash(element, group.members, group.after)

    def _reshaped(self, stmt: Stmt, group: Group, inside: set[Value]) -> Stmt:
        """A statement that asks for a shape, asking an array that is there before the loop."""
        for v in _values(stmt):
            if v in inside and self.elements.shape_only(stmt, v):
                for m in group.members:
                    for a in m.operands:
                        if isinstance(a, Value) and a not in inside and self._alike(a, v):
                            assert isinstance(stmt, Let) and isinstance(stmt.expr, Apply)
                            args = (a, *stmt.expr.args[1:])
                            return replace(stmt, expr=replace(stmt.expr, args=args))
        return stmt

    def _alike(self, a: Value, v: Value) -> bool:
        """Whether an array that is there has the shape and the dtype of another one."""
        elements = self.elements
        dims, own = elements.dims(a), elements.dims(v)
        same = len(dims) == len(own) and all(map(elements.same, dims, own))
        dtypes = self.facts.of(a).dtype, self.facts.of(v).dtype
        return same and a not in elements.splats and same_dtype(*dtypes)

    def _wanted(self, group: Group, rest: list[Stmt], block: Block) -> set[Value]:
        """The values of a loop that something outside of it reads as arrays."""
        made = {v for m in group.members for v in m.defines}
        used = set(block.outs)
        for stmt in (*group.before, *rest):
            used |= set(_values(stmt))
        for m in group.members:  # `x += y` gives `x`
            if m.writes is not None and used & set(m.defines):
                used.add(m.writes.base)
        return {v for v in made if v in used}

    def _pays(self, group: Group) -> bool:
        """Whether the loop is better than what stands there."""
        members = group.members
        if len(members) > 1 or self.elements.must_loop(members[0]):
            return True
        return self.elements.has_views(members[0])


def _values(stmt: Stmt) -> Iterable[Value]:
    """All values that a statement and its blocks read from outside."""
    found: dict[Value, None] = {a: None for a in own_atoms(stmt) if isinstance(a, Value)}
    for block in blocks_of(stmt):
        found.update(free_values(block))
    return found


def _positions(entry: Fixed | Along) -> tuple[Any, ...]:
    """The atoms in the index of a view."""
    return (entry.at,) if isinstance(entry, Fixed) else entry.start
