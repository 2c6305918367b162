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

Statements that cannot share the innermost loop may still share the loops around it, in *strips*
one after the other: what the second needs of the first is there when a row is done.

    t = np.sum(x, axis=1)                  for i in range(x.shape[0]):
    y = x / t[:, None]                         t = 0.0
                                               for j in range(x.shape[1]):
                                                   t = t + x[i, j]
                                               for j in range(x.shape[1]):
                                                   y[i, j] = x[i, j] / t
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Block, Function, Let, Method, Note, Stmt, Value
from s2s.ir.walk import blocks_of, defs_of, free_values, own_atoms, with_blocks
from s2s.transform.numba.element import Element, Elements
from s2s.transform.numba.kinds import Kinds, same_dtype
from s2s.transform.numba.memory import Memory
from s2s.transform.numba.nest import Nest
from s2s.transform.numba.reach import Reach
from s2s.transform.numba.sink import sunk
from s2s.transform.numba.views import Along, Fixed


@dataclass
class Group:
    """The statements of one loop nest, and what is written around it."""

    strips: list[list[Element]]
    depth: int = 0  # how many loops the strips share, where there are several
    notes: list[tuple[int, Note]] = field(default_factory=list)  # before which member
    before: list[Stmt] = field(default_factory=list)
    after: list[Stmt] = field(default_factory=list)
    later: set[Value] = field(default_factory=set)  # what elements must wait for
    folded: dict[Value, int] = field(default_factory=dict)  # sums along an axis: which
    made: set[Value] = field(default_factory=set)  # the arrays that its elements define
    places: dict[Element, int] = field(default_factory=dict)  # how much of `after` came before

    @property
    def members(self) -> list[Element]:
        """All elements in order."""
        return [m for strip in self.strips for m in strip]

    def add(self, element: Element, stmt: Stmt) -> None:
        """One more element, in the last strip."""
        self.places[element] = len(self.after)
        self.strips[-1].append(element)
        self.made |= set(element.defines)
        self.later |= set(defs_of(stmt)) - set(element.defines)
        if element.kind == "fold":
            self.folded[defs_of(stmt)[0]] = element.axes[0]


def fuse(function: Function, facts: Kinds, threads: bool = False) -> Function:
    """The function with its elementwise statements in loops, for threads where that is right."""
    fuser = _Fuser(function, facts, threads)
    return replace(function, body=fuser.block(function.body))


class _Fuser:
    """The walk over the blocks of a function."""

    def __init__(self, function: Function, facts: Kinds, threads: bool) -> None:
        self.facts, self.threads = facts, threads
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
            group = self._handed_on(self._gather(stmts[start:]), block)
            done += stmts[:start]
            rest = [*group.after]
            wanted = self._wanted(group, rest, block)
            if self._is_copy(group):
                done.append(stmts[start])
                stmts = stmts[start + 1 :]
                continue
            nest = Nest(
                self.elements, self.facts, group.strips, group.depth, group.notes, wanted,
                self.threads and self.reach.independent(group.members),
            )  # fmt: skip
            build = Builder(None, self.facts)
            nest.write(build)
            done += [*group.before, *build.stmts]
            stmts = [nest.shown(s) for s in rest]
            block = replace(block, outs=tuple(nest.atom(a) for a in block.outs))

    def _first(self, stmts: list[Stmt]) -> int | None:
        """The first statement that a loop can begin with."""
        for k, stmt in enumerate(stmts):
            element = self.elements.element(stmt)
            if element is not None and self.elements.leads(element):
                return k
        return None

    def _gather(self, stmts: list[Stmt]) -> Group:
        """The loop that begins with the first of some statements."""
        elements, reach = self.elements, self.reach
        first = elements.element(stmts[0])
        assert first is not None
        group = Group([[]])
        group.add(first, stmts[0])
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
            stmt = self._reshaped(stmt, group)
            shown = self._shown(stmt, group)
            if shown is not None:  # a view of what the group makes: elements see through it
                group.after.append(stmt)
                pinned.add(shown)
                continue
            element = elements.element(stmt)
            depth = None if element is None else self._place(element, group)
            if element is not None and depth is not None:
                if depth > 0:
                    group.depth = depth
                    group.strips.append([])
                if note is not None:
                    group.notes.append((len(group.members), note))
                    note = None
                group.add(element, stmt)
                continue
            reads = set(_values(stmt))
            held = group.made | group.later | pinned
            if element is None and not reads & held and reach.movable(
                stmt, group.members, group.after
            ):
                group.before.append(stmt)
                continue
            group.after.append(stmt)
            splat = elements.splats.get(defs_of(stmt)[0]) if defs_of(stmt) else None
            if splat is not None and splat not in group.later:
                pinned |= set(defs_of(stmt))
            else:
                group.later |= set(defs_of(stmt))
        while group.after and isinstance(group.after[-1], Note):
            group.after.pop()
        return group

    def _handed_on(self, group: Group, block: Block) -> Group:
        """The loop without what is better computed by the loops that come after it."""
        gone = sunk(group.members, group.after, block, self.reach, _values)
        if not gone:
            return group
        less = Group([], 0, [], group.before, list(group.after))
        for m in reversed(gone):  # each after what it came after
            less.after.insert(group.places[m], m.stmt)
        numbers: list[int] = []  # of the members that stay before each
        for strip in group.strips:
            if any(m not in gone for m in strip):
                less.strips.append([])
            for m in strip:
                numbers.append(len(less.members))
                if m not in gone:
                    less.add(m, m.stmt)
        less.later = group.later
        less.depth = group.depth if len(less.strips) > 1 else 0
        less.notes = [(numbers[n], note) for n, note in group.notes]
        return less

    def _shown(self, stmt: Stmt, group: Group) -> Value | None:
        """The value of a statement that takes a view of what the group makes."""
        if not isinstance(stmt, Let) or len(stmt.targets) != 1:
            return None
        view = self.elements.views.of.get(stmt.targets[0])
        if view is None or (view.base not in group.made and view.base not in group.folded):
            return None
        others = {a for a in own_atoms(stmt) if isinstance(a, Value)} - {view.base}
        return None if others & group.later else stmt.targets[0]

    def _place(self, element: Element, group: Group) -> int | None:
        """0 for a place in the last strip, the loops to share for one in a new strip."""
        if self._waits(element, group) or self.reach.follows_other(element, group.after):
            return None
        *others, last = group.strips
        inside = {v for m in last for v in m.defines}
        fits = (
            self.elements.fits(element, last)
            and not self.elements.opaque_uses(element, inside)
            and not any(self.reach.clash(element, m) for m in last)
            and not self._unfinished(element, group, group.depth, last)
            and not any(self.reach.crosses(element, m, group.depth) for s in others for m in s)
        )
        if fits:
            return 0
        if not self.elements.leads(element):
            return None
        ranks = [strip[0].rank for strip in group.strips]
        most = min(*ranks, element.rank, *([group.depth] if others else ()))
        if most == max(*ranks, element.rank):
            most -= 1
        dims = group.strips[0][0].dims
        for depth in range(most, 0, -1):
            if (
                all(map(self.elements.same, element.dims[:depth], dims[:depth]))
                and not self._unfinished(element, group, depth)
                and not any(self.reach.crosses(element, m, depth) for m in group.members)
                and self._linked(element, group)
            ):
                return depth
        return None

    def _waits(self, element: Element, group: Group) -> bool:
        """Whether an element needs what comes after the loop only."""
        elements = self.elements
        needs = {elements.splats.get(a, a) if isinstance(a, Value) else a
                 for a in element.operands}  # fmt: skip
        needs |= {v.base for v in element.reads}
        if element.writes is not None:
            needs.add(element.writes.base)
            needs |= {a for e in element.writes.entries for a in _positions(e)}
        for view in element.reads:
            needs |= {a for e in view.entries for a in _positions(e)}
        return bool(needs & (group.later - group.folded.keys()))

    def _unfinished(
        self, element: Element, group: Group, depth: int, strip: Sequence[Element] = ()
    ) -> bool:
        """Whether an element of a strip needs more of what the group makes than is there."""
        elements = self.elements
        own = {v for m in strip for v in m.defines}
        open_sums = {defs_of(m.stmt)[0] for m in strip if m.kind == "fold"}
        for view, dims, writes in elements.accesses(element):
            base = view.base
            if base in own or (base not in group.made and base not in group.folded):
                continue
            if base in open_sums or depth == 0 or group.folded.get(base, depth) < depth:
                return True
            if not all(elements.is_lane(view, dims, element.rank, a) for a in range(depth)):
                return True
            if any(isinstance(e, Fixed) or e.trim is None for e in view.entries):
                return True
            if writes and len(view.entries) < element.rank:
                return True  # of one number in several iterations
        return False

    def _linked(self, element: Element, group: Group) -> bool:
        """Whether an element works on anything that the loop works on."""
        mine = {self.reach.root(v.base) for v, _, _ in self.elements.accesses(element)}
        own = {
            self.reach.root(v.base)
            for m in group.members for v, _, _ in self.elements.accesses(m)
        }
        made = {self.reach.root(v) for v in (*group.made, *group.folded)}
        return bool(mine & (own | made))

    def _reshaped(self, stmt: Stmt, group: Group) -> Stmt:
        """A statement that asks for a shape, asking an array that is there before the loop."""
        for v in _values(stmt):
            if v in group.made and self.elements.shape_only(stmt, v):
                for m in group.members:
                    for a in m.operands:
                        if isinstance(a, Value) and a not in group.made and self._alike(a, v):
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
        made = {*group.made, *group.folded}
        used = set(block.outs)
        for stmt in (*group.before, *rest):
            if self._shown(stmt, group) is None:
                used |= set(_values(stmt))
        for stmt in reversed(rest):  # a view that nothing looks at needs no array
            if self._shown(stmt, group) in used:
                used |= set(_values(stmt))
        for m in group.members:  # `x += y` gives `x`
            if m.writes is not None and used & set(m.defines):
                used.add(m.writes.base)
        return {v for v in made if v in used}

    def _is_copy(self, group: Group) -> bool:
        """Whether there is nothing but a copy of a whole array."""
        first, *others = group.members
        method = isinstance(getattr(getattr(first.stmt, "expr", None), "fn", None), Method)
        return method and not others and not self.elements.has_views(first)


def _values(stmt: Stmt) -> Iterable[Value]:
    """All values that a statement and its blocks read from outside."""
    found: dict[Value, None] = {a: None for a in own_atoms(stmt) if isinstance(a, Value)}
    for block in blocks_of(stmt):
        found.update(free_values(block))
    return found


def _positions(entry: Fixed | Along) -> tuple[Any, ...]:
    """The atoms in the index of a view."""
    return (entry.at,) if isinstance(entry, Fixed) else entry.start
