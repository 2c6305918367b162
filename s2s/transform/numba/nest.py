"""A group of elementwise statements as a nest of loops."""

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
from s2s.ir.effects import augmented
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    If,
    Iter,
    Let,
    Method,
    Note,
    Ref,
    Stmt,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.walk import map_stmt
from s2s.runtime import loops as native
from s2s.transform.numba.element import FOLDS, Element, Elements
from s2s.transform.numba.kinds import Kinds
from s2s.transform.numba.views import Along, Fixed, View, whole

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
    """The loops of one group; `write` makes them, `shown` rewrites what comes after."""

    elements: Elements
    facts: Kinds
    members: Sequence[Element]
    notes: Sequence[tuple[int, Note]]
    wanted: set[Value]
    swapped: dict[Value, Atom] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rank = self.members[0].rank
        self.dims = self.members[0].dims
        self.inside: set[Value] = set()
        self.index: list[Value] = []
        self.item: dict[Value, Atom] = {}
        self.loaded: dict[Any, Value] = {}

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
        sources = self._sources()
        sizes = self._sizes(sources, build)
        self._compare(sources, sizes, build)
        self._allocate(sizes, build)
        names = _LETTERS[: self.rank]
        self.index = [Value(n) for n in names]
        for i in self.index:
            self.facts.put(i, INDEX)
        totals = [m for m in self.members if m.kind == "sum"]
        sums = {id(m): Value(_target(m).name, _target(m).user) for m in totals}
        start: list[Atom] = [Const(0.0)] * len(totals)
        body = Builder(None, self.facts)
        outs = self._body(body, sums)
        block = body.block(*outs)
        params = [sums[id(m)] for m in totals]
        results = [_target(m) for m in totals]
        for d in range(self.rank - 1, -1, -1):
            last = d == 0
            inits = start if last else [Value(p.name, p.user) for p in params]
            ends = results if last else [Value(p.name, p.user) for p in params]
            loop = For(
                Iter("range", (sizes[d],), (), self.index[d]), tuple(params), tuple(inits),
                block, tuple(ends), self.members[0].stmt.origin,
            )  # fmt: skip
            if last:
                build.emit(loop)
            else:
                block = Block((loop,), tuple(ends))
                params = [v for v in inits if isinstance(v, Value)]

    def _sources(self) -> list[_Source]:
        """The arrays of the loop that are there before it."""
        found: dict[Any, _Source] = {}
        for m in self.members:
            for a in m.operands:
                if not isinstance(a, Value) or a in self.inside or a in self.elements.splats:
                    continue
                dims = self.elements.dims(a)
                if dims:
                    view = self.elements.view(a)
                    found.setdefault(view.key, _Source(view, dims, a, self._raw(a, dims)))
            if m.writes is not None and m.writes.base not in self.inside:
                own = m.operands[0] if m.kind == "update" else None
                raw = self._raw(own, m.dims) if own is not None else m.raw
                found.setdefault(m.writes.key, _Source(m.writes, m.dims, None, raw))
            self.inside |= set(m.defines)
        return list(found.values())

    def _raw(self, a: Atom, dims: tuple[Size, ...]) -> tuple[Any, ...]:
        raw = self.facts.raw_dims(a)
        return raw if raw is not None and len(raw) == len(dims) else (None,) * len(dims)

    def _sizes(self, sources: Sequence[_Source], build: Builder) -> list[Atom]:
        """The number of iterations along each dimension."""
        order = sorted(sources, key=lambda s: s.view.key != whole(s.view.base, s.view.rank).key)
        order.sort(key=lambda s: len(s.dims) != self.rank)
        self.chosen: list[tuple[_Source, int]] = []
        self.known: dict[int, Any] = {}  # the size along a dimension, by construction
        sizes: list[Atom] = []
        for d in range(self.rank):
            if isinstance(self.dims[d], int):
                sizes.append(Const(self.dims[d]))
                self.known[d] = self.dims[d]
                continue
            for s in order:
                k = d - (self.rank - len(s.dims))
                if k >= 0 and s.dims[k] != 1:
                    sizes.append(self._size(s, k, build))
                    self.known[d] = s.raw[k]
                    self.chosen.append((s, k))
                    break
            else:
                sizes.append(Const(1))
        return sizes

    def _size(self, s: _Source, k: int, build: Builder) -> Atom:
        """How long a source is along one of its dimensions."""
        place = next(
            (j, e) for j, e in enumerate(s.view.entries) if isinstance(e, Along) and e.axis == k
        )
        j, entry = place
        if entry.trim is None:
            x: Atom = s.atom if s.atom is not None else self._made(s.view, build)
            return _shape(x, k, build)
        n = _shape(s.view.base, j, build)
        if entry.trim == 0:
            return n
        less = build.call(operator.sub, n, Const(entry.trim), name="n")
        return build.call(max, less, Const(0), name="n")

    def _made(self, view: View, build: Builder) -> Value:
        """The view as an array, to ask for its shape."""
        for m in self.members:
            if m.writes is view and isinstance(m.stmt, Write):
                return build.call(_GETITEM, view.base, m.stmt.key, name="part")
            if m.writes is view and isinstance(m.operands[0], Value):
                return m.operands[0]
        raise AssertionError("a view that nothing writes")

    def _compare(
        self, sources: Sequence[_Source], sizes: Sequence[Atom], build: Builder
    ) -> None:
        """Compare the sizes that are not the same by construction."""
        done: set[Any] = set()
        chosen = {(s.view.key, k) for s, k in self.chosen}
        for s in sources:
            for k, size in enumerate(s.raw):
                d = k + self.rank - len(s.dims)
                if s.dims[k] == 1 and self.dims[d] != 1 or (s.view.key, k) in chosen:
                    continue
                known = self.known.get(d)
                if self.facts.certain(known, size) or (size is not None and (d, size) in done):
                    continue
                done.add((d, size))
                mine = self._size(s, k, build)
                build.emit(Let((), Apply(Ref("agree", native.agree), (mine, sizes[d]))))

    def _allocate(self, sizes: Sequence[Atom], build: Builder) -> None:
        """The arrays that the loop fills."""
        shape: Atom | None = None
        for m in self.members:
            fresh = [v for v in m.defines if v in self.wanted and m.kind == "map"]
            if m.kind != "fold" and not fresh:
                continue
            kept = [n for d, n in enumerate(sizes) if d not in m.axes]
            if m.kind == "fold" or shape is None:
                one = kept[0] if len(kept) == 1 else build.call(
                    prims.build_tuple, *kept, name="shape"
                )  # fmt: skip
                shape = shape if m.kind == "fold" else one
            target = _target(m) if m.kind == "fold" else fresh[0]
            dtype = self.facts.of(target).dtype
            kind: tuple[Atom, ...] = ()
            if dtype is not None and dtype != np.float64:
                kind = (Ref(f"np.{dtype.name}", dtype.type),)
            size = one if m.kind == "fold" else shape
            assert size is not None
            made = Apply(Ref("np.empty", np.empty), (size, *kind))
            if m.kind == "fold":
                made = _start(m, size, kind)
                if _text(m) in ("np.max", "np.min"):
                    for d in m.axes:
                        build.emit(Let((), Apply(Ref("occupied", native.occupied), (sizes[d],))))
            build.emit(Let((target,), made))

    # One iteration -------------------------------------------------------------------------

    def _body(self, build: Builder, sums: dict[int, Value]) -> list[Atom]:
        outs: list[Atom] = []
        self.last: dict[Value, int] = {}
        for n, m in enumerate(self.members):
            if m.writes is not None and m.writes.base in self.inside:
                self.last[m.writes.base] = n
        notes = list(self.notes)
        for n, m in enumerate(self.members):
            while notes and notes[0][0] <= n:
                build.emit(notes.pop(0)[1])
            build.origin = m.stmt.origin
            match m.kind:
                case "map":
                    self._give(m.defines[0], self._compute(m, build), n, build)
                case "update":
                    self._update(m, n, build)
                case "store":
                    assert m.writes is not None
                    value = self._read(m.operands[0], build)
                    op = m.stmt.op if isinstance(m.stmt, Write) else None
                    if m.writes.base in self.inside:
                        self._again(m.writes.base, value, op, n, build)
                        continue
                    key = self._key(m.writes, m.dims, build)
                    build.emit(Write("item", m.writes.base, key, value, m.stmt.origin, (), op))
                    self._forget(m.writes.base)
                case "sum":
                    x = self._read(m.operands[0], build)
                    name = _target(m).name
                    outs.append(build.call(native.plus, sums[id(m)], x, name=name))
                case "fold":
                    x = self._read(m.operands[0], build)
                    rest: list[Atom] = [i for d, i in enumerate(self.index) if d not in m.axes]
                    self._fold(_target(m), _one(rest, build), x, m, build)
        return outs

    def _give(self, v: Value, item: Atom, n: int, build: Builder) -> None:
        """Note the element of a value; where the array is wanted, the last one is stored."""
        self.item[v] = item
        if v in self.wanted and n == self.last.get(v, n):
            key = _one(list(self.index), build)
            build.emit(Write("item", v, key, item, build.origin))

    def _compute(self, m: Element, build: Builder) -> Atom:
        """The element that a statement computes."""
        assert isinstance(m.stmt, Let) and isinstance(m.stmt.expr, Apply)
        expr, name = m.stmt.expr, m.defines[0].name
        args = [self._read(a, build) for a in m.operands]
        if isinstance(expr.fn, Method) or getattr(expr.fn, "text", "") == "np.broadcast_to":
            return args[0]
        assert isinstance(expr.fn, Ref)
        if expr.fn.obj is np.where:
            return _choice(args, name, build)
        return build.let(Apply(expr.fn, tuple(args)), name)

    def _update(self, m: Element, n: int, build: Builder) -> None:
        """`x += y` of an array that is there, or of one that the loop makes."""
        assert isinstance(m.stmt, Let) and isinstance(m.stmt.expr, Apply)
        x, y = m.operands
        target = m.defines[0]
        assert isinstance(x, Value)
        item = self._read(y, build)
        assert m.writes is not None
        base = m.writes.base
        if base in self.inside:
            self._again(base, item, augmented(m.stmt.expr), n, build)
            self.item[target] = self.item[base]
            self.swapped[target] = base
            return
        key = self._key(m.writes, m.dims, build)
        build.emit(Write("item", base, key, item, build.origin, (), augmented(m.stmt.expr)))
        self._forget(base)
        self.swapped[target] = x

    def _again(
        self, base: Value, item: Atom, op: str | None, n: int, build: Builder
    ) -> None:
        """An array that the loop makes is written again: its element is another one from here."""
        if op is not None:
            fn = prims.BINARY[op]
            item = build.let(Apply(Ref(fn.__name__, fn), (self.item[base], item)), base.name)
        self._give(base, item, n, build)

    def _fold(self, out: Value, key: Atom, item: Atom, m: Element, build: Builder) -> None:
        """`out[key] += item`, or the larger of the two."""
        fn = FOLDS[_text(m)][0]
        if not isinstance(fn, str):
            old = build.call(_GETITEM, out, key, name="old")
            new = build.call(fn, old, item, name="new")
            build.emit(Write("item", out, key, new, build.origin))
        else:
            build.emit(Write("item", out, key, item, build.origin, (), fn))

    def _read(self, a: Atom, build: Builder) -> Atom:
        """The element of an operand."""
        if not isinstance(a, Value):
            return a
        if a in self.elements.splats:
            return self._read(self.elements.splats[a], build)
        if a in self.item:
            return self.item[a]
        if a in self.swapped:
            return self._read(self.swapped[a], build)
        dims = self.elements.dims(a)
        if not dims:
            return a
        view = self.elements.view(a)
        cached = self.loaded.get((view.key, len(dims)))
        if cached is None:
            key = self._key(view, dims, build)
            cached = build.call(_GETITEM, view.base, key, name=f"{a.name}_{_LETTERS[self.rank-1]}")
            self.loaded[view.key, len(dims)] = cached
        return cached

    def _forget(self, base: Value) -> None:
        """Elements of an array that was written are read again."""
        root = self.elements.aliases.find(base)
        self.loaded = {
            k: v for k, v in self.loaded.items()
            if self.elements.aliases.find(k[0][0]) is not root
        }  # fmt: skip

    def _key(self, view: View, dims: Sequence[Size], build: Builder) -> Atom:
        """The index of an element of a view in its base."""
        places: list[Atom] = []
        for e in view.entries:
            if isinstance(e, Fixed):
                places.append(e.at)
                continue
            d = e.axis + self.rank - len(dims)
            at: Atom = Const(0) if dims[e.axis] == 1 and self.dims[d] != 1 else self.index[d]
            for s in e.start:
                at = s if at == Const(0) else build.call(operator.add, at, s, name="at")
            places.append(at)
        return _one(places, build)


def _text(m: Element) -> str:
    """The function of a reduction."""
    return str(m.stmt.expr.fn.text)  # type: ignore[union-attr]


def _start(m: Element, size: Atom, kind: tuple[Atom, ...]) -> Apply:
    """What a reduction along axes starts from."""
    first = FOLDS[_text(m)][1]
    if first == 0.0:
        return Apply(Ref("np.zeros", np.zeros), (size, *kind))
    return Apply(Ref("np.full", np.full), (size, Const(first), *kind))


def _one(places: list[Atom], build: Builder) -> Atom:
    """An index: one position, or a tuple of them."""
    if len(places) == 1:
        return places[0]
    return build.call(prims.build_tuple, *places, name="at")


def _target(m: Element) -> Value:
    assert isinstance(m.stmt, Let)
    return m.stmt.targets[0]


def _shape(x: Atom, k: int, build: Builder) -> Value:
    shape = build.call(getattr, x, Const("shape"), name="shape")
    return build.call(_GETITEM, shape, Const(k), name="n")


def _choice(args: list[Atom], name: str, build: Builder) -> Value:
    """`a if c else b`."""
    result = Value(name)
    test, a, b = args
    build.emit(If(test, Block((), (a,)), Block((), (b,)), (result,), build.origin, "ifexp"))
    return result


__all__ = ["Nest"]
