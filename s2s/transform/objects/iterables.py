"""Loops over objects and over generator methods: the loop's body goes where the items are made.

    for t, u in sim.run(3):            for _ in range(3):
        s += t * u                         sim.u = step(sim.u)
                                           t, u = (sim.t, sim.u)
                                           s += t * u

What the loop carries from one item to the next lives in an object meanwhile, as the variables do
that nested functions share; it is taken apart with the others.  An iterator class is asked for
one item after the other in a `while`.  A call that goes through all items at once, such as `sum`,
is given a list of them.
"""

from __future__ import annotations

import inspect
import types
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.analysis.operations import Called
from s2s.frontend.generators import Consumed, is_plain_generator, stops_plainly
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Iter,
    Let,
    Method,
    Ref,
    Star,
    Stmt,
    Undef,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.sweep import leaves
from s2s.ir.walk import (
    all_atoms,
    clone,
)  # fmt: skip
from s2s.transform.arguments import bind_all
from s2s.transform.objects.bodies import counted, of_one_name, told, until_told
from s2s.transform.objects.classes import is_plain, member
from s2s.transform.objects.frames import depth, frame

if TYPE_CHECKING:
    from s2s.transform.inline import Inliner

Stack = tuple[object, ...]
DEEP = 24  # methods inside methods
_WHOLE: tuple[Any, ...] = (list, tuple, sum, max, min, sorted, set, frozenset, dict, np.fromiter)


@dataclass(frozen=True)
class Made:
    """A generator that is made and not gone through yet: its function and the arguments."""

    fn: types.FunctionType
    args: tuple[Atom | Star, ...]
    kwargs: tuple[tuple[str | None, Atom], ...]


@dataclass(frozen=True)
class Taker:
    """What is done with each item: the body of a loop, whose state is in `cells`."""

    loop: For
    cells: Value
    names: tuple[str, ...]
    stack: Stack


class Iterables:
    """The generators and their consumers that are known while one function is inlined."""

    def __init__(self) -> None:
        self.made: dict[Value, Made] = {}
        self.takers: dict[Value, Taker] = {}
        self.uses: Counter[Value] = Counter()
        self._exprs: tuple[object, ...] = ()
        self._places: dict[Value, object] = {}  # the block where each generator is made

    def learn(self, block: Block) -> None:
        """Count how often values are used."""
        self.uses.update(a for a in all_atoms(block) if isinstance(a, Value))

    def is_made(self, expr: object) -> bool:
        """Whether an expression makes a generator that went into the loop over it."""
        return expr in self._exprs

    def statements(self, worker: Inliner, stmt: Stmt, stack: Stack) -> list[Stmt] | None:
        """What stands for a statement about a generator or an iterable object, or None."""
        if isinstance(stmt, For):
            return self._loop(worker, stmt, stack)
        if not isinstance(stmt, Let):
            return None
        expr = stmt.expr
        if isinstance(expr, Value):
            if stmt.unpack and self.gives_items(worker, expr):
                return self._listed(worker, stmt, expr, stack)
            return None
        if not isinstance(expr, Apply):
            return None
        if isinstance(expr.fn, Value) and expr.fn in self.takers:
            return self._take(worker, stmt, self.takers[expr.fn], expr.args[0])
        fn = expr.fn.obj if isinstance(expr.fn, Ref) else None
        if isinstance(fn, Consumed) and expr.args and expr.args[0] in self.takers:
            bound = _bound(fn, expr.args, expr.kwargs)
            assert bound is not None
            inside = frame(fn, expr.args[1:], worker.objects.made, stack)
            assert inside is not None
            return worker.splice(stmt, fn.function_ir, *bound, (*stack, inside))
        made = self._generator(worker, expr)
        if stmt.unpack and (made is not None or _makes_iterable(expr)):
            whole_value = Value("items")
            self.uses[whole_value] = 1
            parts = (Let((whole_value,), expr, stmt.origin), replace(stmt, expr=whole_value))
            return [new for s in parts for new in _through(worker, s, stack)]
        if made is not None and len(stmt.targets) == 1 and not stmt.unpack:
            if self.uses[stmt.targets[0]] == 1:
                self.made[stmt.targets[0]] = made
                self._places[stmt.targets[0]] = worker.objects.parts.place()
                self._exprs = (*self._exprs, expr)
                return [stmt]
            return None
        whole = any(fn is w for w in _WHOLE)
        whole &= len(expr.args) == 1 or fn not in (max, min)
        first = expr.args[0] if expr.args and whole else None
        if first is not None and self.gives_items(worker, first):
            return self._listed(worker, stmt, first, stack)
        return None

    def gives_items(self, worker: Inliner, atom: object) -> bool:
        """Whether an atom is a generator, or an object that is gone through by its own methods."""
        if atom in self.made:  # gone through where it is made, not again in each round of a loop
            return self._places[atom] is worker.objects.parts.place()
        cls = _class_of(worker, atom)
        return cls is not None and (
            member(cls, "__iter__") is not None or _by_position(cls) is not None
        )

    # Generators

    def _generator(self, worker: Inliner, expr: Apply) -> Made | None:
        """The call of a method that is a generator function."""
        if not isinstance(expr.fn, Method) or not expr.args:
            return None
        cls = _class_of(worker, expr.args[0])
        found = member(cls, expr.fn.name) if cls is not None else None
        return None if found is None else _made_by(found.fn, expr.args, expr.kwargs)

    def _loop(self, worker: Inliner, stmt: For, stack: Stack) -> list[Stmt] | None:
        it = stmt.iter
        if it.kind == "enumerate" and it.inner[0].kind == "each":
            if self.gives_items(worker, it.inner[0].args[0]):
                return self._loop(worker, counted(stmt), stack)
        if it.kind != "each" or not self.gives_items(worker, it.args[0]):
            return None
        source = it.args[0]
        if isinstance(source, Value) and source in self.made:
            return self._run(worker, stmt, self.made[source], stack)
        cls = _class_of(worker, source)
        assert cls is not None
        found = member(cls, "__iter__")
        if found is None:
            return self._by_position(worker, stmt, source, cls, stack)
        made = _made_by(found.fn, (source,), ())
        if made is not None:
            return self._run(worker, stmt, made, stack)
        if inspect.isgeneratorfunction(found.fn) or not isinstance(source, Value):
            return None
        given = Value("items")
        first = worker.objects.call(
            worker, found, (source,), (), Let((given,), source, stmt.origin), stack
        )
        if first is None:
            return None
        items = worker.swap(given)
        if items is source:
            rest = self._asked(worker, stmt, source, cls, stack)
        else:
            for s in reversed(first):  # `return iter(self.items)`
                match s:
                    case Let(targets=(t,), expr=Apply(fn=Ref(obj=obj), args=(inner,))) if (
                        t is items and obj is iter and isinstance(inner, Value)
                    ):
                        items = inner
                        first = [other for other in first if other is not s]
            again = replace(stmt, iter=Iter("each", (items,), (), it.item))
            rest = None if _class_of(worker, items) is cls else worker.stmt(again, stack)
        return None if rest is None else [*first, *rest]

    def _run(
        self, worker: Inliner, stmt: For, made: Made, stack: Stack
    ) -> list[Stmt] | None:
        """The body of a generator with that of a loop where it hands items out."""
        until = stmt.body.exit == "break" or any(leaves(s) for s in stmt.body.stmts)
        form = Consumed(made.fn, "until" if until else "each")

        if not _may_be_inlined(worker, form, made.args, made.kwargs, stack):
            return None

        def call(take: Value) -> Stmt:
            asked = Apply(Ref(form.__name__, form), (take, *made.args), made.kwargs)
            return Let((), asked, stmt.origin)

        return self._handed(worker, stmt, call, stack)

    def _handed(
        self, worker: Inliner, stmt: For, call: Callable[[Value], Stmt], stack: Stack
    ) -> list[Stmt] | None:
        """What calls a function with each item, with the body of a loop as the function.

        What the loop carries lives in an object, which is taken apart later.
        """
        loop, lists = of_one_name(stmt)
        take, build = Value("take"), Builder(stmt.origin)
        new = Apply(Ref("new_object", prims.new_object), (Ref("Cells", prims.Cells),))
        names = _names(loop.params)
        cells = build.let(new, prims.CELLS, user=True) if names else take
        for name, init in zip(names, loop.inits, strict=True):
            value = Const(None) if isinstance(init, Undef) else init
            build.emit(Write("attr", cells, Const(name), value, stmt.origin))
        build.emit(call(take))
        for r, name in zip(loop.results, names, strict=True):
            read = Apply(Ref("getattr", getattr), (cells, Const(name)))
            build.emit(Let((r,), read, stmt.origin))
        self.takers[take] = Taker(loop, cells, names, stack)
        for result, items in lists.items():
            worker.put(result, items)
        whole = Block(tuple(build.stmts))
        worker.learn(whole)
        return list(worker.block(whole, stack).stmts)

    def _take(
        self, worker: Inliner, stmt: Let, taker: Taker, item: Atom | Star
    ) -> list[Stmt] | None:
        """The body of the loop for one item."""
        assert not isinstance(item, Star)
        loop, origin = taker.loop, taker.loop.origin
        table: dict[Value, Atom] = {}
        build = Builder(origin)
        for p, name in zip(loop.params, taker.names, strict=True):
            read = Apply(Ref("getattr", getattr), (taker.cells, Const(name)))
            table[p] = build.let(read, p.name)
        if loop.iter.item is not None:
            table[loop.iter.item] = item
            if loop.iter.item.user:
                table[loop.iter.item] = build.let(item, loop.iter.item.name, user=True)
        body, stop = told(clone(loop.body, table))
        for out, name in zip(body.outs, taker.names, strict=True):
            value = Const(None) if isinstance(out, Undef) else out
            build.emit(Write("attr", taker.cells, Const(name), value, origin))
        writes = [s for s in build.stmts if isinstance(s, Write)]
        head = [s for s in build.stmts if not isinstance(s, Write)]
        whole = Block((*head, *body.stmts, *writes), (stop,))
        worker.learn(whole)
        run = worker.block(whole, taker.stack)
        for t in stmt.targets:
            worker.put(t, run.outs[0])
        return list(run.stmts)

    # Iterators and sequences

    def _asked(
        self, worker: Inliner, stmt: For, source: Value, cls: type, stack: Stack
    ) -> list[Stmt] | None:
        """A loop that asks an object for one item after the other."""
        found = member(cls, "__next__")
        if found is None or not stops_plainly(found.fn, "StopIteration"):
            return None
        form = Consumed(found.fn, "StopIteration")
        if not _may_be_inlined(worker, form, (source,), (), stack):
            return None

        def call(take: Value) -> Stmt:
            return until_told(Apply(Ref("next", form), (take, source)), stmt)

        return self._handed(worker, stmt, call, stack)

    def _by_position(
        self, worker: Inliner, stmt: For, source: Atom, cls: type, stack: Stack
    ) -> list[Stmt] | None:
        """A loop over an object that only says what its items are at 0, 1, ..."""
        found = _by_position(cls)
        assert found is not None
        form, k = Consumed(found, "IndexError"), Value("k")
        if not _may_be_inlined(worker, form, (source, k), (), stack):
            return None

        def call(take: Value) -> Stmt:
            return until_told(Apply(Ref("getitem", form), (take, source, k)), stmt, k)

        return self._handed(worker, stmt, call, stack)

    # All items at once

    def _listed(
        self, worker: Inliner, stmt: Let, source: Any, stack: Stack
    ) -> list[Stmt] | None:
        """A list of the items, and the statement with the list."""
        items, longer, now, item = Value("items"), Value("items"), Value("items"), Value("item")
        append = Apply(Ref("list_append", prims.list_append), (now, item))
        body = Block((Let((longer,), append, stmt.origin),), (longer,))
        whole = Value("items")
        loop = For(Iter("each", (source,), (), item), (now,), (items,), body, (whole,),
                   stmt.origin)  # fmt: skip
        made = Let((items,), Apply(Ref("list", prims.build_list)), stmt.origin)
        before = _through(worker, made, stack)
        worker.learn(Block((loop,)))
        run = self._loop(worker, loop, stack)
        if run is None:
            return None
        expr: Any = worker.swap(whole)
        if isinstance(stmt.expr, Apply):
            expr = replace(stmt.expr, args=(expr, *stmt.expr.args[1:]))
        return [*before, *run, *_through(worker, replace(stmt, expr=expr), stack)]


def _bound(
    form: Consumed, args: tuple[Atom | Star, ...], kwargs: tuple[tuple[str | None, Atom], ...]
) -> tuple[dict[Value, Atom], list[Stmt]] | None:
    """The argument of each parameter of a function that hands items out."""
    function = form.function_ir
    op = Called(function.name, form, lambda: function, args, kwargs)
    return bind_all(op, function, Let((), Const(None)))


def _may_be_inlined(
    worker: Inliner, form: Consumed, args: tuple[Atom | Star, ...],
    kwargs: tuple[tuple[str | None, Atom], ...], stack: Stack,
) -> bool:  # fmt: skip
    """Whether the body can be written in place; of a generator that calls itself only so often."""
    if frame(form, args, worker.objects.made, stack) is None or depth(stack) > DEEP:
        return False
    return _bound(form, (Value("take"), *args), kwargs) is not None


def _through(worker: Inliner, stmt: Stmt, stack: Stack) -> list[Stmt]:
    """What stands for a statement that is new."""
    worker.objects.kinds.statement(stmt)
    return worker.stmt(stmt, stack)


def _class_of(worker: Inliner, atom: object) -> type | None:
    """The class of an object that is made here, given, or captured."""
    if isinstance(atom, Value):
        return worker.objects.class_of(atom)
    if isinstance(atom, Ref) and is_plain(type(atom.obj)):
        return type(atom.obj)
    return None


def _makes_iterable(expr: Apply) -> bool:
    """Whether a call makes an object of a class that says how it is gone through."""
    return isinstance(expr.fn, Ref) and is_plain(expr.fn.obj) and (
        member(expr.fn.obj, "__iter__") is not None
    )  # fmt: skip


def _by_position(cls: type) -> types.FunctionType | None:
    """The `__getitem__` of a class that is gone through by it, and ends it in plain sight."""
    found = member(cls, "__getitem__")
    if found is None or hasattr(cls, "__iter__") or not stops_plainly(found.fn, "IndexError"):
        return None
    return found.fn


def _made_by(
    fn: types.FunctionType, args: tuple[Atom | Star, ...],
    kwargs: tuple[tuple[str | None, Atom], ...],
) -> Made | None:  # fmt: skip
    """The generator that a call makes."""
    plain = inspect.isgeneratorfunction(fn) and is_plain_generator(fn)
    return Made(fn, args, kwargs) if plain else None


def _names(params: tuple[Value, ...]) -> tuple[str, ...]:
    """An attribute for each carried value."""
    seen: Counter[str] = Counter()
    names = []
    for p in params:
        seen[p.name] += 1
        names.append(p.name if seen[p.name] == 1 else f"{p.name}_{seen[p.name]}")
    return tuple(names)
