"""One iteration of a loop over elements: what is read, computed and written.

    t = x * y                              x_i = x[i]
    x += t                                 x[i] = x_i + x_i * y[i]
    z = np.exp(x)                          ...            (reads of `x` are that number now)
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.analysis.fact import INDEX, Fact
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.effects import augmented
from s2s.ir.nodes import Apply, Atom, Block, Const, If, Let, Method, Note, Ref, Value, Write
from s2s.runtime import loops as native
from s2s.transform.numba.element import FOLDS, Element
from s2s.transform.numba.kinds import same_dtype
from s2s.transform.numba.quick import is_quick, quick
from s2s.transform.numba.views import Fixed, View, whole

if TYPE_CHECKING:
    from s2s.analysis.shapes import Size
    from s2s.transform.numba.nest import Nest

_LETTERS = "ijklm"
_GETITEM = Ref("getitem", operator.getitem)
_EXTREMES = {"np.max": native.larger, "np.min": native.smaller}


class Strip:
    """The elements of one innermost loop.

    Attributes
    ----------
    first : int
        The number of the first of its elements in the nest.
    index : list of Value
        The counters of the loops around it.
    sizes, known : list, dict
        The number of iterations of each loop, and that number as known by construction.
    """

    def __init__(
        self, nest: Nest, members: Sequence[Element], first: int, index: list[Value]
    ) -> None:
        self.nest, self.members, self.first, self.index = nest, members, first, index
        self.elements, self.facts = nest.elements, nest.facts
        self.rank, self.dims = members[0].rank, members[0].dims
        self.sizes: list[Atom] = []
        self.known: dict[int, Any] = {}
        self.chosen: set[tuple[object, int]] = set()
        self.totals = [m for m in members if m.kind == "sum"]
        self.rows = [m for m in members if self.is_row_sum(m)]
        self.item: dict[Value, Atom] = {}
        self.loaded: dict[Any, Atom] = {}

    def is_row_sum(self, m: Element) -> bool:
        """Whether an element is a sum along the innermost loop: a number while it runs."""
        return m.kind == "fold" and m.axes == (self.rank - 1,)

    def uses(self, v: Value) -> bool:
        """Whether the strip reads or writes an array."""
        return any(
            view.base is v for m in self.members for view, _, _ in self.elements.accesses(m)
        )

    # The iteration -------------------------------------------------------------------------

    def body(
        self, totals: list[Atom], sums: list[list[Atom]], notes: Sequence[tuple[int, Note]],
        build: Builder,
    ) -> tuple[list[Atom], list[list[Atom]]]:  # fmt: skip
        """The statements of one iteration; gives the sums over everything and along the row."""
        self._count()
        outs, ends = dict(zip(map(id, self.totals), totals)), dict(zip(map(id, self.rows), sums))
        end = self.first + len(self.members)
        own = [(n, note) for n, note in notes if self.first <= n < end]
        for n, m in enumerate(self.members, self.first):
            while own and own[0][0] <= n:
                build.emit(own.pop(0)[1])
            build.origin = m.stmt.origin
            match m.kind:
                case "map":
                    self._give(m.defines[0], self._compute(m, build), n, build)
                case "update":
                    self._update(m, n, build)
                case "store":
                    assert m.writes is not None and isinstance(m.stmt, Write)
                    value = self._read(m.operands[0], build)
                    self._write(m, m.writes, value, m.stmt.op, n, build)
                case "sum":
                    x = self._read(m.operands[0], build)
                    outs[id(m)] = build.call(
                        native.plus, outs[id(m)], x, name=target_of(m).name
                    )  # fmt: skip
                case "fold":
                    x = self._read(m.operands[0], build)
                    if id(m) in ends:
                        ends[id(m)] = _added(m, ends[id(m)], x, build)
                    else:
                        self._fold(m, x, build)
        return list(outs.values()), list(ends.values())

    def _count(self) -> None:
        """Which element is the last to write an array, and how often each is used."""
        self.last: dict[object, int] = {}
        self.used: dict[object, int] = {}
        for n, m in enumerate(self.members, self.first):
            for view, _, writes in self.elements.accesses(m):
                self.used[view.key] = self.used.get(view.key, 0) + 1
                if writes:
                    self.last[view.key] = n

    def _inside(self, view: View) -> bool:
        """Whether an element of an array that the nest makes is a number here."""
        return view.base in self.nest.made and view.key == whole(view.base, view.rank).key

    def finish(self, m: Element, totals: list[Value], build: Builder) -> None:
        """After the innermost loop: a sum along it is there."""
        v, (total, *odd) = target_of(m), totals
        build.origin = m.stmt.origin
        if odd:
            total = _choice([odd[0], Const(math.nan), total], total.name, build)
        if self.rank - 1 == self.nest.depth:
            self.nest.scalars[v] = total
        if v in self.nest.wanted or v in self.nest.buffers:
            key = self.nest.place(v, self.index[:-1], build)
            build.emit(Write("item", v, key, total, build.origin))

    def _give(self, v: Value, item: Atom, n: int, build: Builder) -> None:
        """Note the element of a value; where the array is kept, the last one is stored."""
        self.item[v] = item
        if n < self.last.get(whole(v, self.rank).key, n):
            return
        if self.rank == self.nest.depth:
            self.nest.scalars[v] = item
        if v in self.nest.wanted or v in self.nest.buffers:
            key = self.nest.place(v, self.index, build)
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
        if is_quick(expr, self.facts):
            item = quick(expr, args, name, build)
            self.facts.put(item, number(self.facts.of(m.defines[0]).dtype))
            return item
        return build.let(Apply(expr.fn, tuple(args)), name)

    def _update(self, m: Element, n: int, build: Builder) -> None:
        """`x += y` of an array that is there, or of one that the loop makes."""
        assert isinstance(m.stmt, Let) and isinstance(m.stmt.expr, Apply)
        assert m.writes is not None
        x, y = m.operands
        target = m.defines[0]
        item = self._read(y, build)
        self._write(m, m.writes, item, augmented(m.stmt.expr), n, build)
        if self._inside(m.writes):
            self.item[target] = self.item[m.writes.base]
            self.nest.swapped[target] = m.writes.base
        else:
            self.nest.swapped[target] = x

    def _write(
        self, m: Element, view: View, item: Atom, op: str | None, n: int, build: Builder
    ) -> None:
        """An element of an array becomes another one; a number as long as the loop uses it."""
        base = view.base
        if self._inside(view):
            if op is not None:
                item = _combined(op, self._load(view, m.dims, base, build), item, build)
            self._give(base, item, n, build)
            return
        exact = self._exact(base, item)
        if exact is None or self.used[view.key] == 1:
            if op is not None and (view.key, len(m.dims)) in self.loaded:  # not stored yet
                item = _combined(op, self._load(view, m.dims, base, build), item, build)
                op = None
            key = self._key(view, m.dims, build)
            build.emit(Write("item", base, key, item, m.stmt.origin, (), op))
            self.loaded.pop((view.key, len(m.dims)), None)
            return
        item = exact
        if op is not None:
            item = _combined(op, self._load(view, m.dims, base, build), item, build)
        self.loaded[view.key, len(m.dims)] = item
        if n == self.last[view.key]:
            key = self._key(view, m.dims, build)
            build.emit(Write("item", base, key, item, m.stmt.origin))

    def _exact(self, base: Value, item: Atom) -> Atom | None:
        """A number as it is when it was stored in an array, where that can be told."""
        dtype = self.facts.of(base).dtype
        if isinstance(item, Const):
            real = isinstance(item.value, int | float)
            return Const(float(item.value)) if real and dtype == np.float64 else None
        return item if same_dtype(dtype, self.facts.of(item).dtype) else None

    def _fold(self, m: Element, item: Atom, build: Builder) -> None:
        """`out[key] += item`, or the larger of the two."""
        out, fn = target_of(m), FOLDS[function_of(m)][0]
        rest: list[Atom] = [i for d, i in enumerate(self.index) if d not in m.axes]
        key = one(rest, build)
        if not isinstance(fn, str):
            old = build.call(_GETITEM, out, key, name="old")
            new = build.call(fn, old, item, name="new")
            build.emit(Write("item", out, key, new, build.origin))
        else:
            build.emit(Write("item", out, key, item, build.origin, (), fn))

    # Reading -------------------------------------------------------------------------------

    def _read(self, a: Atom, build: Builder) -> Atom:
        """The element of an operand."""
        if not isinstance(a, Value):
            return a
        if a in self.elements.splats:
            return self._read(self.elements.splats[a], build)
        if a in self.item:
            return self.item[a]
        dims = self.elements.dims(a)
        if a in self.nest.swapped and not dims:
            return self._read(self.nest.swapped[a], build)
        return self._load(self.elements.view(a), dims, a, build) if dims else a

    def _load(
        self, view: View, dims: Sequence[Size], a: Value, build: Builder
    ) -> Atom:
        """The element of an array at a view of it."""
        if self._inside(view) and view.base in self.item:
            return self.item[view.base]
        if view.base in self.nest.scalars:
            return self.nest.scalars[view.base]
        cached = self.loaded.get((view.key, len(dims)))
        if cached is None:
            key = self._key(view, dims, build)
            name = f"{a.name}_{_LETTERS[self.rank - 1]}"
            cached = self.loaded[view.key, len(dims)] = build.call(
                _GETITEM, view.base, key, name=name
            )  # fmt: skip
            self.facts.put(cached, number(self.facts.of(view.base).dtype))
        return cached

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
            if isinstance(at, Value) and any(isinstance(s, Value) for s in e.start):
                # A sum that LLVM cannot know to be no count from the end, which stops vectors.
                at = build.call(np.uintp, at, name="at")
                self.facts.put(at, INDEX)
            places.append(at)
        return self.nest.place(view.base, places, build)


def function_of(m: Element) -> str:
    """The function of a reduction."""
    return str(m.stmt.expr.fn.text)  # type: ignore[union-attr]


def target_of(m: Element) -> Value:
    """What a statement gives."""
    assert isinstance(m.stmt, Let)
    return m.stmt.targets[0]


def number(dtype: Any) -> Fact:
    """What is known of an element of an array."""
    return Fact("scalar", dtype, (), numeric=True)


def one(places: list[Atom], build: Builder) -> Atom:
    """An index: one position, or a tuple of them."""
    if len(places) == 1:
        return places[0]
    return build.call(prims.build_tuple, *places, name="at")


def _combined(op: str, a: Atom, b: Atom, build: Builder) -> Value:
    """`a + b`, or what the operator of an augmented assignment is."""
    if a == Const(0.0) and op == "Add" and isinstance(b, Value):
        return b
    fn = prims.BINARY[op]
    return build.let(Apply(Ref(fn.__name__, fn), (a, b)), getattr(a, "name", "t"))


def start_of(m: Element) -> list[tuple[str, Atom]]:
    """What a sum along a row begins with; of extremes also whether there was a NaN."""
    found: list[tuple[str, Atom]] = [(target_of(m).name, Const(FOLDS[function_of(m)][1]))]
    return [*found, ("odd", Const(False))] if function_of(m) in _EXTREMES else found


def _added(m: Element, totals: list[Atom], item: Atom, build: Builder) -> list[Atom]:
    """A sum along a row with one more item."""
    name, fn = target_of(m).name, _EXTREMES.get(function_of(m))
    total, *odd = totals
    if fn is not None:
        itself = build.call(operator.ne, item, item, name="odd")
        total = build.call(fn, total, item, name=name)
        return [total, build.call(operator.or_, odd[0], itself, name="odd")]
    add = native.plus if FOLDS[function_of(m)][0] == "Add" else operator.mul
    return [build.call(add, total, item, name=name)]


def _choice(args: list[Atom], name: str, build: Builder) -> Value:
    """`a if c else b`."""
    result = Value(name)
    test, a, b = args
    build.emit(If(test, Block((), (a,)), Block((), (b,)), (result,), build.origin, "ifexp"))
    return result
