"""Facts along the control flow: branches joined, loops to a fixed point."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.analysis import callables as table
from s2s.analysis.fact import NUMBER_KINDS, UNKNOWN, Fact, Join, const_key, rename
from s2s.analysis.indexing import getitem, one_of
from s2s.analysis.shapes import Dim, ShapeToken, another, watermark
from s2s.ir import prims
from s2s.ir.effects import in_place
from s2s.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Expr,
    For,
    If,
    Iter,
    Let,
    Method,
    Opaque,
    Pop,
    Push,
    Raw,
    Ref,
    Star,
    Stmt,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.walk import blocks_of, defs_of, iter_items, own_atoms, statements

if TYPE_CHECKING:
    from s2s.analysis.facts import Facts

_PASSES = 6
_ALL = sys.maxsize  # of the symbols, to be told apart by name
_INT = Fact("int", np.dtype(np.int64), (), py=True, numeric=True)
# Methods of lists and dicts: what changes them, and what only looks.
CHANGING = frozenset("""
    append insert extend pop clear reverse sort remove update setdefault
""".split())  # fmt: skip
ASKING = frozenset("copy get items keys values index count".split())
_RESHAPERS = {"shape", "dtype", "strides", "data"}


def escaping(block: Block) -> frozenset[Value]:
    """The values that something else may hold or change, beyond their own name."""
    out: set[Value] = set()
    for stmt in statements(block):
        inert = (
            isinstance(stmt, Let) and isinstance(stmt.expr, Apply)
            and isinstance(stmt.expr.fn, Ref) and table.is_pure(stmt.expr.fn.obj)
            and not table.keeps(stmt.expr.fn.obj)
        )  # fmt: skip
        if not inert:
            out.update(a for a in own_atoms(stmt) if isinstance(a, Value))
        for inner in blocks_of(stmt):
            out.update(a for a in inner.outs if isinstance(a, Value))
    out.update(a for a in block.outs if isinstance(a, Value))
    return frozenset(out)


class Flow:
    """One walk over a function."""

    def __init__(self, facts: Facts, pure: Callable[[Any], bool]) -> None:
        self.facts = facts
        self.pure = pure
        self.calm: set[Value] = set()  # context managers that swallow no exception

    def block(self, block: Block) -> None:
        """All statements of a block."""
        for stmt in block.stmts:
            self.statement(stmt)

    def statement(self, stmt: Stmt) -> None:
        """One statement."""
        facts = self.facts
        facts.tracked.learn(stmt, facts.of)
        match stmt:
            case Let(targets, expr):
                self._hazards(expr)
                if len(targets) == 1 and not stmt.unpack:
                    facts.learn(targets[0], expr)
                    if isinstance(expr, Apply) and getattr(expr.fn, "obj", None) is np.errstate:
                        self.calm.add(targets[0])
                elif targets:
                    facts.learn_unpack(targets, expr)
                else:
                    facts.expression(expr)
            case If():
                self._if(stmt)
            case For() | While():
                self._loop(stmt)
            case With():
                self._with(stmt)
            case Write():
                self._write(stmt)
            case Opaque():
                facts.volatile = True
                self._unknown(defs_of(stmt))
            case Push():
                facts.pushed(stmt.stack, stmt.value)
            case Pop():
                facts.put(stmt.target, facts.popped(stmt.stack))
            case _:
                pass

    def _outs(self, block: Block) -> list[Fact]:
        """What a block hands on, with the sizes by which they are known in it."""
        return [self.facts.resolved(self.facts.of(a)) for a in block.outs]

    def _unknown(self, values: Sequence[Value]) -> None:
        """Nothing is known of values."""
        for value in values:
            self.facts.put(value, UNKNOWN)

    # Branches ------------------------------------------------------------------------------

    def _scoped(self, block: Block) -> list[Fact]:
        """A block that may not run: its outs."""
        mark = self.facts.enter()
        self.block(block)
        outs = self._outs(block)
        self.facts.leave(mark)
        return outs

    def _if(self, stmt: If) -> None:
        """Both branches, then what they have in common."""
        then, orelse = self._scoped(stmt.then), self._scoped(stmt.orelse)
        known, test = self.facts.constant(stmt.test)
        join = Join()
        for k, result in enumerate(stmt.results):
            pair = [outs[k] if k < len(outs) else UNKNOWN for outs in (then, orelse)]
            if known and isinstance(test, bool | int | float | str | None):
                self.facts.put(result, pair[0] if test else pair[1])
            else:
                self.facts.put(result, join(*pair))

    def _with(self, stmt: With) -> None:
        """A body that runs once, unless the context swallows an exception."""
        if stmt.target is not None:
            self._unknown((stmt.target,))
        if stmt.context in self.calm:
            self.block(stmt.body)
            for result, fact in zip(stmt.results, self._outs(stmt.body), strict=False):
                self.facts.put(result, fact)
        else:
            self._scoped(stmt.body)
            self._unknown(stmt.results)

    # Loops ---------------------------------------------------------------------------------

    def _loop(self, stmt: For | While) -> None:
        """Carried values start as what comes in and give up what an iteration changes."""
        facts = self.facts
        outer = watermark()
        state = [facts.of(a) for a in stmt.inits]
        for _ in range(_PASSES):
            start, new = self._pass(stmt, state)
            if pattern(new, outer) == pattern(state, outer):
                break
            state = new
            if pattern(new, _ALL) == pattern(start, _ALL):
                break  # another walk over the body would start with the same facts
        else:
            state = [UNKNOWN for _ in state]
            self._pass(stmt, state)
        # The last state is one of many: what depends on the iteration gets symbols of its own.
        names: dict[Any, Any] = {}
        for param, result in zip(state, stmt.results, strict=False):
            facts.put(result, rename(param, lambda d: _renewed(d, outer, names)))
        for result in stmt.results[len(state) :]:
            self._unknown((result,))

    def _pass(
        self, stmt: For | While, state: list[Fact]
    ) -> tuple[list[Fact], list[Fact]]:
        """One walk over the body: what it starts with, widened by what each way carries on."""
        facts = self.facts
        mark = facts.enter()
        for param, fact in zip(stmt.params, state, strict=False):
            facts.put(param, fact)
        # What the facts table made of the state (names for what is not known) is the state.
        start = [facts.of(p) for p in stmt.params]
        if isinstance(stmt, For):
            self._bind(stmt.iter)
            self.block(stmt.body)
        else:
            self.block(stmt.head)
            self.block(stmt.body)
        # A block that leaves the loop stands in tail position: what it carries on has gone
        # through the joins of the choices around it into the outs of the body.
        outs = self._outs(stmt.body)
        facts.leave(mark)
        join = Join()
        return start, [join(f, g) for f, g in zip(start, outs, strict=True)]

    def _bind(self, it: Iter) -> None:
        """The values that a loop's iterable binds."""
        facts = self.facts
        if it.item is not None:
            fact = UNKNOWN
            if it.kind in ("range", "enumerate"):
                fact = _INT
            elif it.kind in ("each", "reversed") and it.args:
                fact = self._each(it.args[0])
            if it.kind in ("keys", "each") and it.args:
                fact = _key_of(facts.of(it.args[0])) or fact
            facts.put(it.item, fact)
        if it.kind in ("enumerate", "zip", "reversed"):
            for inner in it.inner:
                self._bind(inner)
        else:
            self._unknown([v for inner in it.inner for v in iter_items(inner)])

    def _each(self, atom: Atom) -> Fact:
        """One item of a sequence."""
        return one_of(self.facts.of(atom))

    # What takes facts back -----------------------------------------------------------------

    def _write(self, stmt: Write) -> None:
        """A write into anything but an array may change a container that is known."""
        target = self.facts.of(stmt.target)
        known, key = self.facts.constant(stmt.key)
        if target.kind != "array" and self.facts.tracked.group(stmt.target) is None:
            if not self._updates_an_array(stmt):
                self.facts.volatile = True
        if (stmt.kind == "attr" and (not known or key in _RESHAPERS)) or (
            stmt.kind == "call" and known and key == "resize"
        ):
            self.facts.blind = True

    def _updates_an_array(self, stmt: Write) -> bool:
        """Whether `items[k] += v` changes an array that is an item, which stays the item."""
        if stmt.kind != "item" or stmt.op is None:
            return False
        target, key = self.facts.of(stmt.target), self.facts.of(stmt.key)
        item = getitem(target, key, self.facts.sizes)
        return target.items is not None and item.kind == "array" and item.has_axes

    def _hazards(self, expr: Expr) -> None:
        """A call of something unknown may change the containers that it can reach."""
        if isinstance(expr, Raw):
            if expr.reads:
                self.facts.volatile = True
            return
        if not isinstance(expr, Apply):
            return
        fn = expr.fn
        if expr.args and self.facts.tracked.group(expr.args[0]) is not None:
            name = fn.name if isinstance(fn, Method) else ""
            if in_place(expr) or name in CHANGING or name in ASKING:
                return  # of containers that are followed, only the contents are believed
        known, obj = (False, None) if isinstance(fn, Method) else self.facts.constant(fn)
        if known and table.is_pure(obj):
            return
        # Only extends what the compiler built.
        if known and (obj is prims.list_append or obj is prims.dict_put):
            if self.facts.of(_first(expr)).items is not None:
                self.facts.volatile = True
            return
        if known and table.hashable(obj) and obj in table.OUT_OF_PLACE:
            first = self.facts.of(_first(expr))
            if not first.numeric and first.kind not in ("array", "tuple", *NUMBER_KINDS):
                self.facts.volatile = True
            return
        if known and self.pure(obj):
            return
        if isinstance(fn, Method):
            first = self.facts.of(_first(expr))
            if first.numeric or fn.name in ASKING and first.kind in ("list", "tuple", "dict"):
                return
        # A closure or an attribute, too, may reach what is not seen here.
        atoms = [a.atom if isinstance(a, Star) else a for a in expr.args]
        atoms += [a for _, a in expr.kwargs]
        inert = all(_inert(self.facts.of(a)) for a in atoms)
        calm = getattr(self.facts.calls, "is_calm", None)
        seen = known or isinstance(fn, Value) and fn in self.facts.closures
        if not (inert and known) and not (seen and calm is not None and calm(expr, self.facts)):
            self.facts.volatile = True


def _key_of(fact: Fact) -> Fact | None:
    """One key of a dict whose keys are written out."""
    if fact.kind != "dict" or not fact.keys:
        return None
    return reduce(Join(), (Fact.from_const(k) for k in fact.keys), Fact("undef"))


def _inert(fact: Fact) -> bool:
    """Whether no container can be reached through a value."""
    if fact.kind == "tuple" and fact.items is not None:
        return all(map(_inert, fact.items))
    return fact.numeric or fact.kind in ("str", "none", "slice", "int", "bool", "scalar")


def _first(expr: Apply) -> Atom:
    """The first argument of a call."""
    first = expr.args[0] if expr.args else UNDEF
    return first.atom if isinstance(first, Star) else first


def _renewed(symbol: Any, outer: int, names: dict[Any, Any]) -> Any:
    """A symbol of an iteration replaced by one of what comes after the loop."""
    if isinstance(symbol, Dim) and symbol.id > outer:
        if symbol not in names:
            names[symbol] = another(symbol)
        return names[symbol]
    if isinstance(symbol, ShapeToken) and symbol.id > outer:
        return names.setdefault(symbol, another(symbol))
    return symbol


def pattern(facts: Sequence[Fact], outer: int) -> Any:
    """Facts up to the names of the symbols that were made in the loop."""
    numbers: dict[Any, int] = {}

    def symbol(d: Any) -> Any:
        """A symbol, or its number in order of appearance."""
        if isinstance(d, Dim | ShapeToken) and d.id > outer:
            kind = (d.maybe_one, d.natural) if isinstance(d, Dim) else (d.axes,)
            return "own", numbers.setdefault(d, len(numbers)), kind
        return d

    def one(f: Fact) -> Any:
        """One fact as a comparable value."""
        shape: Any = f.shape
        shape = tuple(map(symbol, shape)) if isinstance(shape, tuple) else symbol(shape)
        items = None if f.items is None else tuple(map(one, f.items))
        const = const_key(f.const) if f.is_const else None
        dtype = None if f.dtype is None else f.dtype.str  # to NumPy's `==`, None is float64
        return (f.kind, dtype, shape, items, f.keys, const, id(f.obj), f.owned,
                symbol(f.size), f.py, f.numeric)  # fmt: skip

    return tuple(map(one, facts))
