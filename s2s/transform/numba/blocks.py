"""Stacks as arrays, where both sweeps count the same loops.

    saved = []                             saved = np.empty((n, x.shape[0]))
    for i in range(n):                     for i in range(n):
        t = x * i                              t = x * i
        saved.append(t)                        saved[i] = t
    for i in range(n - 1, -1, -1):         for i in range(n - 1, -1, -1):
        t = saved.pop()                        t = saved[i]

A list allocates for each of its items, and elementwise loops end at it; a row of an array is
written by the loop that computes it.  The counters name the row, so those of the two sweeps have
to be the same numbers: what the ranges are made of is compared.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from s2s.analysis import callables as table
from s2s.analysis.fact import INDEX, NUMBER_KINDS, Fact
from s2s.analysis.shapes import Dim, Sizes
from s2s.ir import prims
from s2s.ir.build import Builder, getattribute, getitem, tuple_of
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Expr,
    For,
    Function,
    Iter,
    Let,
    Method,
    Pop,
    Push,
    Ref,
    Stmt,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.walk import (
    all_atoms,
    blocks_of,
    statements,
    with_blocks,
    with_stmts,
)
from s2s.transform.numba.bounds import Bounds, Chain, chains_of, range_of, scope_of
from s2s.transform.numba.element import FOLDS
from s2s.transform.numba.forms import form_of, minus
from s2s.transform.numba.kinds import ELEMENTWISE, Kinds, runtime_name
from s2s.transform.numba.memory import Memory, reached
from s2s.transform.numba.views import Along, Views


def in_blocks(function: Function, facts: Kinds) -> Function:
    """The function with arrays for stacks whose size is known when their loops begin."""
    function = replace(function, body=_counting(function.body, facts))
    plans = _Stacks(function, facts).plans()
    return replace(function, body=_rewritten(function.body, plans)) if plans.made else function


@dataclass
class _Plans:
    """What takes the place of statements, by their ids, and the counters that loops get."""

    made: dict[int, list[Stmt]] = field(default_factory=dict)  # before a loop
    instead: dict[int, list[Stmt]] = field(default_factory=dict)
    counters: dict[int, Value] = field(default_factory=dict)


class _Stacks:
    """The stacks of one function."""

    def __init__(self, function: Function, facts: Kinds) -> None:
        self.facts, self.function = facts, function
        self.views = Views(function.body, facts)
        self.uses = Counter(a for a in all_atoms(function.body) if isinstance(a, Value))
        self.lists: dict[Value, Chain] = {}
        self.pushes: dict[Value, list[Chain]] = {}
        self.pops: dict[Value, list[Chain]] = {}
        for chain in chains_of(function.body):
            match chain[-1][1]:
                case Let(targets=(stack,), expr=Apply(args=(), kwargs=()) as expr):
                    if getattr(expr.fn, "obj", None) is prims.build_list:
                        self.lists[stack] = chain
                case Push(stack=stack):
                    self.pushes.setdefault(stack, []).append(chain)
                case Pop(stack=stack):
                    self.pops.setdefault(stack, []).append(chain)
        memory = Memory(function, facts)
        self.find = memory.find
        self.written = {memory.find(a) for s in statements(function.body) for a in reached(s)}
        self.out = _Plans()

    def plans(self) -> _Plans:
        """What to write for all stacks that can be arrays."""
        for stack, made in self.lists.items():
            pushes, pops = self.pushes.get(stack, []), self.pops.get(stack, [])
            if len(pushes) == len(pops) == 1 and self.uses[stack] == 2:
                self._stack(stack, made, pushes[0], pops[0])
        return self.out

    def _stack(self, stack: Value, made: Chain, push: Chain, pop: Chain) -> None:
        """Plan an array for one stack, if that is right."""
        depth = len(made) - 1
        forward, backward = _loops(push[depth:]), _loops(pop[depth:])
        head, last = push[-1][1], pop[-1][1]
        if not forward or not backward or len(forward) != len(backward):
            return
        if not push[depth][0] is pop[depth][0] is made[depth][0]:
            return
        assert isinstance(head, Push) and isinstance(last, Pop)
        if not self._mirrored(forward, backward) or not self._plain(head.value, push[-1][0]):
            return
        build = Builder(push[depth][1].origin, self.facts)
        room = Bounds(self.facts, self.views, build, scope_of(self.function, push[: depth + 1]))
        sizes = [room.extent(loop) for loop in forward]
        fact, raw = self.facts.of(head.value), self.facts.raw_dims(head.value) or ()
        row = [room.size(d) for d in raw]
        varying = [k for k, n in enumerate(row) if n is None]
        for k in varying:
            row[k] = self._bound(head.value, k, room)
        if fact.dtype is None or None in sizes or None in row:
            return
        shape = [a for a in (*sizes, *row) if a is not None]
        one = shape[0] if len(shape) == 1 else tuple_of(build, *shape, name="shape")
        kind = () if fact.dtype == np.float64 else (Ref(f"np.{fact.dtype.name}", fact.dtype.type),)
        block = Value(stack.name)
        build.emit(Let((block,), Apply(Ref("np.empty", np.empty), (one, *kind)), build.origin))
        self._know(block, last.target, fact, raw, len(forward), bool(varying))
        counts: dict[int, Value] = {}
        for k in varying:
            counts[k] = count = Value(f"{stack.name}_size")
            outer = shape[: len(sizes)]
            number = outer[0] if len(sizes) == 1 else tuple_of(build, *outer, name="shape")
            whole = Apply(Ref("np.empty", np.empty), (number, Ref("np.int64", np.int64)))
            build.emit(Let((count,), whole, build.origin))
            dims = tuple(Dim(natural=True) for _ in sizes)
            self._put(count, Fact("array", np.dtype(np.int64), dims, owned=True, numeric=True))
        self.out.made.setdefault(id(push[depth][1]), []).extend(build.stmts)
        self.out.instead[id(made[-1][1])] = []
        self._use(push[-1][1], forward, block, head.value, counts)
        self._use(pop[-1][1], backward, block, last.target, counts)

    def _bound(self, value: Atom, k: int, room: Bounds) -> Atom | None:
        """A size that an array is never longer than: it is computed from parts of others."""
        expr = self.views.made.get(value) if isinstance(value, Value) else None
        own = self.facts.raw_dims(value)
        for x in expr.args if isinstance(expr, Apply) and own is not None else ():
            view = self.views.of.get(x) if isinstance(x, Value) else None
            dims, whole = self.facts.raw_dims(x), view and self.facts.raw_dims(view.base)
            for p, entry in enumerate(view.entries if view is not None and whole else ()):
                if isinstance(entry, Along) and dims is not None and own is not None:
                    if self.facts.certain(dims[entry.axis], own[k]):
                        return room.size(whole[p])  # type: ignore[index]
        return None

    def _know(
        self, block: Value, popped: Value, fact: Fact, raw: Sequence[Any], loops: int,
        varying: bool,
    ) -> None:  # fmt: skip
        """What is pushed has the sizes of the rows by construction, and so has what is popped."""
        first = tuple(Dim(natural=True) for _ in range(loops))
        whole = Fact("array", fact.dtype, (*first, *(fact.dims or ())), owned=True, numeric=True)
        if varying:  # nothing is certain of sizes that other iterations need not have
            rows = tuple(Dim(natural=True) for _ in raw)
            self._put(block, replace(whole, shape=(*first, *rows)))
            return
        for facts, dims in ((self.facts, fact.dims or ()), (self.facts.raw, tuple(raw))):
            if facts is None:
                continue
            for a, b in zip(facts.of(popped).dims or (), dims, strict=False):
                Sizes.unify(facts.sizes, a, b)
            facts.put(block, replace(whole, shape=(*first, *dims)))
            facts.put(popped, replace(fact, shape=tuple(dims), owned=False))

    def _put(self, value: Value, fact: Fact) -> None:
        """What is known of a new value."""
        for facts in (self.facts, self.facts.raw):
            if facts is not None:
                facts.put(value, fact)

    def _use(
        self, stmt: Stmt, loops: Sequence[For], block: Value, value: Any,
        counts: Mapping[int, Value],
    ) -> None:  # fmt: skip
        """A row is written, or read; `counts` say how long it is along which of its axes."""
        build = Builder(stmt.origin, self.facts)
        index = [self._counter(loop) for loop in loops]
        at: Atom = index[0] if len(index) == 1 else tuple_of(build, *index, name="at")
        for k in range(max(counts, default=-1) + 1):
            size: Atom = Const(None)
            if k in counts and isinstance(stmt, Push):
                shape = getattribute(build, value, "shape", name="shape")
                size = getitem(build, shape, Const(k), name="n")
                build.emit(Write("item", counts[k], at, size, stmt.origin))
            elif k in counts:
                size = getitem(build, counts[k], at, name="n")
            index.append(build.call(slice, Const(None), size, name="part"))
        key: Atom = index[0] if len(index) == 1 else tuple_of(build, *index, name="at")
        if isinstance(stmt, Push):
            build.emit(Write("item", block, key, value, stmt.origin))
        else:
            read = Apply(Ref("getitem", operator.getitem), (block, key))
            build.emit(Let((value,), read, stmt.origin))
        self.out.instead[id(stmt)] = build.stmts

    def _counter(self, loop: For) -> Value:
        item = loop.iter.item
        if item is not None and (item.name != "_" or self.uses[item]):
            return item
        if id(loop) not in self.out.counters:
            self.out.counters[id(loop)] = item = Value("k")
            self.facts.put(item, INDEX)
        return self.out.counters[id(loop)]

    # Questions -----------------------------------------------------------------------------

    def _plain(self, value: Atom, block: Block) -> bool:
        """Whether a value is a number, or an array computed here that nothing writes into."""
        fact = self.facts.of(value)
        if fact.dtype is None or fact.dtype.kind not in "fcbi":
            return False
        if fact.kind in NUMBER_KINDS or fact.dims == ():
            return True
        if not isinstance(value, Value) or fact.kind != "array" or not fact.dims:
            return False
        here = any(isinstance(s, Let) and value in s.targets for s in block.stmts)
        return here and _computed(self.views.made.get(value)) and (
            self.find(value) not in self.written
        )

    def _mirrored(self, forward: Sequence[For], backward: Sequence[For]) -> bool:
        """Whether the loops of a backward sweep count what those of the forward sweep counted."""
        same: dict[Value, Value] = {}
        for one, other in zip(forward, backward):
            start, stop, step = range_of(one)
            first, before, back = range_of(other)
            if step not in (1, -1) or back != -step:
                return False
            counts = step == 1 and self.views.natural(start)
            counts |= step == -1 and (stop == Const(-1) or self.views.natural(stop))
            if not counts:
                return False
            for new, old in ((first, stop), (before, start)):
                mine, own = form_of(new, self.views, same), form_of(old, self.views, same)
                if minus(own, mine) != {(): step}:
                    return False
            if one.iter.item is not None and other.iter.item is not None:
                same[other.iter.item] = one.iter.item
        return True


# ---- loops over arrays ---------------------------------------------------------------------------


def _counting(block: Block, facts: Kinds) -> Block:
    """A block whose loops over arrays count, where they push anything."""
    build = Builder(None, facts)
    for stmt in block.stmts:
        inner = tuple(_counting(b, facts) for b in blocks_of(stmt))
        new = with_blocks(stmt, inner) if inner else stmt
        pushes = isinstance(new, For) and any(isinstance(s, Push) for s in statements(new.body))
        build.emit(_by_index(new, build, facts) if pushes and isinstance(new, For) else new)
    return replace(block, stmts=tuple(build.stmts))


def _by_index(loop: For, build: Builder, facts: Kinds) -> For:
    """`for k in range(len(xs)): x = xs[k]` for `for x in xs`."""
    it, each = loop.iter, loop.iter
    if it.kind == "enumerate" and it.args in ((), (Const(0),)) and len(it.inner) == 1:
        each = it.inner[0]
    if each.kind != "each" or each.item is None or facts.of(each.args[0]).kind != "array":
        return loop
    xs, k = each.args[0], it.item if it is not each else None
    if k is None:
        k = Value("k")
        facts.put(k, INDEX)
    build.origin = loop.origin
    n = build.call(Ref("len", len), xs, name="n")
    read = Let((each.item,), Apply(Ref("getitem", operator.getitem), (xs, k)), loop.origin)
    body = replace(loop.body, stmts=(read, *loop.body.stmts))
    return replace(loop, iter=Iter("range", (n,), (), k), body=body)


# ---- walking -----------------------------------------------------------------------------------


def _loops(chain: Chain) -> list[For]:
    """The loops around the last statement of a chain; none where there is anything else."""
    found = [s for _, s in chain[:-1] if isinstance(s, For) and s.iter.kind == "range"]
    return found if len(found) == len(chain) - 1 else []


def _computed(expr: Expr | None) -> bool:
    """Whether an expression gives a new array, element by element."""
    if not isinstance(expr, Apply):
        return False
    if isinstance(expr.fn, Method):
        return expr.fn.name == "copy"
    name = runtime_name(expr.fn)
    obj: Any = getattr(expr.fn, "obj", None)
    if getattr(expr.fn, "text", "") in FOLDS and len(expr.args) == 2:
        return True
    return name.removesuffix("_1") in ELEMENTWISE or (
        table.hashable(obj) and bool(table.is_elementwise(obj))
    )


def _rewritten(block: Block, plans: _Plans) -> Block:
    """A block with the arrays in the place of the stacks."""
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        stmts += plans.made.get(id(stmt), ())
        if id(stmt) in plans.instead:
            stmts += plans.instead[id(stmt)]
            continue
        item = plans.counters.get(id(stmt))
        inner = tuple(_rewritten(b, plans) for b in blocks_of(stmt))
        new = with_blocks(stmt, inner) if inner else stmt
        if item is not None and isinstance(new, For):
            new = replace(new, iter=replace(new.iter, item=item))
        stmts.append(new)
    return with_stmts(block, stmts)
