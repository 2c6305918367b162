"""Inlines what makes an object and what changes one, so that only its attributes are left.

    p = Particle(x)            p = new_object(Particle); p.x = x; p.n = 0
    p.step(0.1)                p.x = p.x + 0.1; p.n += 1
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from s2s import runtime
from s2s.analysis.mutation import mutates
from s2s.analysis.operations import Called
from s2s.frontend.lower import default_atom
from s2s.ir import prims
from s2s.ir.nodes import (
    Apply,
    Atom,
    Const,
    Function,
    Let,
    Method,
    Opaque,
    Raw,
    Ref,
    Star,
    Stmt,
    Value,
    With,
    Write,
)  # fmt: skip
from s2s.ir.sweep import leaves
from s2s.ir.walk import all_atoms, map_stmt
from s2s.transform.arguments import bind_all
from s2s.transform.objects.classes import (
    Member,
    body_of,
    calls_super,
    fields_of,
    getter,
    is_data,
    is_plain,
    is_super,
    member,
    method_call,
    owner_of,
    unbound,
)  # fmt: skip
from s2s.transform.objects.copies import copied_object, replaced_fields
from s2s.transform.objects.frames import depth, frame
from s2s.transform.objects.kinds import Kinds, find, gives_objects, holds_made, inside
from s2s.transform.objects.named import is_named, named_tuple
from s2s.transform.objects.operators import Call, is_number, like_a_sequence, operator_call
from s2s.transform.objects.parts import Parts
from s2s.transform.objects.reading import captured_method, of_class, read
from s2s.transform.objects.verbatim import attributes_read

if TYPE_CHECKING:
    from s2s.transform.inline import Inliner

Stack = tuple[object, ...]


class ObjectInliner:
    """The objects that are known while one function is inlined.

    `given` are parameters with an object like the one that each will be, `forced` those whose
    methods are all inlined, since the function changes their attributes.
    """

    def __init__(
        self, given: Mapping[Value, object], forced: frozenset[Value], parts: Parts
    ) -> None:
        self.made: dict[Value, type] = {}
        self.kinds = Kinds()
        self.parts = parts
        self.plain: frozenset[Value] = frozenset()  # parameters that are no objects
        self.given, self.forced = given, forced
        self.frames: list[tuple[type, Value | Ref]] = []  # class and `self` of the methods around
        self.supers: dict[Value, tuple[type, Value | Ref]] = {}

    def class_of(self, value: Value | Ref) -> type | None:
        """The class of an object, or of each object that a value may be."""
        if isinstance(value, Ref):
            held = value.live and is_plain(type(value.obj))
            return type(value.obj) if held else None
        if value in self.made:
            return self.made[value]
        if value in self.given:
            return type(self.given[value])
        return self.kinds.class_of(value) or self.kinds.named_of(value)

    def concerns(self, atom: object) -> bool:
        """Whether an atom is, or holds, objects whose attributes are to be seen."""
        if not isinstance(atom, Value):
            return False
        if atom in self.given:  # which of its parts are changed is to be seen
            return any(k.classes for k in inside(self.kinds.of(atom)))
        return holds_made(self.kinds.of(atom))

    def statements(self, worker: Inliner, stmt: Let, stack: Stack) -> list[Stmt] | None:
        """What stands for a statement about an object, or None for all others."""
        target = stmt.targets[0] if len(stmt.targets) == 1 and not stmt.unpack else None
        if isinstance(stmt.expr, Value) and target is not None and (
            stmt.expr in self.made or stmt.expr in self.given
        ):
            worker.put(target, stmt.expr)
            return []
        if is_super(stmt) and not self.frames:
            self.frames += self._outermost(worker)
        if is_super(stmt) and self.frames and target is not None:
            self.supers[target] = self.frames[-1]
            return []
        expr = stmt.expr
        if isinstance(expr, Raw):
            return self.verbatim(worker, stmt, stack)
        more = read(self, worker, stmt, stack)
        if more is not None:
            return more
        named = named_tuple(stmt, self.kinds.named_of)
        if named is not None:
            return self._named(worker, stmt, named, stack)
        if not isinstance(expr, Apply) or any(isinstance(a, Star) for a in expr.args):
            return None
        if isinstance(expr.fn, Ref) and expr.fn.obj is prims.new_object and target is not None:
            self._make(target, expr.args[0].obj)  # type: ignore[union-attr]
            return None
        if isinstance(expr.fn, Ref) and is_plain(expr.fn.obj) and not stmt.unpack:
            return self._construct(worker, stmt, expr, stack)
        if isinstance(expr.fn, Ref) and expr.fn.obj is getattr and len(expr.args) == 2:
            return self._property(worker, stmt, expr, stack)
        if isinstance(expr.fn, Ref) and expr.fn.obj is isinstance and target is not None:
            return self._isinstance(worker, target, expr)
        replaced = replaced_fields(expr, self.class_of)
        if replaced is not None:
            return self._replaced(worker, stmt, expr, *replaced, stack)
        copied = copied_object(expr, self.class_of, self.kinds)
        if copied is not None:
            return self._copied(worker, stmt, copied, stack)
        return self._method(worker, stmt, expr, stack)

    def _outermost(self, worker: Inliner) -> list[tuple[type, Value | Ref]]:
        """The class that defines the method that is differentiated itself, and its object."""
        params = worker.function.params
        first = params[0].value if params else None
        if first is None or first not in self.given:
            return []
        owner = owner_of(worker.function, type(self.given[first]))
        return [] if owner is None else [(owner, first)]

    def verbatim(self, worker: Inliner, stmt: Let | Opaque, stack: Stack) -> list[Stmt]:
        """A statement in the words of the user, which refers to attributes by names."""
        words = stmt.expr if isinstance(stmt, Let) else stmt
        assert isinstance(words, Opaque | Raw)
        reads, new = attributes_read(words, self._class_of_atom, stmt.origin)
        stmts = [s for read in reads for s in worker.stmt(read, stack)]
        if isinstance(stmt, Let):
            assert isinstance(new, Raw)
            return [*stmts, map_stmt(replace(stmt, expr=new), worker.swap, lambda b: b)]
        assert isinstance(new, Opaque)
        return [*stmts, map_stmt(new, worker.swap, lambda b: b)]

    def _class_of_atom(self, atom: Atom) -> type | None:
        known = isinstance(atom, Value) and (atom in self.made or atom in self.forced)
        return self.class_of(atom) if known else None  # type: ignore[arg-type]

    def _named(
        self, worker: Inliner, stmt: Let, stmts: list[Stmt], stack: Stack
    ) -> list[Stmt]:  # fmt: skip
        """Named tuples as tuples; those that are made keep their names here."""
        expr = stmt.expr
        assert isinstance(expr, Apply)
        cls = expr.fn.obj if isinstance(expr.fn, Ref) else None
        made = cls if is_named(cls) else None
        if isinstance(expr.fn, Method):
            made = self.kinds.named_of(expr.args[0])
        out = self.run(worker, stmts, stack)
        if made is not None and not stmt.unpack:
            for t in stmt.targets:
                self.kinds.name(t, made)
        return out

    def run(self, worker: Inliner, stmts: Iterable[Stmt], stack: Stack) -> list[Stmt]:
        """What stands for statements that are new."""
        out: list[Stmt] = []
        for s in stmts:
            self.kinds.statement(s)
            out += worker.stmt(map_stmt(s, worker.swap, lambda b: b), stack)
        return out

    def _replaced(
        self, worker: Inliner, stmt: Let, expr: Apply, cls: type, names: list[str], stack: Stack
    ) -> list[Stmt] | None:
        """A dataclass made anew, with some fields of another."""
        stmts: list[Stmt] = []
        given = list(expr.kwargs)
        for name in names:
            value = Value(name)
            read = Let((value,), Apply(Ref("getattr", getattr), (*expr.args, Const(name))))
            self.kinds.statement(read)
            stmts += worker.stmt(replace(read, origin=stmt.origin), stack)
            given.append((name, worker.swap(value)))
        made = Apply(Ref(cls.__name__, cls), (), tuple(given))
        rest = self._construct(worker, replace(stmt, expr=made), made, stack)
        return None if rest is None else [*stmts, *rest]

    def _copied(
        self, worker: Inliner, stmt: Let, how: tuple[Atom, type, list[str], bool], stack: Stack
    ) -> list[Stmt]:
        """A new object with the attributes of another."""
        source, cls, names, deep = how
        obj = stmt.targets[0] if stmt.targets else Value("obj")
        new = Apply(Ref("new_object", prims.new_object), (Ref(cls.__name__, cls),))
        stmts: list[Stmt] = [Let((obj,), new, stmt.origin)]
        self._make(obj, cls)
        for name in names:
            value = Value(name)
            read = Apply(Ref("getattr", getattr), (source, Const(name)))
            todo: list[Stmt] = [Let((value,), read, stmt.origin)]
            if deep:
                held, value = value, Value(name)
                todo.append(Let((value,), Apply(Ref("copy_of", runtime.copy_of), (held,))))
            todo.append(Write("attr", obj, Const(name), value, stmt.origin))
            stmts += self.run(worker, todo, stack)
        return stmts

    def _make(self, obj: Value, cls: type) -> None:
        self.made[obj] = cls
        self.kinds.make(obj, cls)
        self.parts.made(obj)

    def store(self, worker: Inliner, stmt: Write) -> bool:
        """Whether an assignment of an object, or of functions, to an attribute is left out."""
        obj, atom = stmt.target, stmt.value
        if stmt.kind != "attr" or not isinstance(obj, Value) or obj not in self.made:
            return False
        known = stmt.op is None and (
            isinstance(atom, Const) or self.holds(worker, atom) or worker.known.is_function(atom)
        )
        name = str(getattr(stmt.key, "value", ""))
        return self.parts.store(obj, self.made[obj], name, atom if known else None)

    def holds(self, worker: Inliner, atom: object) -> bool:
        """Whether an atom is an object that was made here, or a display with such."""
        if not isinstance(atom, Value):
            return False
        display = worker.known.displays.get(atom)
        inside = display is not None and any(self.holds(worker, a) for a in display.args)
        return atom in self.made or inside

    def _construct(
        self, worker: Inliner, stmt: Let, expr: Apply, stack: Stack
    ) -> list[Stmt] | None:
        """A new object, then its `__init__`."""
        assert isinstance(expr.fn, Ref)
        cls = expr.fn.obj
        obj = stmt.targets[0] if stmt.targets else Value("obj")
        new = Let((obj,), Apply(Ref("new_object", prims.new_object), (expr.fn,)), stmt.origin)
        fields = fields_of(cls)
        if fields is not None:
            stores = _stores(obj, fields, expr, stmt)
            if stores is None:
                return None
            self._make(obj, cls)
            out: list[Stmt] = [new]
            for store in stores:
                out += worker.stmt(map_stmt(store, worker.swap, lambda b: b), stack)
            after = member(cls, "__post_init__")
            if after is None:
                return out
            rest = self.call(worker, after, (obj,), (), Let((), expr, stmt.origin), stack)
            if rest is None:
                del self.made[obj]
                return None
            return [*out, *rest]
        init = member(cls, "__init__")
        if init is None:
            if expr.args or expr.kwargs:
                return None
            self._make(obj, cls)
            return [new]
        self._make(obj, cls)
        call = Let((), expr, stmt.origin)
        rest = self.call(worker, init, (obj, *expr.args), expr.kwargs, call, stack)
        if rest is None:
            del self.made[obj]
            return None
        return [new, *rest]

    def _property(
        self, worker: Inliner, stmt: Let, expr: Apply, stack: Stack
    ) -> list[Stmt] | None:
        obj, name = expr.args
        if not isinstance(obj, Value) or not isinstance(name, Const):
            return None
        held = self.parts.load(obj, str(name.value))
        if held is not None and len(stmt.targets) == 1 and not stmt.unpack:
            worker.put(stmt.targets[0], held)
            return []
        cls = self.class_of(obj)
        found = getter(cls, str(name.value)) if cls is not None else None
        if found is None or not self._wanted(obj, found):
            return None
        return self.call(worker, found, (obj,), (), stmt, stack)

    def _isinstance(self, worker: Inliner, target: Value, expr: Apply) -> list[Stmt] | None:
        obj, kind = expr.args
        if not isinstance(obj, Value) or not isinstance(kind, Ref):
            return None
        cls = self.class_of(obj)
        if cls is not None and isinstance(kind.obj, type):
            worker.table[target] = Const(issubclass(cls, kind.obj))
            return []
        if obj in self.plain and is_plain(kind.obj):
            worker.table[target] = Const(False)
            return []
        return None

    def _method(
        self, worker: Inliner, stmt: Let, expr: Apply, stack: Stack
    ) -> list[Stmt] | None:
        operation = operator_call(expr, self.class_of)
        if operation is not None:
            return self._operator(worker, stmt, expr, operation, stack)
        by_class = of_class(self, expr)
        if by_class is not None and self._wanted(expr.args[0], by_class):  # type: ignore[arg-type]
            return self.call(worker, by_class, expr.args, expr.kwargs, stmt, stack)
        captured = captured_method(expr, self.class_of)
        if captured is not None:
            return self.call(worker, captured, expr.args, expr.kwargs, stmt, stack)
        call = method_call(expr)
        if call is None or call[0] not in self.supers and self.class_of(call[0]) is None:
            return None
        obj, name = call
        held = self.parts.load(obj, name)
        if held is not None:  # a function, or an object that is called
            new = Apply(held, expr.args[1:], expr.kwargs)
            return worker.stmt(replace(stmt, expr=new), stack)
        after = None
        if obj in self.supers:
            after, obj = self.supers[obj]  # type: ignore[assignment]
        cls = self.class_of(obj)
        found = member(cls, name, after) if cls is not None else None
        free = unbound(cls, name) if found is None and cls is not None else None
        if free is not None and after is None and obj not in self.given:
            assert cls is not None
            first = (Ref(cls.__name__, cls),) if free[1] else ()
            args = (*first, *expr.args[1:])
            return self.call(worker, free[0], args, expr.kwargs, stmt, stack, obj)
        if found is None:
            if after is not None and name == "__init__":
                return []  # that of `object`
            return self._held_call(worker, stmt, expr, obj, name, stack)
        if after is None and not self._wanted(obj, found):
            return None
        args = expr.args[1:] if name != "__call__" or expr.fn != obj else expr.args
        return self.call(worker, found, (obj, *args), expr.kwargs, stmt, stack)

    def _held_call(
        self, worker: Inliner, stmt: Let, expr: Apply, obj: Value, name: str, stack: Stack
    ) -> list[Stmt] | None:
        """A call of what an attribute holds, an object or a function: `self.part(x)`."""
        inner = self.kinds.of(obj).parts.get(f".{name}")
        held_here = obj in self.made and is_data(self.made[obj], name)
        if not held_here and (inner is None or not find(inner).classes):
            return None
        held = Value(name)
        read = Let((held,), Apply(Ref("getattr", getattr), (obj, Const(name))), stmt.origin)
        self.kinds.statement(read)
        call = replace(stmt, expr=Apply(held, expr.args[1:], expr.kwargs))
        return [*worker.stmt(read, stack), *worker.stmt(map_stmt(call, worker.swap), stack)]

    def _operator(
        self, worker: Inliner, stmt: Let, expr: Apply, call: Call, stack: Stack
    ) -> list[Stmt] | None:
        """The method that an operator calls."""
        obj, name, args = call
        cls = self.class_of(obj)
        found = member(cls, name) if cls is not None else None
        if cls is None or found is None or stmt.unpack:
            return None
        function = body_of(found)
        if function is None or _gives_up(function):
            return None
        before: list[Stmt] = []
        if name.startswith("__r") and not is_number(args[0]):
            what = "require_no_numpy" if like_a_sequence(cls) else "require_no_array"
            check = Apply(Ref(what, getattr(runtime, what)), args)
            before.append(Let((), check, stmt.origin))
        rest = self.call(worker, found, (obj, *args), (), stmt, stack)
        return None if rest is None else [*before, *rest]

    def entered(self, worker: Inliner, stmt: With, stack: Stack) -> list[Stmt] | None:
        """A `with` block of an object: what it does at first, the body, what it does at last."""
        obj = stmt.context
        cls = self.class_of(obj) if isinstance(obj, Value) else None
        enter, leave = (
            member(cls, n) if cls is not None else None for n in ("__enter__", "__exit__")
        )
        if not isinstance(obj, Value) or enter is None or leave is None:
            return None
        last = body_of(leave)
        early = stmt.body.exit is not None or any(leaves(s) for s in stmt.body.stmts)
        if last is None or early or last.body.outs[0] not in (Const(None), Const(False)):
            return None
        target = (stmt.target,) if stmt.target is not None else ()
        first = self.call(worker, enter, (obj,), (), Let(target, obj, stmt.origin), stack)
        if first is None:
            return None
        body = worker.block(stmt.body, stack)
        nothing = (Const(None),) * 3
        rest = self.call(worker, leave, (obj, *nothing), (), Let((), obj, stmt.origin), stack)
        if rest is None:
            return None
        for r, out in zip(stmt.results, body.outs, strict=True):
            worker.put(r, out)
        return [*first, *body.stmts, *rest]

    def _wanted(self, obj: Value, found: Member) -> bool:
        """Whether a method must be inlined: what it does to the object is to be seen."""
        kind = self.kinds.of(obj)
        if obj not in self.given or obj in self.forced or kind.made or kind.named:
            return True
        if self.concerns(obj):
            return True
        function = body_of(found)
        return function is not None and (
            mutates(function) or gives_objects(function) or calls_super(function)
        )

    def call(
        self, worker: Inliner, found: Member, args: tuple[Atom | Star, ...],
        kwargs: tuple[tuple[str | None, Atom], ...], stmt: Let, stack: Stack,
        receiver: Atom | Star | None = None,
    ) -> list[Stmt] | None:  # fmt: skip
        """The body of a method in the place of its call."""

        function = body_of(found)
        inside = frame(found.fn, args, self.made, stack)
        if function is None or inside is None or depth(stack) > 24:
            return None
        op = Called(found.fn.__name__, found.fn, lambda: function, args, kwargs)
        bound = bind_all(op, function, stmt)
        if bound is None:
            return None
        receiver = receiver or args[0]
        assert isinstance(receiver, Value | Ref)
        self.frames.append((found.owner, receiver))
        try:
            return worker.splice(stmt, function, *bound, (*stack, inside))
        finally:
            self.frames.pop()


def _gives_up(function: Function) -> bool:
    """Whether an operator may leave it to the other operand to do something."""
    return any(isinstance(a, Ref) and a.obj is NotImplemented for a in all_atoms(function.body))


def _stores(
    obj: Value, fields: tuple[dataclasses.Field[object], ...], expr: Apply, stmt: Let
) -> list[Stmt] | None:
    """What the generated `__init__` of a dataclass assigns."""
    given = dict(zip((f.name for f in fields), expr.args, strict=False))
    given.update({k: a for k, a in expr.kwargs if k is not None})
    out: list[Stmt] = []
    for f in fields:
        atom = given.get(f.name)
        if atom is None:
            if f.default is not dataclasses.MISSING:
                atom = default_atom(f.name, f.default)
            elif f.default_factory is not dataclasses.MISSING:
                made = Value(f.name)
                out.append(Let((made,), _factory(f.default_factory), stmt.origin))
                atom = made
            else:
                return None
        assert not isinstance(atom, Star)
        out.append(Write("attr", obj, Const(f.name), atom, stmt.origin))
    return out if len(expr.args) <= len(fields) else None


def _factory(factory: Any) -> Apply:
    """The call of a `default_factory`."""
    if factory in (list, dict):
        fn = prims.build_list if factory is list else prims.build_dict
        return Apply(Ref(factory.__name__, fn))
    return Apply(Ref(getattr(factory, "__name__", "factory"), factory))


__all__ = ["ObjectInliner"]
