"""Methods and operators that change a list or a dict, as `Write` statements.

    points.insert(1, v)        write insert points, 1: v
    v = points.pop(1)          v = points[1]; write del points, 1
    points.extend(vs)          n = len(points); write extend points: vs
    points[1:] = vs            write splice points, 1:
    d.update(w=v)              write item d, "w": v
    d.setdefault(k, v)         if k not in d: write item d, k: v

Every `Write` carries in `args` what its reversal needs to know and the program does not say: the
position behind an insertion, the length before an extension, whether a key was there.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from s2s import runtime
from s2s.analysis.facts import Facts
from s2s.analysis.sharing import Sharing
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.effects import augmented, is_add_at, is_append
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Iter,
    Let,
    Method,
    Ref,
    Star,
    Stmt,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.sweep import sweep
from s2s.ir.walk import blocks_of, map_stmt, statements, with_blocks, with_stmts
from s2s.transform.writes.exchanged import exchanged_apart
from s2s.transform.writes.growing import read_before_growing
from s2s.transform.writes.places import Places
from s2s.transform.writes.slots import END, is_slot

LAST = Const(-1)
_LIST = Ref("list", prims.build_list)
_GETITEM = Ref("getitem", operator.getitem)
_ONLY_LISTS = frozenset({"append", "extend", "insert"})  # methods that arrays and dicts lack


def settle_containers(function: Function, facts: Facts) -> Function:
    """The function with all changes of lists and dicts as `Write` statements."""
    worker = _Settler(function, facts)
    body = worker.block(function.body)
    read = read_before_growing(replace(function, body=body))
    if not worker.changed and not read and not any(is_slot(s, facts) for s in statements(body)):
        return function
    function = exchanged_apart(replace(function, body=body), facts)
    appended = _Appends(function, facts, read)
    function = replace(function, body=appended.block(function.body))
    return sweep(replace(function, body=Places(function.body, facts).block(function.body)))


class _Settler:
    """The first walk: what a method or an operator does."""

    def __init__(self, function: Function, facts: Facts) -> None:
        self.facts = facts
        self.table: dict[Value, Atom] = {}
        self.changed = False

    def swap(self, atom: Atom) -> Atom:
        """What stands for an atom now."""
        while isinstance(atom, Value) and atom in self.table:
            atom = self.table[atom]
        return atom

    def block(self, block: Block) -> Block:
        """The block in the new form."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmt = map_stmt(stmt, self.swap, lambda b: b)
            inner = blocks_of(stmt)
            if inner:
                stmts.append(with_blocks(stmt, tuple(self.block(b) for b in inner)))
                continue
            build = Builder(getattr(stmt, "origin", None), self.facts)
            if self.stmt(stmt, build):
                self.changed = True
                stmts += build.stmts
            else:
                stmts.append(stmt)
        return with_stmts(block, stmts, map(self.swap, block.outs))

    def stmt(self, stmt: Stmt, build: Builder) -> bool:
        """Emit what stands for a statement; whether there is anything."""
        match stmt:
            case Write(target=Value() as target):
                return self.written(stmt, target, build)
            case Let(expr=Apply(fn=Method(name), args=(Value() as target, *args)) as expr):
                if any(isinstance(a, Star) for a in args) or stmt.unpack:
                    return False
                return self.method(name, stmt, target, args, dict(expr.kwargs), build)
            case Let(targets=(new,), expr=Apply() as expr) if augmented(expr) in ("Add", "Mult"):
                return self.augmented(new, expr, build)
            case Let(targets=(new,), expr=Apply(fn=Ref(obj=obj), args=(Value() as a,))) if (
                obj is int and not stmt.unpack and self.is_int(a)
            ):
                self.table[new] = a
                return True
            case Let(targets=(_,), expr=Apply(fn=Ref(obj=obj), args=(a, b)) as expr) if (
                obj is operator.add or obj is operator.mul
            ):
                return self.arithmetic(stmt, expr, a, b, build)
        return False

    def kind(self, atom: Atom) -> str:
        """The kind of a value."""
        return self.facts.of(atom).kind

    def is_int(self, atom: Atom) -> bool:
        """Whether a value is an int of Python."""
        fact = self.facts.of(atom)
        return fact.kind == "int" and fact.py is True

    # Assignments and deletions

    def written(self, stmt: Write, target: Value, build: Builder) -> bool:
        """Items and slices assigned, or deleted."""
        kind, sliced = self.kind(target), self.kind(stmt.key) == "slice"
        if kind not in ("list", "dict"):
            return False
        put_back = stmt.kind == "restore" and stmt.op
        form = stmt.op if put_back else "item" if stmt.kind == "restore" else stmt.kind
        match form:
            case "del" | "cut" if sliced:
                self.splice(target, stmt.key, build.call(_LIST), build)
            case "del":
                self.take(target, LAST if stmt.key == END else stmt.key, build)
            case "item" if kind == "list" and sliced and (put_back or stmt.op is None):
                self.splice(target, stmt.key, stmt.value, build)
            case "insert" if put_back:
                build.emit(Write("insert", target, stmt.key, stmt.value, stmt.origin))
            case "item" if stmt.kind == "restore":
                build.emit(replace(stmt, kind="item"))
            case "refill":
                build.emit(Write("clear", target, END, END, stmt.origin))
                self.copied(build, target, stmt.value)
            case "add_at":
                add_to_item(target, stmt.key, stmt.value, build, self.facts)
            case _:
                return False
        return True

    def take(self, target: Value, key: Atom, build: Builder, name: str = "taken") -> Value:
        """Take an item out: its value."""
        taken = build.call(_GETITEM, target, key, name=name)
        last = key == LAST and self.kind(target) == "list"
        build.emit(Write("del", target, END if last else key, taken, build.origin))
        return taken

    def splice(self, target: Value, key: Atom, value: Atom, build: Builder) -> None:
        """Put the items of a sequence in the place of a slice."""
        build.emit(Write("splice", target, key, self.listed(value, build), build.origin))

    def listed(self, value: Atom, build: Builder) -> Atom:
        """A sequence as a list, whatever it is."""
        if self.kind(value) in ("list", "tuple"):
            return value
        return build.call(Ref("list", list), value, name="items")

    def whole(self, target: Value, expr: Apply, build: Builder) -> None:
        """`target[:] = expr`."""
        every = build.call(Ref("slice", slice), Const(None), Const(None))
        build.emit(Write("splice", target, every, build.let(expr, "items"), build.origin))

    def augmented(self, new: Value, expr: Apply, build: Builder) -> bool:
        """`items += more` and `items *= n`."""
        target, value = expr.args
        if not isinstance(target, Value) or isinstance(value, Star) or self.kind(target) != "list":
            return False
        if augmented(expr) == "Mult":
            self.whole(target, Apply(Ref("mul", operator.mul), (target, value)), build)
        else:
            self.extend(target, value, build)
        self.table[new] = target
        return True

    def arithmetic(self, stmt: Let, expr: Apply, a: Any, b: Any, build: Builder) -> bool:
        """A list of numbers and an array are added and multiplied as arrays."""
        if isinstance(a, Star) or isinstance(b, Star) or stmt.unpack:
            return False
        kinds = [self.kind(a), self.kind(b)]
        if "list" not in kinds or not {"array", "scalar"} & set(kinds):
            return False
        args = [
            build.call(np.array, x, name="items") if kind == "list" else x
            for x, kind in zip((a, b), kinds, strict=True)
        ]
        build.emit(replace(stmt, expr=replace(expr, args=tuple(args))))
        self.facts.learn(stmt.targets[0], Apply(expr.fn, tuple(args)))
        return True

    def extend(self, target: Value, value: Atom, build: Builder) -> None:
        """Items at the end, one by one where they are written out."""
        items = self.facts.items(value)
        if items is not None and self.kind(value) in ("list", "tuple"):
            for item in items:
                build.emit(Write("insert", target, END, item, build.origin, (END,)))
            return
        build.emit(Write("extend", target, END, self.listed(value, build), build.origin))

    # Methods

    def method(
        self, name: str, stmt: Let, target: Value, args: list[Any], kwargs: dict[Any, Atom],
        build: Builder,
    ) -> bool:  # fmt: skip
        """A method of a list or a dict."""
        kind = self.kind(target)
        if kind == "any" and name in _ONLY_LISTS and not self.facts.of(target).numeric:
            kind = "list"
        if kind not in ("list", "dict") or None in kwargs:
            return False
        result = getattr(self, f"_{kind}_{name}", None)
        if result is None:
            return False
        try:
            value = result(build, target, *args, **kwargs)
        except TypeError:  # arguments that the method does not take
            return False
        for new in stmt.targets:
            self.bind(new, value, build)
        return True

    def bind(self, new: Value, value: Atom, build: Builder) -> None:
        """The result of a method under the name that the program gives it."""
        last = build.stmts[-1] if build.stmts else None
        before = build.stmts[-2] if len(build.stmts) > 1 else None
        if isinstance(last, Write) and last.kind == "del" and isinstance(before, Let):
            self.facts.put(new, self.facts.of(value))
            build.stmts[-2:] = [replace(before, targets=(new,)), replace(last, value=new)]
            return
        self.facts.learn(new, value)
        build.emit(Let((new,), value, build.origin))

    def _list_append(self, build: Builder, target: Value, item: Atom) -> Atom:
        build.emit(Write("insert", target, END, item, build.origin, (END,)))
        return Const(None)

    def _list_insert(self, build: Builder, target: Value, index: Atom, item: Atom) -> Atom:
        build.emit(Write("insert", target, index, item, build.origin))
        return Const(None)

    def _list_extend(self, build: Builder, target: Value, items: Atom) -> Atom:
        self.extend(target, items, build)
        return Const(None)

    def _list_pop(self, build: Builder, target: Value, index: Atom = LAST) -> Atom:
        return self.take(target, index, build)

    def _list_remove(self, build: Builder, target: Value, item: Atom) -> Atom:
        place = build.let(Apply(Method("index"), (target, item)), "place")
        self.take(target, place, build)
        return Const(None)

    def _list_clear(self, build: Builder, target: Value) -> Atom:
        self.whole(target, Apply(_LIST), build)
        return Const(None)

    def _list_reverse(self, build: Builder, target: Value) -> Atom:
        down = build.call(Ref("slice", slice), Const(None), Const(None), Const(-1))
        self.whole(target, Apply(_GETITEM, (target, down)), build)
        return Const(None)

    def _list_sort(self, build: Builder, target: Value, **how: Atom) -> Atom:
        self.whole(target, Apply(Ref("sorted", sorted), (target,), tuple(how.items())), build)
        return Const(None)

    def _list_copy(self, build: Builder, target: Value) -> Atom:
        return build.call(Ref("list", list), target)

    def _dict_copy(self, build: Builder, target: Value) -> Atom:
        return build.call(Ref("dict", dict), target)

    def _dict_get(self, build: Builder, d: Value, key: Atom, default: Atom = END) -> Atom:
        return self.choose(build, d, key, default, "ifexp", False)

    def _dict_pop(
        self, build: Builder, d: Value, key: Atom, default: Atom | None = None
    ) -> Atom:
        if default is None:
            return self.take(d, key, build)
        return self.choose(build, d, key, default, "if", True)

    def choose(
        self, build: Builder, d: Value, key: Atom, default: Atom, form: str, take: bool
    ) -> Atom:
        """The item of a key, which may be taken out, or something else where there is none."""
        there = build.call(Ref("contains", prims.contains), key, d, name="known")
        if self.facts.constant(there) == (True, False):
            return default
        inner = Builder(build.origin, self.facts)
        item = self.take(d, key, inner) if take else inner.call(_GETITEM, d, key)
        if self.facts.constant(there) == (True, True):
            build.stmts += inner.stmts
            return item
        result = Value("item")
        self.facts.put(result, self.facts.join(self.facts.of(item), self.facts.of(default)))
        then, orelse = inner.block(item), Builder(build.origin, self.facts).block(default)
        build.emit(If(there, then, orelse, (result,), build.origin, form))
        return result

    def _dict_setdefault(
        self, build: Builder, d: Value, key: Atom, default: Atom = END
    ) -> Atom:
        missing = build.call(Ref("not_contains", prims.not_contains), key, d, name="missing")
        inner = Builder(build.origin, self.facts)
        inner.emit(Write("new", d, key, default, build.origin))
        nothing = Builder(build.origin, self.facts).block()
        build.emit(If(missing, inner.block(), nothing, (), build.origin))
        return build.call(_GETITEM, d, key)

    def _dict_update(
        self, build: Builder, d: Value, other: Atom | None = None, **more: Atom
    ) -> Atom:
        if other is not None:
            if self.kind(other) != "dict":
                raise TypeError("only of another dict")
            self.copied(build, d, other)
        for name, value in more.items():
            build.emit(Write("item", d, Const(name), value, build.origin))
        return Const(None)

    def copied(self, build: Builder, d: Value, other: Atom) -> None:
        """All entries of another dict."""
        key, inner = Value("key"), Builder(build.origin, self.facts)
        item = inner.call(_GETITEM, other, key, name="item")
        inner.emit(Write("item", d, key, item, build.origin))
        it = Iter("keys", (other,), (), key)
        build.emit(For(it, (), (), inner.block(), (), build.origin))

    def _dict_clear(self, build: Builder, d: Value) -> Atom:
        build.emit(Write("clear", d, END, END, build.origin))
        return Const(None)


def add_to_item(target: Value, key: Atom, value: Atom, build: Builder, facts: Facts) -> None:
    """`add_at(items, k, v)`: the item of a list or dict is replaced by the sum."""
    old = build.call(_GETITEM, target, key)
    number = facts.is_scalar(old) and facts.is_array(old) is not True
    fn = operator.add if number else Ref("accumulate", runtime.accumulate)
    build.emit(Write("item", target, key, build.call(fn, old, value), build.origin))


class _Appends:
    """The second walk: `append` is a change where the list is changed otherwise, too, or read."""

    def __init__(self, function: Function, facts: Facts, read: set[Value]) -> None:
        self.facts = facts
        self.sharing = Sharing(function, facts)
        self.changed = {
            self.sharing.find(s.target) for s in statements(function.body)
            if isinstance(s, Write) and isinstance(s.target, Value) and is_slot(s, facts)
        } | {self.sharing.find(v) for v in read}  # fmt: skip
        self.table: dict[Value, Atom] = {}

    def swap(self, atom: Atom) -> Atom:
        """What stands for an atom now."""
        while isinstance(atom, Value) and atom in self.table:
            atom = self.table[atom]
        return atom

    def block(self, block: Block, comprehension: bool = False) -> Block:
        """The block with appends as writes, but for those of comprehensions."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmt = map_stmt(stmt, self.swap, lambda b: b)
            inner = blocks_of(stmt)
            if inner:
                within = comprehension or isinstance(stmt, For) and stmt.form != "for"
                stmt = with_blocks(stmt, tuple(self.block(b, within) for b in inner))
            elif isinstance(stmt, Let) and not comprehension:
                match stmt.expr:
                    case Apply(fn=fn, args=(Value() as items, item)) if (
                        is_append(fn) and self.sharing.find(items) in self.changed
                        and not isinstance(item, Star)
                    ):  # fmt: skip
                        self.table[stmt.targets[0]] = items
                        stmts.append(Write("insert", items, END, item, stmt.origin, (END,)))
                        continue
                    case Apply(fn=fn, args=(Value() as items, key, item)) if (
                        is_add_at(fn) and self.sharing.find(items) in self.changed
                        and self.facts.of(items).kind in ("list", "dict")
                        and not isinstance(key, Star) and not isinstance(item, Star)
                    ):  # fmt: skip
                        for target in stmt.targets:
                            self.table[target] = items
                        build = Builder(stmt.origin, self.facts)
                        add_to_item(items, key, item, build, self.facts)
                        stmts += build.stmts
                        continue
            stmts.append(stmt)
        return with_stmts(block, stmts, map(self.swap, block.outs))
