"""A group of elementwise statements as a nest of loops.

The loops of all strips run over the same indices down to some depth; below it every strip has
loops of its own.  What a strip leaves for a later one is a number where it has one value for
each iteration of the shared loops, and a buffer for one such iteration where it has more.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from s2s.analysis.fact import INDEX
from s2s.analysis.shapes import Size
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Const, For, Iter, Let, Note, Ref, Stmt, Value, Write
from s2s.ir.walk import map_stmt
from s2s.runtime import loops as native
from s2s.transform.numba.element import FOLDS, Element, Elements
from s2s.transform.numba.kinds import Kinds
from s2s.transform.numba.legal import NotNative
from s2s.transform.numba.strip import Strip, function_of, number, one, start_of, target_of
from s2s.transform.numba.views import Along, View, whole

_LETTERS = "ijklm"
_GETITEM = Ref("getitem", operator.getitem)


@dataclass(frozen=True)
class _Source:
    """An array that a loop reads or writes: what it shows, its sizes, a value that is it."""

    view: View
    dims: tuple[Size, ...]
    atom: Value | None
    raw: tuple[Any, ...]  # the sizes as they are known by construction


@dataclass
class Nest:
    """The loops of one group; `write` makes them, `shown` rewrites what comes after.

    Attributes
    ----------
    made : dict
        From each array that the loops define to the number of its strip.
    wanted : set
        Those that something outside of the loops reads.
    buffers : dict
        Those of which only one iteration of the shared loops is kept.
    scalars : dict
        Those that have one value in each such iteration, with that value.
    """

    elements: Elements
    facts: Kinds
    groups: Sequence[Sequence[Element]]
    depth: int
    notes: Sequence[tuple[int, Note]]
    wanted: set[Value]
    threads: bool = False  # whether iterations of the outermost loop may run at one time
    swapped: dict[Value, Atom] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.made: dict[Value, int] = {}
        self.extents: dict[Value, list[Atom]] = {}
        self.buffers: dict[Value, None] = {}
        self.scalars: dict[Value, Atom] = {}
        self.shapes: dict[tuple[Atom, ...], Atom] = {}
        first = 0
        self.strips: list[Strip] = []
        for k, members in enumerate(self.groups):
            index = [Value(_LETTERS[d]) for d in range(members[0].rank)]
            if self.strips:
                index[: self.depth] = self.strips[0].index[: self.depth]
            self.strips.append(Strip(self, members, first, index))
            first += len(members)
            for m in members:
                for v in m.defines if m.kind == "map" else ():
                    self.made.setdefault(v, k)
                if m.kind == "fold":
                    self.made[target_of(m)] = k

    # After the loop ------------------------------------------------------------------------

    def atom(self, a: Any) -> Any:
        """An atom as it is called after the loop."""
        while isinstance(a, Value) and a in self.swapped:
            a = self.swapped[a]
        return a

    def shown(self, stmt: Stmt) -> Stmt:
        """A statement after the loop."""
        return map_stmt(stmt, self.atom) if self.swapped else stmt

    # The loop ------------------------------------------------------------------------------

    def write(self, build: Builder) -> None:
        """The sizes, what has to be compared, the arrays that are filled, and the loops."""
        for i in dict.fromkeys(i for strip in self.strips for i in strip.index):
            self.facts.put(i, INDEX)
        for strip in self.strips:
            self._measure(strip, build)
        self._allocate(build)
        totals: list[list[Atom]] = [[Const(0.0)] * len(s.totals) for s in self.strips]
        if self.threads:
            self._threaded(totals, build)
        else:
            self._private(build)
            self._outer(0, totals, build)

    def _measure(self, strip: Strip, build: Builder) -> None:
        """The sizes of a strip, and what has to be compared for it."""
        sources = self._sources(strip)
        self._sizes(strip, sources, build)
        self._compare(strip, sources, build)
        for m in strip.members:
            for v in m.defines if m.kind == "map" else ():
                self.extents.setdefault(v, list(strip.sizes))
            if m.kind == "fold":
                self.extents[target_of(m)] = [
                    n for d, n in enumerate(strip.sizes) if d not in m.axes
                ]

    def _sources(self, strip: Strip) -> list[_Source]:
        """The arrays of a strip that are there before it."""
        found: dict[Any, _Source] = {}
        inside: set[Value] = set()
        for m in strip.members:
            for a in m.operands:
                if not isinstance(a, Value) or a in inside or a in self.elements.splats:
                    continue
                dims = self.elements.dims(a)
                if dims:
                    view = self.elements.view(a)
                    if view.base not in inside:
                        found.setdefault(view.key, _Source(view, dims, a, self._raw(a, dims)))
            view_of = m.writes
            if view_of is not None and view_of.base not in inside:
                own = m.operands[0] if m.kind == "update" else None
                raw = self._raw(own, m.dims) if own is not None else m.raw
                found.setdefault(view_of.key, _Source(view_of, m.dims, None, raw))
            inside |= set(m.defines)
        return list(found.values())

    def _raw(self, a: Atom, dims: tuple[Size, ...]) -> tuple[Any, ...]:
        raw = self.facts.raw_dims(a)
        return raw if raw is not None and len(raw) == len(dims) else (None,) * len(dims)

    def _sizes(self, strip: Strip, sources: Sequence[_Source], build: Builder) -> None:
        """The number of iterations along each dimension."""
        order = sorted(sources, key=lambda s: s.view.key != whole(s.view.base, s.view.rank).key)
        order.sort(key=lambda s: s.view.base in self.elements.popped)
        order.sort(key=lambda s: len(s.dims) != strip.rank)
        strip.chosen = set()
        if strip is not self.strips[0]:
            strip.sizes = list(self.strips[0].sizes[: self.depth])
            strip.known = {d: self.strips[0].known.get(d) for d in range(self.depth)}
        for d in range(len(strip.sizes), strip.rank):
            if isinstance(strip.dims[d], int):
                strip.sizes.append(Const(strip.dims[d]))
                strip.known[d] = strip.dims[d]
                continue
            for s in order:
                k = d - (strip.rank - len(s.dims))
                if k >= 0 and s.dims[k] != 1:
                    strip.sizes.append(self._size(s, k, build))
                    strip.known[d] = s.raw[k]
                    strip.chosen.add((s.view.key, k))
                    break
            else:
                raise NotNative("a loop of unknown size", strip.members[0].stmt.origin)

    def _size(self, s: _Source, k: int, build: Builder) -> Atom:
        """How long a source is along one of its dimensions."""
        j, entry = next(
            ((j, e) for j, e in enumerate(s.view.entries) if isinstance(e, Along) and e.axis == k),
            (0, None),
        )
        if entry is None:  # of `x[:, None]`
            return Const(1)
        made = self.extents.get(s.view.base)
        if entry.trim is None:
            x: Atom = s.atom if s.atom is not None else self._made(s.view, build)
            return _shape(x, k, build)
        n = made[j] if made is not None else _shape(s.view.base, j, build)
        if entry.trim == 0:
            return n
        less = build.call(operator.sub, n, Const(entry.trim), name="n")
        return build.call(max, less, Const(0), name="n")

    def _made(self, view: View, build: Builder) -> Value:
        """The view as an array, to ask for its shape."""
        for strip in self.strips:
            for m in strip.members:
                if m.writes is view and isinstance(m.stmt, Write):
                    return build.call(_GETITEM, m.stmt.target, m.stmt.key, name="part")
                if m.writes is view and isinstance(m.operands[0], Value):
                    return m.operands[0]
        raise AssertionError("a view that nothing writes")

    def _compare(self, strip: Strip, sources: Sequence[_Source], build: Builder) -> None:
        """Compare the sizes that are not the same by construction."""
        done: set[Any] = set()
        for s in sources:
            for k, size in enumerate(s.raw):
                d = k + strip.rank - len(s.dims)
                if s.dims[k] == 1 and strip.dims[d] != 1 or (s.view.key, k) in strip.chosen:
                    continue
                known = strip.known.get(d)
                if self.facts.certain(known, size) or (size is not None and (d, size) in done):
                    continue
                done.add((d, size))
                mine = self._size(s, k, build)
                if mine != strip.sizes[d]:
                    same = Apply(Ref("agree", native.agree), (mine, strip.sizes[d]))
                    build.emit(Let((), same))

    # Arrays --------------------------------------------------------------------------------

    def _allocate(self, build: Builder) -> None:
        """The arrays and the buffers that the loops fill."""
        for k, strip in enumerate(self.strips):
            for m in strip.members:
                for v in m.defines if m.kind == "map" else ():
                    if self.made[v] == k:
                        self._keep(v, k, build)
                if m.kind == "fold":
                    self._keep_sum(m, strip, k, build)

    def _keep(self, v: Value, k: int, build: Builder) -> None:
        """Memory for an array, for one iteration of the shared loops, or none."""
        sizes = self.extents[v]
        if v not in self.wanted:
            if len(sizes) == self.depth or not any(s.uses(v) for s in self.strips[k + 1 :]):
                return
            self.buffers[v] = None
            return
        made = Apply(Ref("np.empty", np.empty), (self._shape(sizes, build), *self._dtype(v)))
        build.emit(Let((v,), made))

    def _private(self, build: Builder) -> None:
        """Memory for what one iteration of the shared loops hands to its later strips."""
        for v in self.buffers:
            size = self._shape(self.extents[v][self.depth :], build)
            build.emit(Let((v,), Apply(Ref("np.empty", np.empty), (size, *self._dtype(v)))))

    def _keep_sum(self, m: Element, strip: Strip, k: int, build: Builder) -> None:
        """Memory for a sum along an axis; none for one that is done within an iteration."""
        v = target_of(m)
        if function_of(m) in ("np.max", "np.min"):
            for d in m.axes:
                build.emit(Let((), Apply(Ref("occupied", native.occupied), (strip.sizes[d],))))
        if strip.is_row_sum(m):
            self._keep(v, k, build)
            return
        size, kind = self._shape(self.extents[v], build), self._dtype(v)
        first = FOLDS[function_of(m)][1]
        made = Apply(Ref("np.full", np.full), (size, Const(first), *kind))
        if first == 0.0:
            made = Apply(Ref("np.zeros", np.zeros), (size, *kind))
        build.emit(Let((v,), made))

    def _shape(self, sizes: Sequence[Atom], build: Builder) -> Atom:
        """The shape of a new array."""
        if len(sizes) == 1:
            return sizes[0]
        known = tuple(sizes)
        if known not in self.shapes:
            self.shapes[known] = build.call(prims.build_tuple, *sizes, name="shape")
        return self.shapes[known]

    def _dtype(self, v: Value) -> tuple[Atom, ...]:
        dtype = self.facts.of(v).dtype
        if dtype is None or dtype == np.float64:
            return ()
        return (Ref(f"np.{dtype.name}", dtype.type),)

    def place(self, v: Value, index: Sequence[Atom], build: Builder) -> Atom:
        """The index of an element of an array that the loops define."""
        return one(list(index[self.depth :] if v in self.buffers else index), build)

    # Loops ---------------------------------------------------------------------------------

    def _outer(self, level: int, totals: list[list[Atom]], build: Builder) -> list[list[Atom]]:
        """The shared loops from a level on, with the sums over everything so far."""
        if level == self.depth:
            return [self._inner(s, level, t, build) for s, t in zip(self.strips, totals)]
        first = self.strips[0]
        params = [[self._sum(m) for m in s.totals] for s in self.strips]
        inner = Builder(None, self.facts)
        outs = self._outer(level + 1, [list(p) for p in params], inner)
        results = self._results(level, self.strips)
        build.emit(For(
            Iter("range", (first.sizes[level],), (), first.index[level]), _flat(params),
            _flat(totals), inner.block(*_flat(outs)), _flat(results),
            first.members[0].stmt.origin,
        ))  # fmt: skip
        return [list(r) for r in results]

    def _threaded(self, totals: list[list[Atom]], build: Builder) -> None:
        """The outermost loop, for threads: each iteration has buffers and sums of its own."""
        first = self.strips[0]
        parts = [target_of(m) for s in self.strips for m in s.totals]
        rows = [Value(f"{v.name}_rows") for v in parts]
        for row in rows:
            build.emit(Let((row,), Apply(Ref("np.empty", np.empty), (first.sizes[0],))))
        inner = Builder(None, self.facts)
        self.shapes = {}
        self._private(inner)
        if self.depth:
            outs = self._outer(1, totals, inner)
        else:
            outs = [self._inner(first, 1, totals[0], inner)]
        for row, out in zip(rows, _flat(outs)):
            inner.emit(Write("item", row, first.index[0], out, first.members[0].stmt.origin))
        origin = first.members[0].stmt.origin
        build.emit(For(Iter("prange", (first.sizes[0],), (), first.index[0]), (), (),
                       inner.block(), (), origin))  # fmt: skip
        for row, total in zip(rows, parts):
            build.emit(Let((total,), Apply(Ref("np.sum", np.sum), (row,)), origin))

    def _results(self, level: int, strips: Sequence[Strip]) -> list[list[Value]]:
        """The values of the sums after a loop: the last loop gives the sums themselves."""
        if level == 0:
            return [[target_of(m) for m in s.totals] for s in strips]
        return [[self._sum(m) for m in s.totals] for s in strips]

    def _sum(self, m: Element, name: str = "") -> Value:
        """A sum or an extreme on its way; under another name, whether there was a NaN."""
        value = Value(name or target_of(m).name)
        dtype = self.facts.of(target_of(m)).dtype
        if value.name == target_of(m).name:  # that of shorter numbers runs in double precision
            self.facts.put(value, number(dtype if dtype == np.float64 else None))
        return value

    def _inner(
        self, strip: Strip, level: int, totals: list[Atom], build: Builder
    ) -> list[Atom]:
        """The loops of one strip from a level on."""
        if level == strip.rank:
            outs, _ = strip.body(totals, [], self.notes, build)
            return outs
        params = [self._sum(m) for m in strip.totals]
        rows = strip.rows if level == strip.rank - 1 else []
        start = [start_of(m) for m in rows]
        sums = [[self._sum(m, n) for n, _ in s] for m, s in zip(rows, start)]
        inner = Builder(None, self.facts)
        ends: list[list[Atom]] = []
        if level == strip.rank - 1:
            outs, ends = strip.body(list(params), [list(s) for s in sums], self.notes, inner)
        else:
            outs = self._inner(strip, level + 1, list(params), inner)
        (results,) = self._results(level, [strip])
        done = [[self._sum(m, n) for n, _ in s] for m, s in zip(rows, start)]
        build.emit(For(
            Iter("range", (strip.sizes[level],), (), strip.index[level]),
            (*params, *_flat(sums)), (*totals, *(first for s in start for _, first in s)),
            inner.block(*outs, *_flat(ends)), (*results, *_flat(done)),
            strip.members[0].stmt.origin,
        ))  # fmt: skip
        for m, total in zip(rows, done):
            strip.finish(m, total, build)
        return list(results)


def _flat(parts: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    return tuple(a for part in parts for a in part)


def _shape(x: Atom, k: int, build: Builder) -> Value:
    shape = build.call(getattr, x, Const("shape"), name="shape")
    return build.call(_GETITEM, shape, Const(k), name="n")
