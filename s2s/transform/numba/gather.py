"""Sums into an array at several places, gathered at the array's own.

    b[:-2] += t                            around = np.zeros(len(t) + 4)
    b[1:-1] += t                           around[2:-2] = t
    b[2:] += t                             b += around[2:] + around[1:-1] + around[:-2]

The adjoint of a stencil scatters: a loop for each place, since one loop over all of them would
write what it has not read yet.  With zeros around what is added, each item of the array is
written once.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from s2s.ir.build import Builder, getattribute, getitem, tuple_of
from s2s.ir.nodes import (
    Atom,
    Block,
    Const,
    For,
    Function,
    Note,
    Ref,
    Stmt,
    Value,
    Write,
)
from s2s.ir.walk import blocks_of, with_blocks, with_stmts
from s2s.transform.numba.bounds import Bounds, Chain, scope_of
from s2s.transform.numba.element import Element, Elements
from s2s.transform.numba.kinds import Kinds, same_dtype
from s2s.transform.numba.memory import Memory
from s2s.transform.numba.reach import Reach
from s2s.transform.numba.views import Along, Fixed


def gathered(function: Function, facts: Kinds) -> Function:
    """The function with the sums of stencils gathered."""
    walk = _Gather(function, facts)
    return replace(function, body=walk.block(function.body, ()))


@dataclass
class _Run:
    """Sums into parts of one array, all of one size; `places` of them among the statements."""

    sums: list[tuple[Write, Element]]
    places: list[int] = field(default_factory=list)

    def offsets(self, axis: int) -> list[int]:
        """Where the parts begin along an axis."""
        return [_offset(e.writes.entries[axis]) for _, e in self.sums]  # type: ignore[union-attr]

    @property
    def values(self) -> list[Value]:
        """What is added, each array once."""
        return list({w.value: None for w, _ in self.sums})  # type: ignore[misc]


class _Gather:
    """The walk over the blocks of a function."""

    def __init__(self, function: Function, facts: Kinds) -> None:
        self.function, self.facts = function, facts
        self.elements = Elements(function, facts, Memory(function, facts))
        self.reach = Reach(self.elements, facts)
        self.before: dict[int, list[Stmt]] = {}

    def block(self, block: Block, above: Chain) -> Block:
        """A block with its sums gathered; memory for those of inner loops goes before the loops."""
        instead: dict[int, list[Stmt]] = {}
        for run in self._runs(block.stmts):
            self._write(run, block, above, instead)
        stmts: list[Stmt] = []
        for k, stmt in enumerate(block.stmts):
            if k in instead:
                stmts += instead[k]
                continue
            chain = (*above, (block, stmt))
            inner = tuple(self.block(b, chain) for b in blocks_of(stmt))
            stmts += self.before.pop(id(stmt), ())
            stmts.append(with_blocks(stmt, inner) if inner else stmt)
        return with_stmts(block, stmts)

    # Which ---------------------------------------------------------------------------------

    def _runs(self, stmts: Sequence[Stmt]) -> list[_Run]:
        """The sums that may be done together, where the last of them stands."""
        found: list[_Run] = []
        open_: list[_Run] = []
        for k, stmt in enumerate(stmts):
            if isinstance(stmt, Note):
                continue
            new = self._sum(stmt)
            for run in [r for r in open_ if not self._goes_on(r, stmt, new)]:
                open_.remove(run)
                found.append(run)
            if new is None:
                continue
            assert isinstance(stmt, Write)
            for run in open_:
                if run.sums[0][1].writes.base is new.writes.base:  # type: ignore[union-attr]
                    run.sums.append((stmt, new))
                    run.places.append(k)
                    break
            else:
                open_.append(_Run([(stmt, new)], [k]))
        return [r for r in (*found, *open_) if self._pays(r)]

    def _sum(self, stmt: Stmt) -> Element | None:
        """A sum into a part that starts at a fixed place and has a size of its own."""
        if not isinstance(stmt, Write) or stmt.kind != "item" or stmt.op not in ("Add", "Sub"):
            return None
        element = self.elements.element(stmt)
        if element is None or element.kind != "store" or element.writes is None:
            return None
        value, view = stmt.value, element.writes
        if not isinstance(value, Value) or value in self.elements.splats:
            return None
        dims = self.elements.dims(value)
        axes = [e.axis for e in view.entries if isinstance(e, Along)]
        if len(dims) != view.rank or axes != list(range(view.rank)):
            return None
        if any(n in (0, 1) for n in dims) or not all(map(self.elements.same, dims, element.dims)):
            return None
        if not same_dtype(self.facts.of(value).dtype, self.facts.of(view.base).dtype):
            return None
        return element if all(_known(e) for e in view.entries) else None

    def _goes_on(self, run: _Run, stmt: Stmt, new: Element | None) -> bool:
        """Whether the sums so far may wait until after a statement."""
        first = run.sums[0][1]
        assert first.writes is not None
        root = self.reach.root(first.writes.base)
        if new is not None and new.writes is not None and self.reach.root(new.writes.base) is root:
            return self._alike(first, new)
        reads, writes, wild = self.reach.effects(stmt)
        mine = {self.reach.root(v) for v in run.values}
        return not (wild or root in reads | writes or mine & writes)

    def _alike(self, one: Element, other: Element) -> bool:
        """Whether two parts of an array differ in where they start, and in nothing else."""
        assert one.writes is not None and other.writes is not None
        if one.writes.base is not other.writes.base:
            return False
        return all(
            p == q if isinstance(p, Fixed) or isinstance(q, Fixed) else p.trim == q.trim
            for p, q in zip(one.writes.entries, other.writes.entries, strict=True)
        )

    def _pays(self, run: _Run) -> bool:
        """Whether there are more sums than arrays to be stored for them."""
        views = {e.writes.key for _, e in run.sums if e.writes is not None}
        return len(views) == len(run.sums) >= 2 * len(run.values) and len(run.sums) > 2

    # How -----------------------------------------------------------------------------------

    def _write(
        self, run: _Run, block: Block, above: Chain, instead: dict[int, list[Stmt]]
    ) -> None:
        """The arrays with zeros around them, and one sum."""
        first = run.sums[0][1]
        assert first.writes is not None
        entries = first.writes.entries
        axes = [k for k, e in enumerate(entries) if isinstance(e, Along)]
        low = [min(run.offsets(k)) for k in axes]
        high = [max(run.offsets(k)) for k in axes]
        around: dict[Value, Value] = {}
        made, shape = self._zeros(run, [h - n for n, h in zip(low, high)], block, above)
        for k, (stmt, _) in zip(run.places, run.sums):
            build = Builder(stmt.origin, self.facts)
            value = stmt.value
            assert isinstance(value, Value)
            if value not in around:
                if shape is None:
                    shape = self._shape(value, [h - n for n, h in zip(low, high)], build)
                pad = made.get(value) or self._empty(value, shape, build)
                parts = [(h - n, h - n) for n, h in zip(low, high)]
                key = self._key(parts, build)
                build.emit(Write("item", pad, key, value, stmt.origin))
                around[value] = pad
            instead[k] = build.stmts
        total: Atom | None = None
        sums = sorted(run.sums, key=lambda s: s[0].op != "Add")
        op = sums[0][0].op
        for stmt, element in sums:
            assert element.writes is not None and isinstance(stmt.value, Value)
            at = [_offset(element.writes.entries[k]) for k in axes]
            parts = [(h - o, o - n) for o, n, h in zip(at, low, high)]
            part = getitem(build, around[stmt.value], self._key(parts, build), name="part")
            if total is None:
                total = part
            else:
                fn = operator.add if stmt.op == op else operator.sub
                total = build.call(fn, total, part, name=stmt.value.name)
        assert total is not None
        bounds = iter(
            (n, e.trim - h) for n, h, e in zip(low, high, (entries[k] for k in axes))  # type: ignore[union-attr,operator]
        )
        keys = [e.at if isinstance(e, Fixed) else self._slice(*next(bounds), build)
                for e in entries]  # fmt: skip
        key = keys[0] if len(keys) == 1 else tuple_of(build, *keys, name="at")
        build.emit(Write("item", first.writes.base, key, total, build.origin, (), op))

    def _zeros(
        self, run: _Run, reach: Sequence[int], block: Block, above: Chain
    ) -> tuple[dict[Value, Value], Atom | None]:
        """The arrays of zeros, made before the outermost loop where their sizes are known."""
        chain = (*above, (block, block.stmts[run.places[0]]))
        for k, (_, outer) in enumerate(above):
            if not isinstance(outer, For):
                continue
            build = Builder(outer.origin, self.facts)
            views = self.elements.views
            bounds = Bounds(self.facts, views, build, scope_of(self.function, chain[: k + 1]))
            raw = self.facts.raw_dims(run.values[0]) or ()
            sizes = [s for s in map(bounds.size, raw) if s is not None]
            if len(sizes) < len(reach):
                continue
            more = [n if r == 0 else build.call(operator.add, n, Const(2 * r), name="n")
                    for n, r in zip(sizes, reach)]  # fmt: skip
            shape = more[0] if len(more) == 1 else tuple_of(build, *more, name="shape")
            made = {v: self._empty(v, shape, build) for v in run.values}
            self.before.setdefault(id(outer), []).extend(build.stmts)
            return made, shape
        return {}, None

    def _shape(self, value: Value, reach: Sequence[int], build: Builder) -> Atom:
        """The shape of an array with so much around it on each side."""
        shape = getattribute(build, value, "shape", name="shape")
        sizes: list[Atom] = []
        for k, r in enumerate(reach):
            n = getitem(build, shape, Const(k), name="n")
            sizes.append(build.call(operator.add, n, Const(2 * r), name="n") if r else n)
        return sizes[0] if len(sizes) == 1 else tuple_of(build, *sizes, name="shape")

    def _empty(self, value: Value, shape: Atom, build: Builder) -> Value:
        dtype = self.facts.of(value).dtype
        kind = () if dtype is None or dtype == np.float64 else (
            Ref(f"np.{dtype.name}", dtype.type),
        )  # fmt: skip
        return build.call(np.zeros, shape, *kind, name="around")

    def _key(self, parts: Sequence[tuple[int, int]], build: Builder) -> Atom:
        """The index that leaves out so many at each end of each axis."""
        keys = [self._slice(start, end, build) for start, end in parts]
        return keys[0] if len(keys) == 1 else tuple_of(build, *keys, name="at")

    def _slice(self, start: int, end: int, build: Builder) -> Value:
        return build.call(slice, Const(start or None), Const(-end or None), name="part")


def _known(entry: Fixed | Along) -> bool:
    """Whether it is known how much a part leaves out at both ends of an axis."""
    if isinstance(entry, Fixed):
        return True
    return entry.trim is not None and all(isinstance(s, Const) for s in entry.start)


def _offset(entry: Fixed | Along) -> int:
    assert isinstance(entry, Along)
    return sum(s.value for s in entry.start if isinstance(s, Const))
