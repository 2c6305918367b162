"""Parts of arrays between bounds that are linear in integers, and proofs that two are apart.

    x[i] in one iteration, x[:i] in an earlier one       apart: i' < i, so x[:i'] ends before i
    u[t + 1] in one step, u[t] in the same or before     apart

A part is an interval in each of the leading dimensions that are understood; all of the array where
nothing is.  What cannot be proven apart is taken to overlap.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Const, Iter, Ref, Value

_DEPTH = 6  # variables that a proof replaces by their bounds

Interval: TypeAlias = "tuple[Linear, Linear | None]"  # from, up to but not including


@dataclass(frozen=True)
class Linear:
    """A constant and integer multiples of variables, which are values or renamed ones."""

    const: int = 0
    terms: tuple[tuple[Hashable, int], ...] = ()

    def plus(self, other: Linear, times: int = 1) -> Linear:
        """`self + times * other`."""
        terms = dict(self.terms)
        for v, c in other.terms:
            terms[v] = terms.get(v, 0) + times * c
        kept = tuple((v, c) for v, c in terms.items() if c)
        return Linear(self.const + times * other.const, kept)

    def scaled(self, factor: int) -> Linear:
        """`factor * self`."""
        return Linear().plus(self, factor)

    def renamed(self, names: Mapping[Hashable, Hashable]) -> Linear:
        """With other names for some variables."""
        return Linear(self.const, tuple((names.get(v, v), c) for v, c in self.terms))


@dataclass(frozen=True)
class Region:
    """A part of some buffers, and what is known of the variables that are not in scope."""

    buffers: frozenset[Value]
    dims: tuple[Interval, ...] = ()
    known: tuple[Linear, ...] = ()  # each of them is at least 0


@dataclass(frozen=True, eq=False)
class _Other:
    """A variable as it is in another iteration."""

    of: Hashable


@dataclass
class Regions:
    """What the indices of a program say.

    Attributes
    ----------
    facts : Facts
        Which values are integers.
    made : mapping
        How indices are computed.
    same : mapping
        What stands for the items of loops in their mirrors.
    bounds : dict
        Of the items of loops over ranges: what is at least 0.
    """

    facts: Facts
    made: Mapping[Value, Apply]
    same: Mapping[Value, Atom]
    bounds: dict[Hashable, tuple[Linear, ...]] = field(default_factory=dict)
    order: dict[Hashable, int] = field(default_factory=dict)  # 1 where an item grows

    def linear(self, atom: Any, depth: int = 0) -> Linear | None:
        """An integer as a linear form."""
        if isinstance(atom, Const):
            return Linear(atom.value) if type(atom.value) is int else None
        if not isinstance(atom, Value):
            return None
        if atom in self.same and self.same[atom] is not atom and depth < 20:
            return self.linear(self.same[atom], depth + 1)
        expr = self.made.get(atom)
        if expr is not None and isinstance(expr.fn, Ref) and depth < 20:
            parts = [self.linear(a, depth + 1) for a in expr.args]
            combined = _combined(expr.fn.obj, parts)
            if combined is not None:
                return combined
        return Linear(0, ((atom, 1),)) if self.facts.of(atom).kind == "int" else None

    def loop(self, it: Iter) -> None:
        """Learn the bounds of the item of a loop over a range, forward or backward."""
        turned = it.kind == "reversed" and it.inner[0].kind == "range"
        it = it.inner[0] if turned else it
        if it.kind != "range" or it.item is None:
            return
        first, last = it.args[:2] if len(it.args) > 1 else (Const(0), it.args[0])
        step = it.args[2] if len(it.args) > 2 else Const(1)
        if not isinstance(step, Const) or type(step.value) is not int or not step.value:
            return
        start, stop = self.linear(first), self.linear(last)
        up = step.value > 0
        item, known = Linear(0, ((it.item, 1),)), []
        if start is not None:
            known.append(item.plus(start, -1) if up else start.plus(item, -1))
        if stop is not None:
            past = stop.plus(item, -1) if up else item.plus(stop, -1)
            known.append(past.plus(Linear(-1)))
        self.bounds[it.item] = tuple(known)
        self.order[it.item] = 1 if up != turned else -1

    def dims(self, key: Atom) -> tuple[Interval, ...]:
        """The intervals that an index picks, as far as they are understood."""
        expr = self.made.get(key) if isinstance(key, Value) else None
        parts: Sequence[Any] = (key,)
        if expr is not None and isinstance(expr.fn, Ref) and expr.fn.obj is prims.build_tuple:
            parts = expr.args
        found: list[Interval] = []
        for part in parts:
            interval = self._interval(part)
            if interval is None:
                break
            found.append(interval)
        return tuple(found)

    def _interval(self, part: Any) -> Interval | None:
        """What one entry of an index picks; negative positions count from the end."""
        expr = self.made.get(part) if isinstance(part, Value) else None
        if expr is not None and isinstance(expr.fn, Ref) and expr.fn.obj is slice:
            start, stop, step = (*expr.args, Const(None), Const(None))[:3]
            if step not in (Const(None), Const(1)):
                return None
            low = Linear() if start == Const(None) else self.linear(start)
            high = None if stop == Const(None) else self.linear(stop)
            if low is None or not self._natural(low):
                low = Linear()
            return low, high if high is not None and self._natural(high) else None
        position = self.linear(part)
        if position is None or not self._natural(position):
            return None
        return position, position.plus(Linear(1))

    def _natural(self, form: Linear) -> bool:
        return at_least_zero(form, self._known((form,)))

    def _known(self, forms: Iterable[Linear], names: Mapping[Any, Any] | None = None) -> (
        list[Linear]
    ):
        """The bounds of the variables of some forms, and of those in their bounds."""
        found: dict[Hashable, tuple[Linear, ...]] = {}
        todo = [v for f in forms for v, _ in f.terms]
        while todo:
            v = todo.pop()
            if v not in found:
                found[v] = self.bounds.get(v, ())
                todo += [w for f in found[v] for w, _ in f.terms]
        return [f for own in found.values() for f in own]

    def apart(self, one: Region, other: Region) -> bool:
        """Whether two parts have certainly no entry in common."""
        if not one.buffers & other.buffers:
            return True
        forms = [f for r in (one, other) for pair in r.dims for f in pair if f is not None]
        known = [*one.known, *other.known]
        known += self._known([*forms, *known])
        return any(
            _before(a, b, known) or _before(b, a, known)
            for a, b in zip(one.dims, other.dims, strict=False)
        )

    def elsewhere(
        self, region: Region, inside: Callable[[Hashable], bool], item: Value | None
    ) -> Region:
        """A part that another iteration of a loop picks; it comes later where `item` is given.

        `inside` says which variables belong to the loop.
        """
        forms = [f for pair in region.dims for f in pair if f is not None]
        known = [*region.known, *self._known([*forms, *region.known])]
        names: dict[Hashable, Hashable] = {
            v: _Other(v) for f in (*forms, *known) for v, _ in f.terms if inside(v)
        }
        if not names:
            return region
        if item is not None and item in names and item in self.order:
            mine, theirs = Linear(0, ((item, 1),)), Linear(0, ((names[item], 1),))
            later = theirs.plus(mine, -1).scaled(self.order[item]).plus(Linear(-1))
        else:
            later = Linear()
        dims = tuple(
            (low.renamed(names), None if high is None else high.renamed(names))
            for low, high in region.dims
        )
        return Region(region.buffers, dims, (*(f.renamed(names) for f in known), later))


def _combined(obj: Any, parts: Sequence[Linear | None]) -> Linear | None:
    """The sum, difference or product of linear forms, where that is one."""
    if any(p is None for p in parts):
        return None
    if obj is operator.neg:
        return parts[0].scaled(-1)  # type: ignore[union-attr]
    if len(parts) != 2:
        return None
    a, b = parts
    assert a is not None and b is not None
    if obj in (operator.add, operator.sub):
        return a.plus(b, 1 if obj is operator.add else -1)
    if obj is operator.mul and not (a.terms and b.terms):
        return b.scaled(a.const) if not a.terms else a.scaled(b.const)
    return None


def _before(a: Interval, b: Interval, known: Sequence[Linear]) -> bool:
    """Whether one interval ends where another begins, or before."""
    return a[1] is not None and at_least_zero(b[0].plus(a[1], -1), known)


def at_least_zero(form: Linear, known: Sequence[Linear], depth: int = _DEPTH) -> bool:
    """Whether a form is at least 0 because others are, which it is a sum of.

    >>> n, i = "n", "i"
    >>> below = Linear(-1, ((n, 1), (i, -1)))  # i < n
    >>> at_least_zero(Linear(0, ((n, 1), (i, -1))), [below])
    True
    >>> at_least_zero(Linear(0, ((i, 1), (n, -1))), [below])
    False
    """
    if not form.terms:
        return form.const >= 0
    if depth == 0:
        return False
    v, c = form.terms[-1]
    for other in known:
        d = dict(other.terms).get(v, 0)
        if c * d > 0:
            rest = form.scaled(abs(d)).plus(other, -abs(c))
            if at_least_zero(rest, known, depth - 1):
                return True
    return False
