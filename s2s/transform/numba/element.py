"""What a statement does to each element: compute one, store one, or add one to a sum."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s.analysis import callables as table
from s2s.analysis.fact import NUMBER_KINDS
from s2s.analysis.shapes import Dim, Size
from s2s.ir.effects import augmented
from s2s.ir.nodes import Apply, Atom, Const, Function, Let, Method, Pop, Ref, Stmt, Value, Write
from s2s.ir.walk import statements
from s2s.runtime import loops as native
from s2s.transform.numba.kinds import Kinds
from s2s.transform.numba.memory import Memory
from s2s.transform.numba.views import Along, View, Views, whole

_MOST = 5  # the highest rank of a loop
_SPLATS = ("np.full_like", "np.zeros_like", "np.ones_like", "np.full", "np.zeros", "np.ones")
_ARITHMETIC = frozenset({operator.add, operator.sub, operator.mul, operator.neg, operator.pos})
_LOGIC = frozenset({operator.and_, operator.or_, operator.xor})
# Reductions along an axis: how an item is added, and what from; sums may be over everything.
FOLDS: dict[str, tuple[Any, float]] = {
    "np.sum": ("Add", 0.0), "np.prod": ("Mult", 1.0),
    "np.max": (np.maximum, -math.inf), "np.min": (np.minimum, math.inf),
}  # fmt: skip
_SHAPERS = ("np.full_like", "np.zeros_like", "np.ones_like", "np.empty_like")


@dataclass(frozen=True, eq=False)
class Element:
    """One statement of a loop.

    `kind` is ``map`` (a new array), ``update`` (`x += y` on an array that is there), ``store``
    (`x[...] = y`), ``sum`` (over everything) or ``fold`` (a sum along axes: `axes`).
    """

    kind: str
    stmt: Stmt
    rank: int
    dims: tuple[Size, ...]
    operands: tuple[Atom, ...]
    defines: tuple[Value, ...] = ()
    reads: tuple[View, ...] = ()
    writes: View | None = None
    axes: tuple[int, ...] = ()
    raw: tuple[Any, ...] = ()  # of a store: the sizes of the part, by construction


class Elements:
    """Which statements of a function work element by element."""

    def __init__(self, function: Function, facts: Kinds, aliases: Memory) -> None:
        self.facts, self.aliases = facts, aliases
        self.views = Views(function.body, facts)
        # What was saved may come to be needed no more: others are asked for sizes first.
        self.popped = {s.target for s in statements(function.body) if isinstance(s, Pop)}
        self.parent: dict[Any, Any] = {}
        self.splats = self._find_splats(function)
        self._known: dict[int, tuple[Stmt, Element | None]] = {}
        for stmt in statements(function.body):
            element = self.element(stmt)
            if element is not None:
                self._assume(element)

    # Sizes that are taken for equal ---------------------------------------------------------

    def _root(self, d: Size) -> Any:
        d = self.facts.sizes.find(d)
        while d in self.parent:
            d = self.parent[d]
        return d

    def same(self, a: Size, b: Size) -> bool:
        """Whether two sizes are the same, or are compared before a loop over both."""
        return bool(self._root(a) == self._root(b))

    def _assume(self, element: Element) -> None:
        """Operands of one statement are as long as its result."""
        for atom in element.operands:
            dims = self.dims(atom)
            for a, b in zip(dims[::-1], element.dims[::-1], strict=False):
                if a != 1:
                    x, y = self._root(a), self._root(b)
                    if x is not y and x != y and y != 1:
                        if not isinstance(x, Dim):
                            x, y = y, x
                        if isinstance(x, Dim):
                            self.parent[x] = y

    # Questions -----------------------------------------------------------------------------

    def dims(self, a: Any) -> tuple[Size, ...]:
        """The sizes of an operand; none of a number."""
        if isinstance(a, Value | Ref):
            return self.facts.of(a).dims or ()
        return ()

    def view(self, x: Value) -> View:
        """What an array shows."""
        found = self.views._base(x)
        return whole(x, len(self.dims(x))) if found is None else found

    def element(self, stmt: Stmt) -> Element | None:
        """What a statement does to each element, if it is one for a loop."""
        known = self._known.get(id(stmt))
        if known is not None and known[0] is stmt:
            return known[1]
        found = self._element(stmt)
        self._known[id(stmt)] = stmt, found
        return found

    def fits(self, new: Element, members: Sequence[Element]) -> bool:
        """Whether an element runs over the same indices as a loop."""
        first = members[0]
        return new.rank == first.rank and all(map(self.same, new.dims, first.dims))

    def opaque_uses(self, new: Element, inside: set[Value]) -> bool:
        """Whether an element looks at a value of the loop through a view."""
        for a in new.operands:
            if isinstance(a, Value) and a not in inside and self.dims(a):
                view = self.view(a)
                if view.base in inside and view.key != whole(view.base, new.rank).key:
                    return True
            if isinstance(a, Value) and a in inside:
                dims = self.dims(a)
                if len(dims) != new.rank:
                    return True
        if new.writes is None or new.writes.base not in inside:
            return False
        return new.writes.key != whole(new.writes.base, new.rank).key

    def accesses(self, element: Element) -> list[tuple[View, tuple[Size, ...], bool]]:
        """What an element reads and writes of memory: the view, its sizes, whether it writes."""
        found = [
            (self.view(a), self.dims(a), False) for a in element.operands
            if isinstance(a, Value) and a not in self.splats and self.dims(a)
            and not (element.kind == "update" and a is element.operands[0])
        ]
        if element.writes is not None:
            found.append((element.writes, element.dims, True))
        return found

    @staticmethod
    def adds(element: Element) -> bool:
        """Whether what an element writes is added to what is there."""
        stmt = element.stmt
        op = stmt.op if isinstance(stmt, Write) else augmented(getattr(stmt, "expr", None))
        return op in ("Add", "Sub")

    @staticmethod
    def lanes(
        view: View, dims: Sequence[Size], rank: int, loop: int
    ) -> set[tuple[int, tuple[Atom, ...]]]:
        """Where in the index of a view the counter of a loop stands, and with what start."""
        shift = rank - len(dims)
        return {
            (p, e.start) for p, e in enumerate(view.entries)
            if isinstance(e, Along) and e.axis + shift == loop and dims[e.axis] != 1
        }

    def is_lane(self, view: View, dims: Sequence[Size], rank: int, loop: int) -> bool:
        """Whether a view is indexed by the counter of a loop at that place, as it is."""
        return (loop, ()) in self.lanes(view, dims, rank, loop)

    def shape_only(self, stmt: Stmt, v: Value) -> bool:
        """Whether a statement asks for nothing but the shape of a value."""
        if not isinstance(stmt, Let) or not isinstance(stmt.expr, Apply):
            return False
        fn, args = stmt.expr.fn, stmt.expr.args
        if not isinstance(fn, Ref) or not args or args[0] is not v or v in args[1:]:
            return False
        return fn.text in _SHAPERS or (
            fn.obj is getattr and args[1] in (Const("shape"), Const("size"))
        )

    def has_views(self, element: Element) -> bool:
        """Whether an element reads or writes parts of arrays."""
        views = [*element.reads, *([element.writes] if element.writes is not None else [])]
        return any(v.key != whole(v.base, v.rank).key for v in views)

    # Kinds of elements ---------------------------------------------------------------------

    def _element(self, stmt: Stmt) -> Element | None:
        match stmt:
            case Let(targets=(target,), expr=Apply() as expr, unpack=False):
                if augmented(expr) is not None:
                    return self._update(stmt, target, expr)
                if isinstance(expr.fn, Ref) and expr.fn.text in FOLDS:
                    return self._sum(stmt, target, expr)
                return self._map(stmt, target, expr)
            case Write(kind="item", target=Value() as target):
                return self._store(stmt, target)
        return None

    def _operand(self, a: Any) -> bool:
        """Whether an operand can be read element by element."""
        if isinstance(a, Const):
            return a.value is None or isinstance(a.value, int | float | complex)
        if not isinstance(a, Value):
            return False
        f = self.facts.of(a)
        if f.kind in NUMBER_KINDS:
            return True
        if f.kind == "any":
            return f.numeric and f.dims == ()
        return f.kind == "array" and f.dims is not None and f.dtype is not None

    def _reads(self, operands: Sequence[Any]) -> tuple[View, ...]:
        found = []
        for a in operands:
            if isinstance(a, Value) and a not in self.splats and self.dims(a):
                found.append(self.view(a))
        return tuple(found)

    def _map(self, stmt: Let, target: Value, expr: Apply) -> Element | None:
        f = self.facts.of(target)
        if f.kind != "array" or not f.dims or len(f.dims) > _MOST or f.dtype is None:
            return None
        if expr.kwargs or f.dtype.kind not in "fcbi":
            return None
        if isinstance(expr.fn, Method):
            if expr.fn.name != "copy" or len(expr.args) != 1:
                return None
        elif not self._elementwise(expr, f.dtype):
            return None
        args = expr.args[:1] if self._spreads(expr) else expr.args
        if not all(map(self._operand, args)) or not self._reads(args):
            return None
        return Element(
            "map", stmt, len(f.dims), f.dims, args, (target,), self._reads(args)  # type: ignore[arg-type]
        )  # fmt: skip

    def leads(self, element: Element) -> bool:
        """Whether the sizes of a loop can be had from what an element reads and writes.

        Not of a broadcast, nor of an array of one number with a part of size 1 of another.
        """
        expr = getattr(element.stmt, "expr", None)
        if isinstance(expr, Apply) and self._spreads(expr):
            return False
        shown = [dims for _, dims, _ in self.accesses(element)]
        return all(
            isinstance(n, int) or any(len(dims) > k and dims[-1 - k] != 1 for dims in shown)
            for k, n in enumerate(element.dims[::-1])
        )

    @staticmethod
    def _spreads(expr: Apply) -> bool:
        return isinstance(expr.fn, Ref) and expr.fn.text == "np.broadcast_to"

    def _elementwise(self, expr: Apply, dtype: Any) -> bool:
        """Whether a callee means the same for numbers as for arrays."""
        fn = expr.fn
        if not isinstance(fn, Ref):
            return False
        if self._spreads(expr) or (fn.text.endswith("_1") and hasattr(native, fn.text)):
            return True
        obj = fn.obj
        if not table.hashable(obj) or not table.is_elementwise(obj):
            return False
        kinds = {d.kind for d in map(self._dtype, expr.args) if d is not None}
        if "b" in kinds and kinds == {"b"} and obj in _ARITHMETIC:
            return False  # sums of booleans are no sums of numbers
        if obj is operator.invert or (obj in _LOGIC and kinds != {"b"}):
            return False
        if dtype.kind == "i" and obj not in _ARITHMETIC:
            return False
        if obj in (np.round, np.around, np.nan_to_num, np.isclose):
            return False
        return not isinstance(obj, np.ufunc) or obj.nout == 1

    def _dtype(self, a: Any) -> Any:
        return self.facts.of(a).dtype if isinstance(a, Value | Const) else None

    def _update(self, stmt: Let, target: Value, expr: Apply) -> Element | None:
        x, y = expr.args
        f = self.facts.of(x)  # type: ignore[arg-type]
        if f.kind != "array" or not f.dims or len(f.dims) > _MOST or f.dtype is None:
            return None
        if not isinstance(x, Value) or not self._operand(y) or f.dtype.kind not in "fc":
            return None
        if x in self.splats or len(self.dims(y)) > len(f.dims):
            return None
        name = augmented(expr)
        if name not in ("Add", "Sub", "Mult", "Div"):
            return None
        return Element(
            "update", stmt, len(f.dims), f.dims, (x, y), (target,), self._reads((y,)),  # type: ignore[arg-type]
            self.view(x),
        )  # fmt: skip

    def part(self, stmt: Write) -> tuple[Apply, View | None]:
        """What a write changes, read, and what that shows."""
        probe = Apply(Ref("getitem", operator.getitem), (stmt.target, stmt.key))
        return probe, self.views._view(probe)

    def back_in_place(self, stmt: Stmt) -> bool:
        """Whether a statement writes a part of an array where it is already."""
        if not isinstance(stmt, Write) or stmt.kind != "item" or stmt.op is not None:
            return False
        if not isinstance(stmt.value, Value) or not self.dims(stmt.value):
            return False
        view = self.part(stmt)[1]
        return view is not None and self.view(stmt.value).key == view.key

    def _store(self, stmt: Write, target: Value) -> Element | None:
        f = self.facts.of(target)
        if f.kind != "array" or not f.dims or f.dtype is None or f.dtype.kind not in "fc":
            return None
        if target in self.splats or not self._operand(stmt.value):
            return None
        probe, view = self.part(stmt)
        if view is None or view.rank > _MOST:
            return None
        dims = self.facts.expression(probe).dims
        if not dims or len(self.dims(stmt.value)) > len(dims):
            return None
        value = stmt.value
        raw = self.facts.raw.expression(probe).dims if self.facts.raw is not None else None
        if stmt.op not in (None, "Add", "Sub", "Mult", "Div"):
            return None
        return Element(
            "store", stmt, len(dims), dims, (value,), (), self._reads((value,)), view,
            raw=raw if raw is not None and len(raw) == len(dims) else (None,) * len(dims),
        )  # fmt: skip

    def _sum(self, stmt: Let, target: Value, expr: Apply) -> Element | None:
        x = expr.args[0]
        if not isinstance(x, Value) or expr.kwargs or not self._operand(x):
            return None
        f = self.facts.of(x)
        if f.kind != "array" or not f.dims or len(f.dims) > _MOST or f.dtype is None:
            return None
        if f.dtype.kind not in "fc":
            return None
        axes: tuple[int, ...] = ()
        if len(expr.args) == 2:
            if not isinstance(expr.args[1], Const) or len(f.dims) < 2:
                return None
            axes = (expr.args[1].value % len(f.dims),)
        elif isinstance(expr.fn, Ref) and expr.fn.text != "np.sum":
            return None
        return Element(
            "fold" if axes else "sum", stmt, len(f.dims), f.dims, (x,), (), self._reads((x,)),
            axes=axes,
        )  # fmt: skip

    # Arrays of one number ------------------------------------------------------------------

    def _find_splats(self, function: Function) -> dict[Value, Atom]:
        """Arrays that hold one number everywhere and that nothing changes or keeps."""
        found: dict[Value, Atom] = {}
        for stmt in statements(function.body):
            if isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and len(stmt.targets) == 1:
                number = _splat(stmt.expr)
                fact = self.facts.of(stmt.targets[0])
                if number is not None and fact.kind == "array" and fact.dims:
                    found[stmt.targets[0]] = number
        kept: set[Any] = set(function.body.outs)
        for stmt in statements(function.body):
            kept |= self._keeping(stmt)
        return {v: a for v, a in found.items() if v not in kept}

    def _keeping(self, stmt: Stmt) -> set[Any]:
        """The atoms that a statement may change, keep or hand on."""
        from s2s.ir.walk import blocks_of, own_atoms

        kept: set[Any] = set()
        for block in blocks_of(stmt):
            kept |= set(block.outs)
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            if augmented(stmt.expr) is not None:
                return kept | {stmt.expr.args[0]}
            obj: Any = getattr(stmt.expr.fn, "obj", None)
            name = getattr(stmt.expr.fn, "name", "")
            plain = table.hashable(obj) and (table.is_elementwise(obj) or obj in (np.sum,))
            text = getattr(stmt.expr.fn, "text", "")
            if plain or text.endswith("_1") or name in ("copy", "astype"):
                return kept
            if self._spreads(stmt.expr) or text in _SPLATS:
                return kept
        if isinstance(stmt, Write):
            return kept | {stmt.target}
        return kept | set(own_atoms(stmt))


def _splat(expr: Apply) -> Atom | None:
    """The number that an array is filled with."""
    text = getattr(expr.fn, "text", "")
    if text not in _SPLATS or expr.kwargs:
        return None
    if text.startswith("np.full"):
        number = expr.args[1] if len(expr.args) == 2 else None
        return number if isinstance(number, Value | Const) else None
    if len(expr.args) != 1:
        return None
    return Const(0.0 if "zeros" in text else 1.0)
