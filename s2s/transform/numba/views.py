"""Which item of which array an element of a view is.

    t = u[1:-1, 2:]            t[i, j] is u[i + 1, j + 2]
    t = a.T                    t[i, j] is a[j, i]
    t = x[:, None]             t[i, j] is x[i]

Only what needs no look at the sizes: starts that are known not to be negative, steps of 1.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from s2s.ir import prims
from s2s.ir.effects import augmented
from s2s.ir.nodes import Apply, Atom, Block, Const, Expr, For, Let, Ref, Value
from s2s.ir.walk import statements
from s2s.transform.numba.kinds import Kinds

_MONOTONE = (operator.add, operator.mul, operator.floordiv)


@dataclass(frozen=True)
class Fixed:
    """A position along a dimension of the base that is the same for all elements."""

    at: Atom


@dataclass(frozen=True)
class Along:
    """Positions `start + k` for the index `k` of a dimension of the view.

    `trim` is how much shorter the view is than the base along it, None where that depends on
    the sizes; `stop` a position that it does not reach, where one is known.
    """

    axis: int
    start: tuple[Atom, ...]  # summed up
    trim: int | None
    stop: Atom | None = field(default=None, compare=False)


@dataclass(frozen=True)
class View:
    """A view of `base`: one entry a dimension of the base; `rank` is that of the view."""

    base: Value
    entries: tuple[Fixed | Along, ...]
    rank: int

    @property
    def key(self) -> object:
        """Equal for views of the same elements in the same order."""
        return self.base, self.entries, self.rank


@dataclass(frozen=True)
class Range:
    """The least and the greatest number that a counter takes: an atom and what is added to it."""

    low: tuple[Atom, int] | None = None
    high: tuple[Atom, int] | None = None


def whole(x: Value, rank: int) -> View:
    """An array as a view of itself."""
    return View(x, tuple(Along(k, (), 0) for k in range(rank)), rank)


class Views:
    """The views of one function.

    Attributes
    ----------
    of : dict
        From the value of a view to what it shows.
    """

    def __init__(self, body: Block, facts: Kinds) -> None:
        self.facts = facts
        self.made: dict[Value, Expr] = {}
        self.counters: set[Value] = set()  # indices of loops that are never negative
        self.ranges: dict[Value, Range] = {}
        for stmt in statements(body):
            if isinstance(stmt, Let) and len(stmt.targets) == 1 and not stmt.unpack:
                self.made[stmt.targets[0]] = stmt.expr
            elif isinstance(stmt, For) and stmt.iter.kind == "range" and stmt.iter.item:
                self._count(stmt.iter.item, stmt.iter.args)
        self.of: dict[Value, View] = {}
        for value, expr in self.made.items():
            found = self._view(expr)
            if found is not None:
                self.of[value] = found

    def _count(self, item: Value, args: tuple[Atom, ...]) -> None:
        """Note what is known of the counter of a range."""
        start: Atom = args[0] if len(args) > 1 else Const(0)
        stop = args[-1] if len(args) < 3 else args[1]
        step: Atom = args[2] if len(args) == 3 else Const(1)
        if step not in (Const(1), Const(-1)):
            if isinstance(step, Const) and type(step.value) is int:
                if self.natural(start if step.value > 0 else stop):
                    self.counters.add(item)
            return
        up = step == Const(1)
        found = Range((start, 0), (stop, -1)) if up else Range((stop, 1), (start, 0))
        if self.natural(start if up else stop) or (not up and stop == Const(-1)):
            self.counters.add(item)
        self.ranges[item] = found if self.ranges.get(item, found) == found else Range()

    def least(self, a: Any) -> int | None:
        """A number that an int is never less than, where it is one of a literal range."""
        low = self.ranges[a].low if a in self.ranges else None
        if low is None or not isinstance(low[0], Const) or type(low[0].value) is not int:
            return None
        return low[0].value + low[1]

    def natural(self, a: Atom, depth: int = 8) -> bool:
        """Whether an int is known not to be negative."""
        if isinstance(a, Const):
            return type(a.value) is int and a.value >= 0
        if not isinstance(a, Value) or depth == 0:
            return False
        if a in self.counters:
            return True
        expr = self.made.get(a)
        match expr:
            case Apply(fn=Ref(obj=obj), args=args) if obj in _MONOTONE:
                return all(self.natural(x, depth - 1) for x in args)  # type: ignore[arg-type]
            case Apply(fn=Ref(obj=obj)) if obj is len:
                return True
            case Apply(fn=Ref(obj=operator.sub), args=(x, Const(int() as less))):
                least = self.least(x)
                return least is not None and least >= less
            case Value() | Const():
                return self.natural(expr, depth - 1)
        fact = self.facts.of(a)
        return fact.kind == "int" and getattr(fact.size, "natural", False) is True

    # Kinds of views ------------------------------------------------------------------------

    def _view(self, expr: Expr) -> View | None:
        """What an expression shows, where it is a view."""
        match expr:
            case Apply(fn=Ref(obj=operator.getitem), args=(Value() as x, index)):
                base = self._base(x)
                return None if base is None else self._indexed(base, index)
            case Apply(fn=Ref(obj=obj), args=(Value() as x, Const("T"))) if obj is getattr:
                base = self._base(x)
                return None if base is None else _permuted(base, tuple(range(base.rank))[::-1])
            case Apply(fn=Ref(text="np.transpose"), args=(Value() as x, Value() as given)):
                base, axes = self._base(x), self.facts.constant(given)[1]
                if base is None or not isinstance(axes, tuple):
                    return None
                return _permuted(base, axes)
            case Apply(fn=Ref(text="np.expand_dims"), args=(Value() as x, Const(int() as k))):
                base = self._base(x)
                if base is None or not 0 <= k <= base.rank:
                    return None
                order = [a if a < k else a + 1 for a in range(base.rank)]
                return _renumbered(base, order, base.rank + 1)
        return None

    def _base(self, x: Value) -> View | None:
        """What an array shows: a view is seen through."""
        if x in self.of:
            return self.of[x]
        expr = self.made.get(x)
        if isinstance(expr, Apply) and augmented(expr) and isinstance(expr.args[0], Value):
            return self._base(expr.args[0])  # what `x += y` gives is `x`
        fact = self.facts.of(x)
        return whole(x, len(fact.dims)) if fact.kind == "array" and fact.dims else None

    def parts(self, index: Any) -> list[Any] | None:
        """The entries of an index: atoms, and `slice` for slices."""
        expr = self.made.get(index) if isinstance(index, Value) else None
        if isinstance(expr, Apply) and getattr(expr.fn, "obj", None) is prims.build_tuple:
            out: list[Any] = []
            for a in expr.args:
                inner = self.parts(a)
                if inner is None or len(inner) != 1:
                    return None
                out += inner
            return out
        if isinstance(expr, Apply) and getattr(expr.fn, "obj", None) is slice:
            bounds = list(expr.args)
            none = Const(None)
            if len(bounds) == 1:
                bounds = [none, bounds[0]]
            return [tuple([*bounds, none][:3])]
        if isinstance(index, Const) and (index.value is None or index.value is ...):
            return [index]
        if isinstance(expr, Value | Const):
            return self.parts(expr)
        if isinstance(index, Value | Const) and self.facts.of(index).kind == "int":
            return [index]
        return None

    def _indexed(self, base: View, index: Any) -> View | None:
        """`base[index]` for ints, slices, `None` and `...`."""
        parts = self.parts(index)
        if parts is None:
            return None
        used = sum(1 for p in parts if not isinstance(p, Const) or isinstance(p.value, int))
        if used > base.rank:
            return None
        full = (Const(None), Const(None), Const(None))
        flat: list[Any] = []
        for p in parts:
            many = isinstance(p, Const) and p.value is ...
            flat += [full] * (base.rank - used) if many else [p]
        taken = sum(1 for p in flat if not (isinstance(p, Const) and p.value is None))
        flat += [full] * (base.rank - taken)
        axis = place = 0
        table: dict[int, Fixed | Along] = {}
        for p in flat:
            if isinstance(p, tuple):
                found = self._sliced(p, place)
                if found is None:
                    return None
                table[axis] = found
                axis, place = axis + 1, place + 1
            elif isinstance(p, Const) and p.value is None:
                place += 1
            else:
                table[axis] = Fixed(p)
                axis += 1
        if place == 0:
            return None  # one item: a number
        return _composed(base, table, place)

    def _sliced(self, bounds: tuple[Any, ...], place: int) -> Along | None:
        """Where a slice starts, and how much of the dimension it leaves out."""
        start, stop, step = bounds
        if step not in (Const(None), Const(1)):
            return None
        if start == Const(None):
            start = Const(0)
        if not self.natural(start):
            return None
        trim = None
        if isinstance(start, Const):
            if stop == Const(None):
                trim = start.value
            elif isinstance(stop, Const) and type(stop.value) is int and stop.value < 0:
                trim = start.value - stop.value
        end = stop if self.natural(stop) else None
        return Along(place, () if start == Const(0) else (start,), trim, end)


def _composed(base: View, table: Mapping[int, Fixed | Along], rank: int) -> View | None:
    """A view of a view; `table` says of each dimension of the first what the second shows."""
    entries: list[Fixed | Along] = []
    for e in base.entries:
        if isinstance(e, Fixed):
            entries.append(e)
            continue
        outer = table[e.axis]
        if isinstance(outer, Along):
            trims = e.trim, outer.trim
            trim = None if None in trims else trims[0] + trims[1]  # type: ignore[operator]
            stop = e.stop if e.start or outer.stop is None else outer.stop
            entries.append(Along(outer.axis, (*e.start, *outer.start), trim, stop))
        elif not e.start:
            entries.append(outer)
        else:
            return None  # an int into a slice
    return View(base.base, tuple(entries), rank)


def _permuted(base: View, order: tuple[int, ...]) -> View:
    """The view with its axes in another order."""
    back = [order.index(k) for k in range(base.rank)]
    return _renumbered(base, back, base.rank)


def _renumbered(base: View, order: list[int], rank: int) -> View:
    """The view with new numbers for its axes."""
    entries = tuple(
        replace(e, axis=order[e.axis]) if isinstance(e, Along) else e
        for e in base.entries
    )
    return View(base.base, entries, rank)
