"""What must not change places: reads and writes of arrays that may be the same.

Classes of values that may share memory come from `Aliases`.  Inside a loop over elements two
accesses to one class are in order only where they are of the same element in each iteration, or
provably of others.  Sums into an array at several places would commute, but a loop over them
compares many addresses before it uses vectors, or uses none: loops of their own are faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from s2s.analysis.fact import NUMBER_KINDS
from s2s.ir.effects import in_place, pure
from s2s.ir.nodes import Apply, Const, Let, Note, Opaque, Pop, Push, Ref, Stmt, Value, Write
from s2s.ir.walk import blocks_of, own_atoms, statements
from s2s.transform.numba.element import Element, Elements
from s2s.transform.numba.forms import apart
from s2s.transform.numba.kinds import Kinds, runtime_name
from s2s.transform.numba.views import View

_WRITERS = frozenset("""
    add_each add_rows add_each_pair add_pairs add_where add_masked agree occupied apart joined
    in_order near
""".split())  # fmt: skip


class Reach:
    """Questions about order."""

    def __init__(self, elements: Elements, facts: Kinds) -> None:
        self.elements, self.aliases, self.facts = elements, elements.aliases, facts

    def root(self, a: Any) -> Any:
        """The class of an array; None for what has no memory."""
        if not isinstance(a, Value) or self.facts.of(a).kind in (*NUMBER_KINDS, "none", "slice"):
            return None
        return self.aliases.find(a)

    def follows_other(self, new: Element, after: Sequence[Stmt]) -> bool:
        """Whether an element must come after a statement that follows the loop."""
        reads = {self.root(v.base) for v in new.reads} - {None}
        writes = set() if new.writes is None else {self.root(new.writes.base)} - {None}
        for stmt in after:
            if isinstance(stmt, Note):
                continue
            touched, changed, wild = self.effects(stmt, False)
            if isinstance(stmt, Write) and self.elements.adds(new) and stmt.op in ("Add", "Sub"):
                own = {self.root(stmt.target)}  # sums into one array change places freely
                if not own & self._roots((stmt.key, stmt.value, *stmt.args)) and not own & reads:
                    changed, touched = changed - own, touched - own
            if wild or writes & (touched | changed) or reads & changed:
                return True
        return False

    def clash(self, new: Element, old: Element) -> bool:
        """Whether two elements cannot share one iteration: they use a memory at other places."""
        return self._ordered(old, new) or self._ordered(new, old)

    def _ordered(self, one: Element, other: Element) -> bool:
        """Whether what `one` writes and `other` reads or writes may be other elements."""
        if one.writes is None:
            return False
        root = self.root(one.writes.base)
        for view in other.reads:
            if self.root(view.base) is root and not self._in_order(view, one.writes):
                return True
        if other.writes is None or self.root(other.writes.base) is not root:
            return False
        return not self._in_order(other.writes, one.writes)

    def _in_order(self, one: View, other: View) -> bool:
        """Whether two views of a memory are of the same items in the same order, or of others."""
        return one.key == other.key or apart(one, other, self.elements.views)

    def independent(self, members: Sequence[Element]) -> bool:
        """Whether iterations of the outermost loop may run in any order, or at one time."""
        for k, one in enumerate(members):
            if one.rank < 2 or one.kind == "fold" and one.axes[0] == 0:
                return False
            if any(self.crosses(one, other, 1, False) for other in members[: k + 1]):
                return False
        return True

    def crosses(
        self, new: Element, old: Element, depth: int, commutes: bool = True
    ) -> bool:
        """Whether two elements use a memory in different iterations of the loops around them.

        Sums into one array change places freely: only the order of additions differs.
        """
        elements = self.elements
        for one, dims, writes in elements.accesses(new):
            for other, others, wrote in elements.accesses(old):
                if not writes and not wrote:
                    continue
                if self.root(one.base) is not self.root(other.base):
                    continue
                if commutes and writes and wrote and elements.adds(new) and elements.adds(old):
                    continue
                if one.base is not other.base:
                    return True
                for a in range(depth):
                    mine = elements.lanes(one, dims, new.rank, a)
                    if not mine & elements.lanes(other, others, old.rank, a):
                        return True
        return False

    def movable(
        self, stmt: Stmt, members: Sequence[Element], after: Sequence[Stmt]
    ) -> bool:
        """Whether a statement may go before the loop and what follows it."""
        if not isinstance(stmt, Let) or not pure(stmt.expr) or in_place(stmt.expr):
            return False
        if isinstance(stmt.expr, Apply) and runtime_name(stmt.expr.fn) in _WRITERS:
            return False
        touched, _, _ = self.effects(stmt)
        changed = {self.root(m.writes.base) for m in members if m.writes is not None}
        for other in after:
            if not isinstance(other, Note):
                _, writes, wild = self.effects(other)
                if wild:
                    return False
                changed |= writes
        return not touched & (changed - {None})

    def effects(self, stmt: Stmt, lists: bool = True) -> tuple[set[Any], set[Any], bool]:
        """The classes that a statement reads, those that it changes, and whether it may do more.

        Without `lists`, those of items of arrays: a list holds the array itself, whatever its
        items are and become.
        """
        reads: set[Any] = set()
        writes: set[Any] = set()
        wild = False
        if self._looks_at_nothing(stmt):
            return reads, writes, wild
        for part in (stmt, *(s for b in blocks_of(stmt) for s in statements(b))):
            if isinstance(part, Push | Pop) and not lists:
                continue
            reads |= self._roots(own_atoms(part))
            match part:
                case Let(expr=expr):
                    if isinstance(expr, Apply) and in_place(expr):
                        writes |= self._roots(expr.args[:1])
                    elif isinstance(expr, Apply) and runtime_name(expr.fn) in _WRITERS:
                        writes |= self._roots(expr.args[:1])
                    elif not pure(expr):
                        # A function may write into whatever it is given.
                        writes |= self._roots(own_atoms(part))
                        writes.add(self.aliases._root(self.aliases.outside))
                        wild = _has_effects(expr)
                case Write(target=target):
                    writes |= self._roots((target,))
                case Push(stack=stack) | Pop(stack=stack):
                    writes |= self._roots((stack,))
                case Opaque():
                    wild = True
        reads.discard(None)
        writes.discard(None)
        return reads, writes, wild

    def _looks_at_nothing(self, stmt: Stmt) -> bool:
        """Whether a statement takes a view of an array, or asks for its shape."""
        match stmt:
            case Let(targets=(v,)) if v in self.elements.views.of:
                return True
            case Let(expr=Apply(fn=Ref(obj=obj), args=(_, Const(name)))) if obj is getattr:
                return name in ("shape", "size", "ndim", "T")
        return False

    def _roots(self, atoms: Iterable[Any]) -> set[Any]:
        return {self.root(a) for a in atoms}


def _has_effects(expr: Any) -> bool:
    """Whether an expression may do what cannot be told from its arguments, such as raise."""
    obj = getattr(getattr(expr, "fn", None), "obj", None)
    return type(obj).__name__ not in ("Generated", "HelperFunction")
