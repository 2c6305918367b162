"""The state of forward mode: tangents by value, zeros, and which of them are ours to change.

A value without an entry in `dots` has a zero tangent.  A zero is written out only where a
container, a choice or a loop needs one.  Tangents alias each other as their values do, so a
list that grows has a parallel list that grows.  The arrays that generated code changes in
place (`add_at`, `+=` on adjoints) are held by nothing else; their tangents need not be, since
the tangent of `x + 1` is that of `x`.  Those are copied first unless proven to be alone.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager

import numpy as np

from s2s import runtime
from s2s.analysis.activity import Activity
from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.errors import Origin
from s2s.ir import prims
from s2s.ir.build import Builder, tuple_of
from s2s.ir.effects import fresh
from s2s.ir.nodes import UNDEF, Atom, Block, Const, Expr, Let, Ref, Stmt, Undef, Value
from s2s.ir.sweep import leaves as leaves
from s2s.ir.walk import atoms_of, own_atoms
from s2s.transform.unit import Unit

_SHALLOW = {"list": list, "dict": dict}


class _Holding(Builder):
    """A builder that notes which values may be held or viewed by others."""

    def __init__(
        self, origin: Origin | None, facts: Facts, held: set[Value], showing: set[Value]
    ) -> None:
        super().__init__(origin, facts)
        self.held, self.showing = held, showing

    def emit(self, stmt: Stmt) -> None:
        """Append a statement."""
        if not isinstance(stmt, Let) or not fresh(stmt.expr):
            self.held.update(a for a in own_atoms(stmt) if isinstance(a, Value))
        super().emit(stmt)

    def let(self, expr: Expr, name: str = "t", user: bool = False) -> Value:
        """Bind an expression to a new value."""
        value = super().let(expr, name, user)
        if not fresh(expr):
            read = [a for a in atoms_of(expr) if isinstance(a, Value)]
            self.held.update(read)
            if any(a in self.showing for a in read):
                self.showing.add(value)
        return value


class Tangents:
    """Forward mode of one function under construction.

    `generated` says that s2s wrote the function: what it changes in place is its own.
    """

    def __init__(
        self, unit: Unit, facts: Facts, activity: Activity, partial: set[Value],
        consumed: set[Value], generated: bool, push: Callable[[Block, Tangents], None],
    ) -> None:  # fmt: skip
        self._push = push  # how a block is pushed: the driver knows all statements
        self.unit, self.facts, self.activity = unit, facts, activity
        self.partial, self.consumed, self.generated = partial, consumed, generated
        self.dots: dict[Value, Atom] = {}
        self.made: frozenset[Value] = frozenset()  # memory that is written later
        self.shallow: frozenset[Value] = frozenset()  # new lists of what is not new
        self.stacks: frozenset[Value] = frozenset()
        self.written: Container[Value] = ()  # what may share such memory
        self.showing: set[Value] = set()  # tangents that share memory with tangents of these
        self.demanded: set[Value] = set()  # get a tangent even where it is zero
        self.empty: set[Value] = set()  # lists before anything is appended
        self.held: set[Value] = set()
        self.owned: dict[Value, int] = {}  # tangent -> depth of the loop that made it
        self.depth = 0
        self.build: Builder = _Holding(None, facts, self.held, self.showing)

    def block(self, block: Block) -> None:
        """Emit the statements of a block, each followed by its tangent."""
        self._push(block, self)

    # Questions

    def wanted(self, atom: Atom) -> bool:
        """Whether an atom may have a tangent that the result depends on."""
        return isinstance(atom, Value) and atom in self.activity.active

    def dot(self, atom: Atom) -> Atom | None:
        """The tangent of an atom; None is zero."""
        return self.dots.get(atom) if isinstance(atom, Value) else None

    def need(self, atom: Atom, bound: bool = True) -> Atom:
        """The tangent of an atom, zeros written out; what is read is `bound`."""
        dot = self.dot(atom)
        return self.zeros(atom, bound) if dot is None else dot

    # Tangents of new values

    def set(self, value: Value, dot: Atom | None, rename: bool = True) -> None:
        """State the tangent of a value that was just bound."""
        if dot is None:
            return
        if rename:
            dot = self._named(dot, value)
        if value in self.consumed and not self._alone(dot, holders=0):
            dot = self._copy(dot, value)
        if value not in self.written and dot in self.showing:
            dot = self._copy(dot, value)  # the tangent of a copy is a copy
        self.dots[value] = dot
        if isinstance(dot, Value):
            self.give(dot, value)
            if value in self.written:
                self.showing.add(dot)
                kind = self.facts.of(dot).kind
                if kind in _SHALLOW:  # what it holds now is no more certain than of the value
                    self.facts.put(dot, Fact(kind))

    def new(self, value: Value, handed: bool = True) -> Value:
        """A tangent that a parameter or a result binds, or, not handed on, an item."""
        dot = Value(f"{value.name}_dot", value.user)
        self.dots[value] = dot
        self.give(dot, value)
        if value in self.written:
            self.showing.add(dot)
        if handed and value in self.consumed:
            self.owned[dot] = self.depth
        return dot

    def give(self, dot: Value, value: Atom) -> None:
        """A tangent has the shape of its value."""
        fact = self.facts.like(value)
        if fact.shape is not None:
            self.facts.put(dot, fact)

    def _named(self, dot: Atom, value: Value) -> Atom:
        """Call a tangent that was just computed after its value."""
        stmts = self.build.stmts
        last = stmts[-1] if stmts else None
        if not isinstance(last, Let) or last.targets != (dot,) or last.unpack:
            return dot
        if not isinstance(dot, Value) or dot.user or dot in self.dots.values():
            return dot
        named = Value(f"{value.name}_dot", value.user)
        stmts[-1] = Let((named,), last.expr, last.origin)
        self.facts.learn(named, last.expr)
        if dot in self.showing:
            self.showing.add(named)
        if dot in self.owned or fresh(last.expr):
            self.owned[named] = self.depth
        return named

    def zeros(self, atom: Atom, bound: bool = True) -> Atom:
        """Zeros of the structure and shape of an atom."""
        if isinstance(atom, Undef):
            return UNDEF
        if isinstance(atom, Const) or not bound and atom in self.partial:
            return Const(0.0)  # a partial value may not be there to take the shape from
        fact = self.facts.of(atom)
        if fact.py and self.facts.is_scalar(atom):
            return Const(0.0)
        name = f"{atom.name}_dot" if isinstance(atom, Value) else "zero_dot"
        if atom in self.empty:
            return self.build.call(Ref("list", prims.build_list), name=name)
        items = self.facts.items(atom)
        if items is not None and fact.kind == "tuple":
            return tuple_of(self.build, *(self.zeros(item) for item in items), name=name)
        dtype = self.facts.dtype(atom)
        inexact = dtype is not None and dtype.kind in "fc"
        if self.facts.is_array(atom) and (inexact or (dtype is None and self.wanted(atom))):
            zero = self.build.call(np.zeros_like, atom, name=name)
        else:
            zero = self.build.call(Ref("zeros_of", runtime.zeros_of), atom, name=name)
        self.owned[zero] = self.depth
        self.give(zero, atom)
        return zero

    # Ownership

    def consume(self, atom: Atom, bound: bool = True) -> Atom:
        """The tangent of what is changed in place, as a buffer that is ours to change."""
        dot = self.need(atom, bound)
        return dot if self._alone(dot) else self._copy(dot, atom)

    def _alone(self, dot: Atom, holders: int = 1) -> bool:
        """Whether a tangent is held by no more values than these."""
        if not isinstance(dot, Value):
            return True
        if self.owned.get(dot) != self.depth or dot in self.held:
            return False
        return sum(d is dot for d in self.dots.values()) <= holders

    def _copy(self, dot: Atom, value: Atom) -> Value:
        name = f"{value.name}_dot" if isinstance(value, Value) else "t"
        kind = self.facts.of(value).kind
        # What a new list or dict holds is as shared as what that of the tangents holds.
        new = _SHALLOW[kind] if value in self.shallow else None
        fn = Ref("copy_of", runtime.copy_of) if new is None else Ref(kind, new)
        copy = self.build.call(fn, dot, name=name)
        self.owned[copy] = self.depth
        self.give(copy, value)
        return copy

    def hand(self, out: Atom, target: Value) -> Atom:
        """The tangent of `out` as a block or a loop hands it on to `target`."""
        if target in self.consumed and not isinstance(out, Undef):
            return self.consume(out, bound=False)
        dot = self.need(out, bound=False)
        if isinstance(dot, Value):
            self.held.add(dot)
        return dot

    # Blocks

    def demand(self, outs: tuple[Atom, ...]) -> None:
        """These get tangents where they are bound, zeros written out."""
        self.demanded.update(a for a in outs if isinstance(a, Value))

    @contextmanager
    def inside(self, origin: Origin | None, loop: bool = False) -> Iterator[None]:
        """A nested block: what is bound in it is forgotten after it."""
        outer, dots = self.build, dict(self.dots)
        self.build = _Holding(origin, self.facts, self.held, self.showing)
        self.depth += loop
        try:
            yield
        finally:
            self.build, self.dots = outer, dots
            self.depth -= loop

    def close(self, block: Block, pairs: list[tuple[Atom, Value]]) -> Block:
        """The block that was built, handing on the tangents of outs after the outs."""
        stmts = self.build.stmts
        count = len(stmts)
        dots = tuple(self.hand(out, target) for out, target in pairs)
        if count and len(stmts) > count and leaves(stmts[count - 1]):
            # What leaves the loop must stay the last statement.
            stmts.append(stmts.pop(count - 1))
        return Block(
            tuple(stmts), (*block.outs, *dots), block.exit, block.key, block.mirror
        )  # fmt: skip


def unpack(stmt: Let, dot: Atom, t: Tangents) -> None:
    """`a_dot, b_dot = dot`, or the items of a tuple of tangents that was just built."""
    parts = t.facts.items(dot)
    if parts is not None and len(parts) == len(stmt.targets):
        for target, part in zip(stmt.targets, parts, strict=True):
            if t.wanted(target):
                t.set(target, part, rename=False)
        return
    dots = []
    for target in stmt.targets:
        wanted = t.wanted(target)
        dots.append(Value(f"{target.name}_dot", target.user) if wanted else Value("_"))
    t.build.emit(Let(tuple(dots), dot, stmt.origin, unpack=True))
    for target, part in zip(stmt.targets, dots, strict=True):
        if t.wanted(target):
            t.give(part, target)
            t.set(target, part, rename=False)
