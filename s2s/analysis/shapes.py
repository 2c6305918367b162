"""Symbolic shapes: sizes, proofs that two sizes are equal, and broadcasting.

A shape is a tuple of dimensions (an int or a `Dim`), or a `ShapeToken`: a shape of unknown rank
that every value carrying the token has.  A proof of equality comes from an operation that would
have raised otherwise, so it holds only where that operation ran: `Sizes.mark` and `Sizes.undo`
bracket a branch or a loop body.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import field
from itertools import count
from typing import TypeAlias

from s2s.ir.record import record

_ids = count(1)


@record(frozen=True, eq=False, slots=True)
class Dim:
    """A size that is not known when compiling, or the value of an int that may become one.

    `maybe_one` says that it may turn out to be 1 (and then broadcast); `natural` that it cannot
    be negative, as the value of an int may.
    """

    maybe_one: bool = True
    natural: bool = False
    id: int = field(default_factory=lambda: next(_ids))

    def __repr__(self) -> str:
        return f"n{self.id}" + ("?" if self.maybe_one else "")


@record(frozen=True, eq=False, slots=True)
class ShapeToken:
    """The shape of some value of unknown rank; `axes` says that it is not 0."""

    axes: bool = False
    id: int = field(default_factory=lambda: next(_ids))

    def __repr__(self) -> str:
        return f"s{self.id}"


Size: TypeAlias = "int | Dim"
Dims: TypeAlias = "tuple[Size, ...]"
Shape: TypeAlias = "Dims | ShapeToken"


def another(symbol: Dim | ShapeToken) -> Dim | ShapeToken:
    """A symbol for something of which the same is known."""
    if isinstance(symbol, Dim):
        return Dim(symbol.maybe_one, symbol.natural)
    return ShapeToken(symbol.axes)


def watermark() -> int:
    """An id that is greater than those of all dimensions made so far."""
    return next(_ids)


class Sizes:
    """Which sizes are known to be equal, and the sizes computed from others."""

    def __init__(self) -> None:
        self._parent: dict[Dim, Size] = {}
        self._not_one: set[Dim] = set()
        self._trail: list[tuple[Dim, bool]] = []
        self._derived: dict[Hashable, Dim] = {}
        self._factors: dict[Dim, tuple[Dim, ...]] = {}
        self._cuts: dict[Dim, tuple[Dim, int]] = {}  # a shorter size -> the whole, what is cut

    # Equality ------------------------------------------------------------------------------

    def find(self, size: Size) -> Size:
        """The representative of a size."""
        while isinstance(size, Dim):
            parent = self._parent.get(size)
            if parent is None:
                return size
            size = parent
        return size

    def resolve(self, dims: Dims) -> Dims:
        """The representatives of sizes."""
        return tuple(self.find(d) for d in dims) if self._parent else dims

    def may_be_one(self, size: Size) -> bool:
        """Whether a size can be 1 at run time."""
        size = self.find(size)
        if isinstance(size, Dim):
            return size.maybe_one and size not in self._not_one
        return size == 1

    def equal(self, a: Size, b: Size) -> bool:
        """Whether two sizes are proven equal."""
        return self.find(a) == self.find(b)

    def unify(self, a: Size, b: Size) -> None:
        """Note that two sizes are equal, which the program proved by not raising."""
        a, b = self.find(a), self.find(b)
        if a is b or a == b:
            return
        if not isinstance(a, Dim) or (isinstance(b, Dim) and b.id < a.id):
            a, b = b, a
        if not isinstance(a, Dim):
            return  # two different numbers: the program raises here
        # The older one represents both: it may be known outside of where the proof holds.
        keep, drop = (b, a) if not isinstance(b, Dim) else (a, b)
        if isinstance(keep, Dim) and self.may_be_one(keep) and not self.may_be_one(drop):
            self._not_one.add(keep)
            self._trail.append((keep, True))
        if keep == 1 and not self.may_be_one(drop):
            return  # a contradiction: the program raises here
        assert isinstance(drop, Dim)
        self._parent[drop] = keep
        self._trail.append((drop, False))

    def mark(self) -> int:
        """The present state of knowledge, for `undo`."""
        return len(self._trail)

    def changed(self, mark: int) -> bool:
        """Whether anything was proved since."""
        return len(self._trail) > mark

    def undo(self, mark: int) -> None:
        """Forget what was proved since."""
        while len(self._trail) > mark:
            dim, flag = self._trail.pop()
            if flag:
                self._not_one.discard(dim)
            else:
                del self._parent[dim]

    # Computed sizes ------------------------------------------------------------------------

    def derived(self, key: Hashable, natural: bool = True) -> Dim:
        """The size that is a function of others: the same key is the same size."""
        dim = self._derived.get(key)
        if dim is None:
            dim = self._derived[key] = Dim(natural=natural)
        return dim

    def shorter(self, size: Dim, cut: int) -> Size:
        """The size after `cut` items are taken off the ends: `max(size - cut, 0)`."""
        if cut == 0:
            return size
        whole, before = self._cuts.get(size, (size, 0))
        dim = self.derived(("shorter", whole, before + cut))
        self._cuts[dim] = (whole, before + cut)
        return dim

    def whole_of(self, size: Dim) -> tuple[Dim, int]:
        """The size that a shorter one was cut from, and by how much; itself where it was not."""
        return self._cuts.get(size, (size, 0))

    def product(self, sizes: Iterable[Size]) -> Size:
        """The product of sizes."""
        number = 1
        factors: list[Dim] = []
        for size in map(self.find, sizes):
            if isinstance(size, Dim):
                factors += self._factors.get(size, (size,))
            else:
                number *= size
        if not factors or number == 0:
            return number
        if number == 1 and len(factors) == 1:
            return factors[0]
        factors.sort(key=lambda d: d.id)
        key = ("product", number, tuple(factors))
        dim = self._derived.get(key)
        if dim is None:
            # A product of sizes is 1 only when every factor is.
            natural = all(d.natural for d in factors)
            certain = natural and (number != 1 or any(not self.may_be_one(d) for d in factors))
            # What `_not_one` says may hold here only, and the product outlives it.
            certain = certain and (number != 1 or any(not d.maybe_one for d in factors))
            dim = self._derived[key] = Dim(maybe_one=not certain, natural=natural)
            if number == 1:
                self._factors[dim] = tuple(factors)
        return dim

    # Broadcasting --------------------------------------------------------------------------

    def broadcast(self, shapes: Sequence[Shape | None]) -> Shape | None:
        """The shape of an element-wise result, or None; sizes that must be equal become so."""
        ranked = [s for s in shapes if s != ()]
        if not ranked:
            return ()
        first = ranked[0]
        if isinstance(first, ShapeToken):
            return first if all(s is first for s in ranked) else None
        out: Dims = ()
        for shape in ranked:
            if not isinstance(shape, tuple):
                return None
            out = self._broadcast2(out, shape)
        return out

    def _broadcast2(self, a: Dims, b: Dims) -> Dims:
        """Two shapes broadcast against each other."""
        rank = max(len(a), len(b))
        a, b = (1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b
        return tuple(self._broadcast_size(m, n) for m, n in zip(a, b, strict=True))

    def _broadcast_size(self, m: Size, n: Size) -> Size:
        """One dimension of a broadcast."""
        m, n = self.find(m), self.find(n)
        if m == n or n == 1:
            return m
        if m == 1:
            return n
        one_m, one_n = self.may_be_one(m), self.may_be_one(n)
        if one_m and one_n:
            return self.derived(("broadcast", frozenset((m, n))))
        if not one_m and not one_n:
            self.unify(m, n)
        # The one that cannot be 1 is the size, whatever the other is.
        return self.find(n if one_m else m)

    def summed(self, have: Dims, want: Dims) -> tuple[int, tuple[int, ...]] | None:
        """How the larger of two shapes is summed to the other: leading axes, then these."""
        lead = len(have) - len(want)
        if lead < 0:
            return None
        pairs = list(zip(have[lead:], want, strict=True))
        maybe = self.may_be_one
        if any(m != n != 1 and (maybe(m) or maybe(n)) for m, n in pairs):
            return None
        return lead, tuple(k for k, (m, n) in enumerate(pairs) if n == 1 != m)

    def same(self, a: Shape | None, b: Shape | None) -> bool:
        """Whether two shapes are proven the same."""
        if isinstance(a, tuple) and isinstance(b, tuple):
            return len(a) == len(b) and all(map(self.equal, a, b))
        return a is not None and a is b
