"""The state of a backward sweep: adjoints by value, accumulation, ownership, comments.

Invariant: the adjoint of a value has the shape of the value.  Adjoints are single-assignment
values like all others; accumulating makes a new one.  An *owned* adjoint is held by nothing
else, so it may be changed in place.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from s2s import runtime
from s2s.analysis.activity import Activity
from s2s.analysis.buffers import NO_BUFFERS, Buffers
from s2s.analysis.fact import INDEX
from s2s.analysis.facts import Facts
from s2s.analysis.lists import appended
from s2s.analysis.sharing import is_basic
from s2s.errors import Origin, S2SError
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.effects import fresh, kept_by
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Expr,
    Let,
    Note,
    Pop,
    Push,
    Ref,
    Star,
    Stmt,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.walk import all_defs, atoms_of, blocks_of, map_expr, own_atoms, statements
from s2s.transform.slices import remade
from s2s.transform.unit import Plan

Spans = dict[tuple[str, int], str]


@dataclass
class Frame:
    """A loop body in reverse: adjoints of values outside it are summed in carried values."""

    local: set[Value]
    sums: dict[Value, Value] = field(default_factory=dict)


@dataclass
class Restored:
    """Forward values that a mirrored block has at hand: block key -> value -> atom."""

    table: dict[int, dict[Value, Atom]] = field(default_factory=dict)

    def put(self, key: int, value: Value, atom: Atom) -> None:
        """In the mirror of block `key`, `value` is `atom`."""
        self.table.setdefault(key, {})[value] = atom


class Sweep:
    """A backward sweep under construction."""

    def __init__(
        self, unit: Any, facts: Facts, activity: Activity, spans: Spans,
        reverse: Callable[[Block, Sweep], None], buffers: Buffers = NO_BUFFERS,
    ) -> None:  # fmt: skip
        self.unit = unit
        self._reverse = reverse  # how a block is reversed: the driver knows all statements
        self.buffers = buffers
        self.indices: dict[Value, Apply] = {}  # slices and tuples that index something
        self.logs: dict[int, Value] = {}  # id of a Write -> what it overwrote
        self.facts = facts
        self.activity = activity
        self.spans = spans
        self.build = Builder(None, facts)
        self.bars: dict[Value, Atom] = {}
        self.frames: list[Frame] = []
        self.restored = Restored()
        self.owned: set[Value] = set()
        self.loose: set[Value] = set()  # adjoints that may be containers
        self.calls: dict[Value, Any] = {}  # results of calls that became pairs
        self.plan = Plan()
        self.hidden: frozenset[Value] = frozenset()  # what a choice may leave out
        self.unbounded: frozenset[Value] = frozenset()  # made by functions with poles
        self.roots: frozenset[Value] = frozenset()  # of sums of squares
        self.cut: frozenset[Value] = frozenset()  # cut off where a slope is infinite
        self.real = False  # no complex number anywhere: adjoints are real too
        self.vague: set[Value] = set()  # adjoints that may be 0.0 for a value of any shape
        self.placed: set[Value] = set()  # adjoints of some value already
        self.pinned: set[Atom] = set()  # atoms still to be read under their own name

    def block(self, block: Block) -> None:
        """Reverse the statements of a block."""
        self._reverse(block, self)

    def trip_count(self, key: int) -> Value:
        """How often the forward loop with this body ran: counted there."""
        if key not in self.plan.counts:
            count = self.plan.counts[key] = Value("count")
            self.facts.give(count, INDEX)
        return self.plan.counts[key]

    def went_well(self, key: int) -> Value:
        """Whether the body of a `try`, which is this block, went through: noted there."""
        if key not in self.plan.finished:
            self.plan.finished[key] = Value("went_well")
        return self.plan.finished[key]

    def wanted(self, atom: Atom) -> bool:
        """Whether an atom needs an adjoint."""
        return isinstance(atom, Value) and atom in self.activity.active

    def take(self, value: Value) -> Atom | None:
        """The complete adjoint of a value at its definition, if it has one."""
        return self.bars.pop(value, None)

    def lengthens(self, stmt: Stmt) -> bool:
        """Whether a list with an adjoint grows by a statement: the adjoint shrinks again."""
        return appended(stmt) is not None and stmt.targets[0] in self.plan.grown  # type: ignore[union-attr]

    def add(
        self, target: Atom, bar: Atom, owned: bool = False, loose: bool = False
    ) -> None:
        """Contribute `bar` to the adjoint of `target`."""
        if not isinstance(target, Value) or not self.wanted(target):
            return
        bar = self._apart(bar)
        target = self._named(target)
        if target in self.buffers.holders and not owned:
            bar, owned = self.build.call(Ref("copy_of", runtime.copy_of), bar), True
        if target in self.buffers.durable:
            if target in self.buffers.holders:
                stmt = self.buffers.made[target].expr
                assert isinstance(stmt, Apply)
                self._into_item(self.buffers.base(target), stmt.args[1], bar)  # type: ignore[arg-type]
                return
            self._into(self.shadow(target), bar)
            return
        old = self.current(target)
        if old is not None and self.buffers.is_buffer(target) and self.numeric(target):
            self._into(self.shadow(target), bar)
            return
        if old is None:
            if self.buffers.is_buffer(target) and self._without_axes(target):
                bar, owned = self.build.call(np.array, bar), True
            at = self._new(bar) if self.buffers.home(target) is not None else None
            made = None if at is None else self.build.stmts[at]
            owned = owned or isinstance(made, Let) and fresh(made.expr)
            self.bars[target] = self.name(bar, target, owned, loose)
            return
        loose = loose or (isinstance(old, Value) and old in self.loose)
        if loose and not self.numeric(target):
            new = self.build.call(Ref("accumulate", runtime.accumulate), old, bar)
        elif isinstance(old, Value) and old in self.owned and self._fits(target, bar):
            new = self.build.call(Ref("iadd", operator.iadd), old, bar)
        else:
            new = self.build.call(Ref("add", operator.add), old, bar)
        self.bars[target] = self.name(new, target, True, loose)

    def _named(self, target: Value) -> Value:
        """The buffer that a value is only another name for."""
        made = self.buffers.made
        while target in made and isinstance(made[target].expr, Value):
            target = self.buffers.base(target)
        return target

    def _apart(self, bar: Atom) -> Atom:
        """A contribution that is no view of memory that is still to be put back."""
        if not self.buffers.homes or not isinstance(bar, Value):
            return bar

        def shows(atom: Atom) -> bool:
            if not isinstance(atom, Value):
                return False
            if self.buffers.reads(atom):
                return True
            expr = self._definition(atom)
            if expr is None or fresh(expr):
                return False
            kept = kept_by(expr) if isinstance(expr, Apply) else atoms_of(expr)
            return any(shows(a) for a in kept)

        return self.build.call(Ref("copy_of", runtime.copy_of), bar) if shows(bar) else bar

    def _definition(self, value: Value) -> Expr | None:
        """How a value was computed here; most often that is a few statements ago."""
        for stmt in reversed(self.build.stmts):
            if isinstance(stmt, Let) and len(stmt.targets) == 1 and stmt.targets[0] is value:
                return stmt.expr
        return None

    def _new(self, bar: Atom) -> int | None:
        """Where a contribution was just computed, if nothing else holds it or reads it yet."""
        if not isinstance(bar, Value) or bar in self.pinned or bar in self.placed:
            return None
        for k in range(len(self.build.stmts) - 1, -1, -1):
            stmt = self.build.stmts[k]
            if isinstance(stmt, Let) and bar in stmt.targets:
                return k if stmt.targets == (bar,) and not stmt.unpack else None
            if blocks_of(stmt) or any(a is bar for a in own_atoms(stmt)):
                return None
        return None

    def writes(self, stmt: Stmt) -> bool:
        """Whether a statement updates a buffer, a list or a stack somewhere inside."""
        for inner in (s for b in blocks_of(stmt) for s in statements(b)):
            if isinstance(inner, Write) and self.buffers.home(inner.target) is not None:
                return True
            if isinstance(inner, Push | Pop) and self.wanted(inner.stack):
                return True
            if self.lengthens(inner):
                return True
        return False

    def changes(self, stmt: Stmt, atom: Atom) -> bool:
        """Whether a loop changes what it runs over, or that may have changed by its end."""
        if not self.buffers.reads(atom):
            return False
        if atom not in self.buffers.lists:
            return True
        own = self.buffers.changed(atom)
        inner = (s for b in blocks_of(stmt) for s in statements(b))
        return any(isinstance(s, Write) and self.buffers.changed(s.target) & own for s in inner)

    def prepare(self, stmt: Stmt) -> None:
        """Shadows of the buffers from outside that a statement updates, before it is reversed."""
        own = set(all_defs(Block((stmt,))))
        for inner in (s for b in blocks_of(stmt) for s in statements(b)):
            home = self.buffers.home(inner.target) if isinstance(inner, Write) else None
            if home is not None and home not in own and self.wanted(home):
                if home not in self.plan.partial:  # else made where it is bound for certain
                    self.shadow(home)
            stack = inner.stack if isinstance(inner, Push | Pop) else None
            if stack is not None and stack not in own and self.wanted(stack):
                self.stack_shadow(stack)

    def stack_shadow(self, stack: Value) -> Value:
        """The adjoints of what a stack holds; at the end, zeros for what was never popped."""
        shadow = self.current(stack)
        if shadow is None:
            shadow = self.build.call(
                Ref("zeros_of", runtime.zeros_of), stack, name=f"{stack.name}_bar"
            )
            self.owned.add(shadow)
            self.bars[stack] = shadow
        assert isinstance(shadow, Value)
        return shadow

    def _into(self, shadow: Atom, bar: Atom) -> None:
        """Add to a shadow, or to a view of one, in place."""
        self.build.emit(Write("whole", shadow, Const(...), bar, self.build.origin, (), "Add"))

    def _into_item(self, target: Value, index: Atom, bar: Atom) -> None:
        """Add to an item of a shadow in place."""
        shadow, origin = self.shadow(target), self.build.origin
        index = self.again(index)
        number = self.facts.is_scalar(bar) and self.facts.is_array(bar) is not True
        item = target in self.buffers.holders and self.numeric(bar)
        if item or number and target in self.buffers.lists:
            self.build.emit(Write("item", shadow, index, bar, origin, (), "Add"))
            return
        array = self.facts.is_array(target) is True
        mask = self.facts.is_array(index) and self.facts.dtype(index) == np.dtype(bool)
        if array and (is_basic(index, self.facts) or mask):
            self.build.emit(Write("item", shadow, index, bar, origin, (), "Add"))
        elif array and self.facts.is_array(index):
            at = Ref("np.add.at", np.add.at)
            self.build.emit(Write("at", shadow, index, bar, origin, (at,), "Add"))
        else:
            at = Ref("add_at", runtime.add_at)
            self.build.emit(Write("add_at", shadow, index, bar, origin, (at,), "Add"))

    def again(self, index: Atom) -> Atom:
        """An index made of slices and tuples, written anew where it is used."""
        new: Atom = remade(index, self.indices, lambda e, _: self.build.let(e, "index"))
        return new

    def shadow(self, view: Value) -> Atom:
        """The adjoint of a buffer as one array, or the same view of it."""
        if view not in self.buffers.made:
            shadow = self.bars[view] = self.own(view)
            return shadow
        base, stmt = self.buffers.base(view), self.buffers.made[view]
        below = self.shadow(base)
        if isinstance(stmt.expr, Value):
            return below
        again = map_expr(stmt.expr, lambda a: below if a is base else self.again(a))
        seen = self.build.let(again, f"{view.name}_bar")
        if view in self.buffers.guarded:
            check = Ref("require_view", runtime.require_view)
            self.build.emit(Let((), Apply(check, (seen, below)), self.build.origin))
        return seen

    def add_at(self, target: Atom, index: Atom, bar: Atom) -> None:
        """Contribute `bar` to an item of the adjoint of a buffer or container."""
        if not isinstance(target, Value) or not self.wanted(target):
            return
        if target in self.buffers.durable or self.buffers.is_buffer(target):
            self._into_item(target, index, self._apart(bar))
            return
        index = self.again(index)
        shadow = self.own(target)
        new = self.build.call(Ref("add_at", runtime.add_at), shadow, index, bar)
        self.bars[target] = self.name(new, target, True, not self.numeric(target))

    def own(self, target: Value) -> Atom:
        """The adjoint of `target` so far, or zeros, as a buffer that is ours to change."""
        old = self.current(target)
        if old is None:
            return self.zeros(target, bound=True)
        old = self.shaped(old, target, bound=True)
        if isinstance(old, Value) and old in self.owned:
            return old
        name = f"{target.name}_bar"
        number = self._spread(old)
        dtype = self.facts.dtype(target)
        if number is not None and dtype is not None and dtype.kind == "f":
            copy = self.build.call(np.full_like, target, number, name=name)
        elif self._without_axes(target):
            copy = self.build.call(np.array, old, name=name)
        else:
            copy = self.build.call(Ref("copy_of", runtime.copy_of), old, name=name)
        self.give(copy, target)
        self.owned.add(copy)
        return copy

    def _without_axes(self, target: Value) -> bool:
        """Whether a value is an array of one entry, of which arithmetic makes a number."""
        return bool(self.facts.is_array(target)) and self.facts.ndim(target) == 0

    def _spread(self, bar: Atom) -> Atom | None:
        """The real number that an adjoint holds everywhere, where that was just spread out."""
        for stmt in reversed(self.build.stmts[-8:]):
            if isinstance(stmt, Let) and stmt.targets == (bar,) and isinstance(stmt.expr, Apply):
                fn, args = stmt.expr.fn, stmt.expr.args
                known = isinstance(fn, Ref) and fn.obj is runtime.spread_to
                if known and not isinstance(args[0], Star) and self.facts.is_scalar(args[0]):
                    return args[0]
        return None

    def current(self, target: Value) -> Atom | None:
        """The adjoint so far; for a value from outside a loop, the carried sum."""
        old = self.bars.get(target)
        if old is None and self.frames and target not in self.frames[-1].local:
            frame = self.frames[-1]
            if target not in frame.sums:
                total = Value(f"{target.name}_bar", True)
                # What may be unbound at the loop has no shape there.
                (self.vague if target in self.plan.partial else self.owned).add(total)
                self.give(total, target)
                if not self.numeric(target):
                    self.loose.add(total)
                frame.sums[target] = total
            old = self.bars[target] = frame.sums[target]
        return old

    def shaped(self, bar: Atom, value: Atom, bound: bool = False) -> Atom:
        """An adjoint where the value is bound: a plain zero gets its shape.

        `bound` says that the value is certainly there, although some path leaves it out.
        """
        if not self.is_vague(bar, value) or (value in self.plan.partial and not bound):
            return bar
        if isinstance(bar, Const):
            return self.zeros(value, bound=True)
        if not self.numeric(value):
            return self.build.call(Ref("structured", runtime.structured), bar, value)
        return self.build.call(Ref("spread_to", runtime.spread_to), bar, value)

    def is_vague(self, bar: Atom, value: Atom) -> bool:
        """Whether an adjoint may be a plain zero where the value is not a number."""
        plain = bar in self.vague if isinstance(bar, Value) else bar == Const(0.0)
        return plain and not self.facts.is_scalar(value)

    def zeros(self, target: Atom, bound: bool = False) -> Atom:
        """Zeros of the shape of a value; `bound` where the value is certainly there."""
        assert isinstance(target, Value)
        name = f"{target.name}_bar"
        if target in self.plan.partial and not bound:
            return Const(0.0)  # the value itself may not be there to take the shape from
        if self.facts.is_array(target):
            zero = self.build.call(np.zeros_like, target, name=name)
        elif self.facts.is_scalar(target) and self._python_real(target):
            return Const(0.0)
        else:
            zero = self.build.call(Ref("zeros_of", runtime.zeros_of), target, name=name)
            if not self.numeric(target):
                self.loose.add(zero)
        self.owned.add(zero)
        self.give(zero, target)
        return zero

    def _python_real(self, target: Value) -> bool:
        dtype = self.facts.dtype(target)
        return self.real if dtype is None else dtype.kind != "c"

    def numeric(self, target: Atom) -> bool:
        """Whether a value is provably a number or an array, not a container."""
        return bool(self.facts.is_scalar(target) or self.facts.is_array(target))

    def _fits(self, target: Value, bar: Atom) -> bool:
        """Whether `target_bar += bar` is the same as adding out of place."""
        into, what = self.facts.dtype(target), self.facts.dtype(bar)
        if into is None or into.kind != "f" or self.facts.is_array(target) is not True:
            return False
        if what is not None:
            return np.can_cast(what, into, "same_kind")
        return self.real

    def name(self, bar: Atom, target: Value, owned: bool, loose: bool) -> Atom:
        """Call an adjoint after its value, and note what is known of it."""
        at = self._new(bar)
        if at is not None and isinstance(bar, Value) and not bar.user:
            made = self.build.stmts[at]
            assert isinstance(made, Let)
            named = Value(f"{target.name}_bar", target.user)
            self.build.stmts[at] = Let((named,), made.expr, made.origin)
            self.facts.give(named, self.facts.of(bar))
            if bar in self.loose:
                loose = True
            bar = named
        if isinstance(bar, Value):
            self.placed.add(bar)
            self.give(bar, target)
            if owned:
                self.owned.add(bar)
            else:
                self.owned.discard(bar)
            if loose:
                self.loose.add(bar)
        return bar

    def give(self, bar: Value, target: Value) -> None:
        """An adjoint has the shape of its value, unless it may be a plain zero."""
        if bar not in self.vague:
            self.facts.give(bar, self.facts.like(target))

    def note(self, origin: Origin | None) -> None:
        """Comment the code that follows with the statement that it reverses."""
        self.build.origin = origin
        if origin is None:
            return
        text = self.spans.get((origin.filename, origin.line))
        if text is None:
            return
        for stmt in reversed(self.build.stmts):
            if isinstance(stmt, Note):
                if stmt.text == text:
                    return
                break
        self.build.emit(Note(text, origin))

    def refuse(
        self, kind: type[S2SError], reason: str, origin: Origin | None, *advice: str
    ) -> NoReturn:
        """Raise an error that shows the user's line."""
        raise kind(reason, origin=origin, advice=advice)

    def item(self, container: Atom, index: int) -> Atom:
        """Item `index` of an adjoint; of one just built, the item itself."""
        items = self.facts.items(container)
        if items is not None and -len(items) <= index < len(items):
            return items[index]
        return self.build.call(Ref("getitem", operator.getitem), container, Const(index))

    def tuple_of(self, parts: list[Atom]) -> Value:
        """A tuple of adjoints."""
        return self.build.let(Apply(Ref("tuple", prims.build_tuple), tuple(parts)))
