"""Arrays rolled in several directions, read from one that has what lies around it.

    a = np.roll(u, 1, 0)                   around = np.empty((n + 2, m))
    b = np.roll(u, -1, 0)                  around[1:-1] = u
                                           around[:1] = u[-1:]
                                           around[-1:] = u[:1]
                                           a, b = around[:-2], around[2:]

Each roll is a copy, and what is computed from several of them reads as many arrays.  The parts of
one array with a border cost one copy, and a loop reads them as neighbours of one item.  A roll of
a roll along another axis is a part as well: the corners are filled with the borders' own ends.
Only of arrays that nothing changes while they are read, by steps of one, and where elementwise
operations read what was rolled.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from s2s.analysis import callables as table
from s2s.ir.build import Builder, getattribute, getitem, tuple_of
from s2s.ir.effects import augmented
from s2s.ir.nodes import Apply, Atom, Block, Const, Function, Let, Ref, Stmt, Value, Write
from s2s.ir.walk import blocks_of, own_atoms, statements, with_blocks, with_stmts
from s2s.transform.numba.kinds import Kinds
from s2s.transform.numba.memory import Memory, reached

_NONE = Const(None)
_MOST = 3  # axes
# The part of an array with borders that is rolled by so much.
_PARTS = {0: (1, -1), 1: (None, -2), -1: (2, None)}


@dataclass
class _Around:
    """The rolls of one array within a block: how much along which axis, by their statements."""

    array: Value
    first: int
    last: int
    steps: dict[int, dict[int, int]] = field(default_factory=dict)

    def sides(self) -> dict[int, set[int]]:
        """The axes, and by how much it is rolled along them."""
        found: dict[int, set[int]] = {}
        for step in self.steps.values():
            for axis, by in step.items():
                found.setdefault(axis, set()).add(by)
        return dict(sorted(found.items()))

    def corners(self) -> bool:
        """Whether any roll is along several axes."""
        return any(len(step) > 1 for step in self.steps.values())


def with_borders(function: Function, facts: Kinds) -> Function:
    """The function with arrays that are rolled several times copied once."""
    if not any(_roll(s, facts) for s in statements(function.body)):
        return function
    return replace(function, body=_Borders(function, facts).block(function.body))


class _Borders:
    """The walk over the blocks of a function."""

    def __init__(self, function: Function, facts: Kinds) -> None:
        self.facts, self.find = facts, Memory(function, facts).find
        self.users: dict[Value, list[Stmt]] = {}
        self.kept: set[Any] = set(function.body.outs)
        for stmt in statements(function.body):
            for a in own_atoms(stmt):
                if isinstance(a, Value):
                    self.users.setdefault(a, []).append(stmt)
            for block in blocks_of(stmt):
                self.kept |= set(block.outs)

    def block(self, block: Block) -> Block:
        """A block with its rolls read from arrays with borders."""
        groups = self._groups(block.stmts)
        starts = {g.first: g for g in groups}
        group_of = {k: g for g in groups for k in g.steps}
        build = Builder(None, self.facts)
        around: dict[Value, Value] = {}
        for k, stmt in enumerate(block.stmts):
            build.origin = getattr(stmt, "origin", None)
            if k in starts:
                around[starts[k].array] = self._filled(starts[k], build)
            if k in group_of:
                group = group_of[k]
                parts = [
                    _PARTS[group.steps[k].get(a, 0)] if a in group.sides() else (None, None)
                    for a in range(self._rank(group.array))
                ]  # fmt: skip
                key = self._key(parts, build)
                read = Apply(Ref("getitem", operator.getitem), (around[group.array], key))
                build.emit(replace(stmt, expr=read))  # type: ignore[arg-type]
                continue
            inner = tuple(map(self.block, blocks_of(stmt)))
            build.emit(with_blocks(stmt, inner) if inner else stmt)
        return with_stmts(block, build.stmts)

    # Which ---------------------------------------------------------------------------------

    def _groups(self, stmts: Sequence[Stmt]) -> list[_Around]:
        """The arrays that are rolled several times, and that stay as they are meanwhile."""
        open_: dict[Value, _Around] = {}
        rolled: dict[Value, tuple[_Around, dict[int, int]]] = {}  # what was rolled: how much
        done: list[_Around] = []
        for k, stmt in enumerate(stmts):
            changes = {
                self.find(a) for s in (stmt, *_inside(stmt)) for a in reached(s)
            } - {None}  # fmt: skip
            for x in [x for x in open_ if self.find(x) in changes]:
                done.append(open_.pop(x))
            roll = _roll(stmt, self.facts)
            if roll is None:
                continue
            x, axis, by = roll
            target = stmt.targets[0]  # type: ignore[union-attr]
            if not self._only_read(target):
                continue
            group, step = rolled.get(x, (None, {}))
            if group is None or axis in step or open_.get(group.array) is not group:
                if not self._can(x):
                    continue
                group, step = open_.setdefault(x, _Around(x, k, k)), {}
            step = {**step, axis: by}
            rolled[target] = group, step
            group.steps[k], group.last = step, k
        return [g for g in (*done, *open_.values()) if len(g.steps) > 1]

    def _can(self, x: Value) -> bool:
        fact = self.facts.of(x)
        return fact.kind == "array" and fact.dtype is not None and fact.dtype.kind in "fciub" and (
            0 < len(fact.dims or ()) <= _MOST
        )

    def _only_read(self, v: Value) -> bool:
        """Whether nothing but elementwise operations and further rolls read a value."""
        return v not in self.kept and all(self._reads(s, v) for s in self.users.get(v, ()))

    def _reads(self, stmt: Stmt, v: Value) -> bool:
        if isinstance(stmt, Write):
            return stmt.kind == "item" and stmt.value is v and stmt.target is not v
        expr = stmt.expr if isinstance(stmt, Let) else None
        if not isinstance(expr, Apply) or expr.kwargs:
            return False
        if augmented(expr) is not None:
            return expr.args[0] is not v
        obj: Any = getattr(expr.fn, "obj", None)
        if _roll(stmt, self.facts) is not None:
            return True
        return table.hashable(obj) and bool(table.is_elementwise(obj))

    # How -----------------------------------------------------------------------------------

    def _filled(self, group: _Around, build: Builder) -> Value:
        """An array with its other ends around it."""
        x, sides = group.array, group.sides()
        rank, dtype = self._rank(x), self.facts.of(x).dtype
        shape = getattribute(build, x, "shape", name="shape")
        sizes: list[Atom] = []
        for a in range(rank):
            n = getitem(build, shape, Const(a), name="n")
            sizes.append(build.call(operator.add, n, Const(2), name="n") if a in sides else n)
        size = sizes[0] if rank == 1 else tuple_of(build, *sizes, name="shape")
        kind = () if dtype is None or dtype == np.float64 else (
            Ref(f"np.{dtype.name}", dtype.type),
        )  # fmt: skip
        around = build.call(np.empty, size, *kind, name="around")
        middle = [(1, -1) if a in sides else (None, None) for a in range(rank)]
        build.emit(Write("item", around, self._key(middle, build), x, build.origin))
        done: list[int] = []
        for axis, steps in sides.items():
            for by in sorted(steps, reverse=True):
                self._edge(around, x, axis, by, middle, done if group.corners() else [], build)
            done.append(axis)
        return around

    def _edge(
        self, around: Value, x: Value, axis: int, by: int, middle: list[Any], whole: list[int],
        build: Builder,
    ) -> None:  # fmt: skip
        """The border on one side; all of it where it is known along the `whole` axes."""
        # Of what is rolled so, which may be empty, the end that the other end of the array is.
        place = [(None, None) if a in whole else p for a, p in enumerate(middle)]
        place[axis] = _PARTS[by]
        to: list[Any] = [(None, None)] * len(middle)
        source = list(to)
        to[axis], source[axis] = ((None, 1), (-1, None))[::by]
        rolled = getitem(build, around, self._key(place, build), name="rolled")
        if whole:
            place[axis] = middle[axis]
            x = getitem(build, around, self._key(place, build), name="middle")
        part = getitem(build, x, self._key(source, build), name="part")
        build.emit(Write("item", rolled, self._key(to, build), part, build.origin))

    def _rank(self, x: Value) -> int:
        return len(self.facts.of(x).dims or ())

    def _key(self, parts: Sequence[tuple[int | None, int | None]], build: Builder) -> Atom:
        """The index of a part."""
        keys = [build.call(slice, Const(a), Const(b), _NONE, name="part") for a, b in parts]
        return keys[0] if len(keys) == 1 else tuple_of(build, *keys, name="key")


def _inside(stmt: Stmt) -> list[Stmt]:
    return [s for b in blocks_of(stmt) for s in statements(b)]


def _roll(stmt: Stmt, facts: Kinds) -> tuple[Value, int, int] | None:
    """The array, the axis and the step of a roll by one."""
    expr = stmt.expr if isinstance(stmt, Let) and len(stmt.targets) == 1 else None
    if not isinstance(expr, Apply) or getattr(expr.fn, "obj", None) is not np.roll:
        return None
    given = dict(zip(("a", "shift", "axis"), expr.args)) | {k or "*": a for k, a in expr.kwargs}
    x, rank = given.get("a"), len(facts.of(given.get("a", _NONE)).dims or ())  # type: ignore[arg-type]
    if not isinstance(x, Value) or set(given) - {"a", "shift", "axis"}:
        return None
    by = facts.constant(given.get("shift", _NONE))[1]  # type: ignore[arg-type]
    known, axis = facts.constant(given.get("axis", _NONE))  # type: ignore[arg-type]
    if known and axis is None and rank == 1:
        axis = 0
    if type(by) is not int or abs(by) != 1 or type(axis) is not int or not -rank <= axis < rank:
        return None
    return x, axis % rank, by
