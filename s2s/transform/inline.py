"""Inlines calls that cannot become pairs, or are too small to: before anything else.

    def apply(f, x):               y = x * c
        return f(x)                (from `y = apply(lambda v: v * c, x)`)

Inlined are: calls that are given functions, or whose callee captures functions (then the
callee of the inner call becomes known); functions of a few operations without control flow;
calls that write into what they are given, so that all writes to one array are in one function;
functions with writes of their own that are called at one place, which costs no text.
Loops over a display of functions are unrolled.  All other calls stay and become pairs.  Programs
that stand for functions of NumPy and of Python are inlined where derivatives flow only.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from types import FunctionType

from s2s.analysis.activity import changed_by
from s2s.analysis.callees import (
    Callees,
    Place,
    gives_functions,
    is_callable,
    is_family,
    is_maker,
    is_service,
)  # fmt: skip
from s2s.analysis.fact import Fact
from s2s.analysis.levels import Levels
from s2s.analysis.lists import lists_changed
from s2s.analysis.mutation import mutates
from s2s.analysis.operations import Called, classify
from s2s.errors import Unsound
from s2s.frontend.lower import LocalFunction
from s2s.ir import prims
from s2s.ir.effects import pure
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Let,
    Opaque,
    Ref,
    Star,
    Stmt,
    Value,
    With,
    Write,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.sweep import leaves, sweep
from s2s.ir.walk import Replaced, blocks_of, clone, map_stmt, statements, with_blocks, with_expr
from s2s.rules.ask import Nothing
from s2s.transform.arguments import bind_all
from s2s.transform.constant_tests import answer, truth
from s2s.transform.lifted import Lifted, lifted
from s2s.transform.lists import settle_lists
from s2s.transform.objects.assigning import assigned
from s2s.transform.objects.classes import is_plain
from s2s.transform.objects.columns import columns, held_classes
from s2s.transform.objects.frames import depth, frame
from s2s.transform.objects.given import is_given, objects_in, still_made
from s2s.transform.objects.inlining import ObjectInliner
from s2s.transform.objects.iterables import Iterables
from s2s.transform.objects.kinds import gives_objects
from s2s.transform.objects.named import refuse_named_result
from s2s.transform.objects.ordering import ordering, sorted_in_place
from s2s.transform.objects.parts import Parts
from s2s.transform.objects.promote import Objects, promote
from s2s.transform.picked import picked_lists
from s2s.transform.returned import Returning, stays
from s2s.transform.spread import by_count, by_name, forwards, places
from s2s.transform.stacks import find_stacks, pops
from s2s.transform.tries import check_tries
from s2s.transform.unrolled import relied_on, rounds_of
from s2s.transform.untuple import untuple
from s2s.transform.used_up import is_iterator, used_on_the_spot

TINY = 10  # operations of a function that is written where it is called
DEEP = 12  # calls inside calls


class Inliner(Replaced):
    """The state of inlining into one function."""

    def __init__(
        self, function: Function, objects: ObjectInliner, active: Collection[Value] = (),
        makers: Collection[object] = (), changing: frozenset[Place] = frozenset(),
        keep: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.function, self.keep = function, keep
        self.objects, self.active, self.makers = objects, active, makers
        self.known = Callees(changing=changing)
        self.on_the_spot: set[Value] = set()
        self.iterables = Iterables()
        self.learn(function.body)
        self.spans = dict(function.spans)
        self.taken = set(function.taken)
        self.sites = Counter(_callees(function.body))
        self.levels = Levels(function.body)

    def learn(self, block: Block) -> None:
        """Note what a block says of functions and objects."""
        self.known.learn(block)
        self.objects.kinds.learn(block)
        self.iterables.learn(block)
        self.on_the_spot |= used_on_the_spot(block)

    def put(self, target: Value, atom: Atom) -> None:
        """Let an atom stand for a value."""
        self.table[target] = atom
        self.objects.kinds.join(target, atom)

    def block(self, block: Block, stack: tuple[object, ...]) -> Block:
        """A block with its calls inlined."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmts += self.stmt(map_stmt(stmt, self.swap, lambda b: b), stack)
        return replace(block, stmts=tuple(stmts), outs=tuple(self.swap(a) for a in block.outs))

    def inside(self, block: Block, stack: tuple[object, ...]) -> Block:
        """A block that may not run, or may run again."""
        self.objects.parts.enter()
        try:
            return self.block(block, stack)
        finally:
            self.objects.parts.leave()

    def stmt(self, stmt: Stmt, stack: tuple[object, ...]) -> list[Stmt]:
        """A statement, or those that replace it."""
        gone = self.iterables.statements(self, stmt, stack)
        if gone is not None:
            return gone
        if isinstance(stmt, For):
            unrolled = self.unroll(stmt, stack)
            if unrolled is not None:
                return unrolled
        settled = self.settled(stmt) if isinstance(stmt, If) else None
        if isinstance(stmt, If) and settled is not None:
            taken = self.block(stmt.then if settled else stmt.orelse, stack)
            if taken.exit is None:
                self.table.update(zip(stmt.results, taken.outs, strict=True))
                return list(taken.stmts)
        if isinstance(stmt, With):
            entered = self.objects.entered(self, stmt, stack)
            if entered is not None:
                return entered
        inner = blocks_of(stmt)
        if inner:
            new = with_blocks(stmt, tuple(self.inside(b, stack) for b in inner))
            return [map_stmt(new, self.swap, lambda b: b)]
        if isinstance(stmt, Write):
            stands = assigned(self.objects, self, stmt, stack)
            if stands is not None:
                return stands
        if not isinstance(stmt, Let):
            return self.objects.verbatim(self, stmt, stack) if isinstance(stmt, Opaque) else [stmt]
        if isinstance(stmt.expr, Apply):
            stmt = with_expr(stmt, self.known.resolve(stmt.expr))
        parts = self.known.parts(stmt) if stmt.unpack else None
        if parts is not None:
            return [new for s in parts for new in self.stmt(s, stack)]
        about = self.objects.statements(self, stmt, stack)
        if about is not None:
            return about
        if isinstance(stmt.expr, Apply):
            answered = answer(stmt.expr, self.known, self.objects.made)
            single = len(stmt.targets) == 1 and not stmt.unpack
            if answered is not None and single and (stack or not stmt.targets[0].user):
                self.table[stmt.targets[0]] = answered
                return []
            done = self.call(stmt, stack)
            if done is not None:
                return done
        if len(stmt.targets) == 1 and not stmt.unpack:
            self.known.define(stmt)
        return [stmt]

    def settled(self, stmt: If) -> bool | None:
        """Which branch runs, if only one can: nothing, or an object, decides."""
        if isinstance(stmt.test, Const) and not isinstance(stmt.test.value, bool | None):
            return None
        return None if stmt.form == "try" else truth(stmt.test, self.objects.made)

    def call(self, stmt: Let, stack: tuple[object, ...]) -> list[Stmt] | None:
        """The statements of an inlined call, or None where it stays."""
        expr = stmt.expr
        assert isinstance(expr, Apply)
        if isinstance(expr.fn, Ref) and expr.fn.obj is operator.getitem:
            item = self.known.item(*expr.args)
            known = item is not None and self.known.is_function(item)
            known |= self.objects.holds(self, item) or item is not None and _is_class(item)
            if item is not None and known and len(stmt.targets) == 1:
                self.known.display(expr.args[0])
                self.put(stmt.targets[0], item)
                return []
            return None
        if isinstance(expr.fn, Ref) and expr.fn.obj is callable and len(stmt.targets) == 1:
            known = isinstance(expr.args[0], Const) or self.known.is_function(expr.args[0])
            if known:
                self.table[stmt.targets[0]] = Const(not isinstance(expr.args[0], Const))
                return []
        sort = sorted_in_place(stmt, self.objects.concerns)
        if sort is not None:
            return self.objects.run(self, sort, stack)
        ordered = ordering(expr, self._concerns)
        op = ordered or classify(expr, Nothing(), self.known.closures)
        if not isinstance(op, Called) or isinstance(op.key, Lifted | Returning):
            return None
        plain = lifted(self, op, stmt)
        if plain is not None:
            return [new for s in plain for new in self.stmt(s, stack)]
        inside = frame(op.key, op.args, self.objects.made, stack)
        if inside is None or depth(stack) > DEEP:
            if inside is None:
                _refuse_nested_recursion(op, stmt)
            return None
        if hasattr(op.key, "halves"):  # its gradient is not that of its body
            return None
        given = [*op.args, *(a for _, a in op.kwargs)]
        wanted = any(t in self.active for t in (*stmt.targets, *changed_by(op)))
        once = is_iterator(stmt) and stmt.targets[0] not in self.on_the_spot
        held = any(map(self._concerns, given)) and not once
        if op.program and not wanted and not held:
            return None
        functional = any(self.known.is_function(a) for a in given)
        functional |= any(self.objects.concerns(a) or _is_class(a) for a in given)
        if isinstance(expr.fn, Value) and expr.fn in self.known.closures:
            functional |= self.known.needs_inlining(self.known.closures[expr.fn])
        if not functional and (is_service(op.key) or self.keep and stays(op)):
            return None
        function = op.function()
        counted = self._counted(stmt, op, function)
        if counted is not None:
            return [new for s in counted for new in self.stmt(s, stack)]
        once = self.sites[id(op.key)] == 1 and not op.program and _writes(function)
        needed = functional or once or op.key in self.makers
        needed = needed or gives_objects(function) or forwards(function)
        needed = needed or not op.program and gives_functions(function)
        needed = needed or len(stmt.targets) == 1 and self.levels.items_change(stmt.targets[0])
        if not needed and not is_tiny(function) and not mutates(function):
            return None
        bound = bind_all(op, function, stmt)
        if bound is None:
            return None
        return self.splice(stmt, function, *bound, (*stack, inside))

    def _concerns(self, atom: object) -> bool:
        """Whether an atom is an object that is taken apart, or a function that uses one."""
        closure = self.known.closures.get(atom) if isinstance(atom, Value) else None
        used = () if closure is None else closure.captures
        return self.objects.concerns(atom) or any(self.objects.concerns(a) for _, a in used)

    def _counted(self, stmt: Let, op: Called, function: Function) -> list[Stmt] | None:
        """A call with stars whose arguments follow from the parameters."""
        expr = stmt.expr
        assert isinstance(expr, Apply)
        if any(k is None for k, _ in expr.kwargs) and not op.program:
            return by_name(stmt, op, function)
        if not any(isinstance(a, Star) for a in expr.args) or op.program:
            return None
        captured = len(op.args) - len(expr.args)
        count = places(function, captured, {k for k, _ in op.kwargs})
        return None if count is None else by_count(stmt, expr, count)

    def splice(
        self, stmt: Let, function: Function, bound: dict[Value, Atom], before: list[Stmt],
        stack: tuple[object, ...],
    ) -> list[Stmt]:  # fmt: skip
        """The body of a callee in the place of a call."""
        self.spans.update(dict(function.spans))
        self.taken |= function.taken
        for s in before:
            if isinstance(s, Let):
                self.known.define(s)
        table: dict[Value, Atom] = dict(bound)
        body = clone(function.body, table)
        self.learn(body)
        self.sites.update(_callees(body))
        body = self.block(body, stack)
        out = self.swap(body.outs[0])
        for t in stmt.targets if not stmt.unpack else ():
            self.objects.kinds.join(t, out)
        stmts = [*before, *body.stmts]
        if stmt.unpack:
            return [*stmts, *self.stmt(replace(stmt, expr=out), stack)]
        if not stmt.targets:
            return stmts
        target = stmt.targets[0]
        if out in self.objects.made:
            self.table[target] = out
            return stmts
        last = stmts[-1] if stmts else None
        fresh = isinstance(last, Let) and last.targets == (out,) and not last.unpack
        if fresh and target.user and isinstance(out, Value) and not out.user:
            assert isinstance(last, Let)
            return [*stmts[:-1], replace(last, targets=(target,))]
        if target.user:
            copy = Let((target,), out, stmt.origin)
            self.known.define(copy)
            return [*stmts, copy]
        self.table[target] = out
        return stmts

    def unroll(self, stmt: For, stack: tuple[object, ...]) -> list[Stmt] | None:
        """A loop over a display that holds functions, written out."""
        rounds = rounds_of(stmt.iter, self.known)
        if rounds is None or len(rounds) > 16:
            return None
        if not any(
            self.objects.holds(self, a) or self.known.is_function(a) for t in rounds
            for a in t.values()
        ):  # fmt: skip
            return None
        early = stmt.body.exit == "break" or any(leaves(s) for s in stmt.body.stmts)
        if early:
            return None
        if not relied_on(stmt.iter, self.known):
            return None
        state = stmt.inits
        out: list[Stmt] = []
        for items in rounds:
            table: dict[Value, Atom] = {**items}
            table.update(zip(stmt.params, state, strict=True))
            body = clone(stmt.body, table)
            self.learn(body)
            body = self.block(body, stack)
            out += body.stmts
            state = body.outs
        self.table.update(zip(stmt.results, state, strict=True))
        return out


def inline(
    function: Function, given: Mapping[str, Fact] | None = None,
    active: Collection[Value] = (), keep: bool = False,
) -> Function:  # fmt: skip
    """The function with small and function-taking calls inlined, its objects taken apart.

    `given` is what is known of the parameters: objects are told by their classes.  Programs
    that are given functions are inlined where `active` values come out of them. `keep` leaves
    calls of functions that call themselves and write into their arguments as they are.
    """
    known = {p.value: (given or {}).get(p.value.name) for p in function.params}
    witnesses = {
        v: f.obj for v, f in known.items()
        if f is not None and is_given(f)
    }  # fmt: skip
    held = {v: o for v, f in known.items() if f is not None and (o := objects_in(f))}
    forced: frozenset[Value] = frozenset()
    makers: frozenset[object] = frozenset()
    loose: frozenset[tuple[type, str]] = frozenset()
    changing: frozenset[Place] = frozenset()
    while True:
        objects = ObjectInliner(witnesses, forced, parts := Parts(loose))
        objects.plain = frozenset(
            v for v, f in known.items() if f is not None and f.kind not in ("any", "object")
        )
        for v, witness in {**witnesses, **held}.items():
            objects.kinds.give(v, witness, v in forced)
        worker = Inliner(function, objects, active, makers, changing, keep)
        body = worker.block(function.body, ())
        updated = frozenset(
            v for s in statements(body)
            if isinstance(s, Write) and s.kind == "attr" and isinstance(s.target, Value)
            for v in {**witnesses, **held}
            if s.target is v or objects.kinds.may_be_in(s.target, v)
        )  # fmt: skip
        new = replace(
            function, body=body, spans=tuple(worker.spans.items()), taken=frozenset(worker.taken)
        )
        made, mistaken = makers_of_lists(new), worker.known.mistaken(new)
        changing |= mistaken
        if mistaken or not (updated <= forced and made <= makers and parts.found <= loose):
            forced, makers, loose = forced | updated, makers | made, loose | parts.found
            continue
        swept = sweep(new, forgettable(objects, worker))
        about = Objects(objects.made, {**witnesses, **held})
        apart = parts.of_classes(held_classes(swept, about))
        if apart <= loose:
            break
        loose |= apart
    check_tries(new)
    for out in new.body.outs:
        if isinstance(out, Value):
            refuse_named_result(new, objects.kinds.of(out))
    new = columns(swept, about)
    new = sweep(promote(new, Objects(still_made(new, objects.made), witnesses)), _forgettable)
    return settle_lists(find_stacks(picked_lists(untuple(new, named=pops(new)))))


def forgettable(objects: ObjectInliner, worker: Inliner) -> Callable[[object], bool]:
    """Which expressions nobody misses, now that objects and functions are known."""

    def told(expr: object) -> bool:
        if isinstance(expr, Apply) and isinstance(expr.fn, Ref) and (
            expr.fn.obj in (prims.build_tuple, prims.build_list, prims.build_dict)
            and any(objects.holds(worker, a) or worker.known.is_function(a) for a in expr.args)
        ):  # fmt: skip
            return True
        if isinstance(expr, Value) and worker.known.is_function(expr):
            return True
        if worker.iterables.is_made(expr):
            return True
        if isinstance(expr, Apply) and expr.fn == Ref("new_object", prims.new_object):
            return True  # all that it holds is known where it is read
        return _forgettable(expr)

    return told


def _refuse_nested_recursion(op: Called, stmt: Let) -> None:
    """A nested function was inlined for what it changes: nothing is left that it could call."""
    if isinstance(op.key, LocalFunction) and op.key.captured:
        raise Unsound(
            f"`{op.name}` calls itself, and is given functions or changes what it captures",
            origin=stmt.origin,
            advice=("return the new values, and combine them where they are returned",
                    "or write the recursion as a loop over a list of what is to be visited"),
        )  # fmt: skip


def makers_of_lists(function: Function) -> frozenset[object]:
    """The functions that make lists which are made longer or shorter outside of them."""
    changed = lists_changed(function)
    return frozenset(
        op.key for s in statements(function.body)
        if isinstance(s, Let) and isinstance(s.expr, Apply) and changed.intersection(s.targets)
        and isinstance(op := classify(s.expr, Nothing(), {}), Called)
    )  # fmt: skip


def _is_class(atom: Atom | Star) -> bool:
    """Whether an atom is a class of the user, whose objects are taken apart."""
    return isinstance(atom, Ref) and not atom.live and is_plain(atom.obj)


def has_programs(function: Function) -> bool:
    """Whether a function calls one that a program stands for."""
    for stmt in statements(function.body):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            op = classify(stmt.expr, Nothing(), {})
            if isinstance(op, Called) and op.program:
                return True
    return False


def _forgettable(expr: object) -> bool:
    """Functions as values: nothing is lost when nobody calls them any more."""
    from s2s.ir.nodes import Closure

    if isinstance(expr, Apply) and isinstance(expr.fn, Ref):
        if is_family(expr.fn.obj):
            return True
        return getattr(expr.fn.obj, "__name__", "") == "partial" or is_maker(expr.fn.obj) or (
            expr.fn.obj in (prims.build_tuple, prims.build_list, prims.build_dict)
            and any(isinstance(a, Ref) and is_callable(a.obj) for a in expr.args)
        )
    return isinstance(expr, Closure)


def is_tiny(function: Function) -> bool:
    """Whether a function is a few operations in a row, none of which changes anything."""
    if any(p.kind in ("star", "starstar") for p in function.params):
        return False
    exprs = [s.expr for s in function.body.stmts if isinstance(s, Let) and s.targets]
    plain = len(exprs) == len(function.body.stmts) and all(map(pure, exprs))
    return plain and sum(isinstance(e, Apply) for e in exprs) <= TINY


def _callees(block: Block) -> Iterator[int]:
    """The functions that a block calls by name, once for each place."""
    for stmt in statements(block):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            if isinstance(stmt.expr.fn, Ref) and isinstance(stmt.expr.fn.obj, FunctionType):
                yield id(stmt.expr.fn.obj)


def _writes(function: Function) -> bool:
    """Whether a function changes arrays item by item."""
    return any(isinstance(s, Write) and s.kind == "item" for s in statements(function.body))
