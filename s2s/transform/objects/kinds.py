"""Which values may be which objects: classes of values that are, hold or were read as the same.

    bodies = [Body(v) for v in x]      every item of `bodies` is a `Body`
    b = bodies[k]                      so is `b`, and `b.x` is what the `x` of any of them is

Whatever a name, a list, a dict or an attribute may hold at any time is one kind, in any order.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from s2s.ir import prims
from s2s.ir.effects import is_grown
from s2s.ir.nodes import (
    Apply,
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
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.walk import statements
from s2s.transform.objects.classes import has_slots, is_plain

ITEM = "[]"
_DEPTH = 4  # containers in containers of objects
_COPIES = (list, tuple, dict, reversed)
_COMPARING = (operator.is_, operator.is_not, operator.eq, operator.ne)


@dataclass(eq=False)
class Kind:
    """What some values have in common: classes, and the kinds of items and attributes."""

    classes: set[type] = field(default_factory=set)
    parts: dict[str, Kind] = field(default_factory=dict)
    named: set[type] = field(default_factory=set)  # of named tuples
    keyed: bool = False  # a dict: what is gone through are its keys
    made: bool = False  # whether the function makes such objects, or changes them
    same: Kind | None = None  # the kind that this one has become


class Kinds:
    """The kinds of the values of a function, as far as it has been looked at."""

    def __init__(self) -> None:
        self._of: dict[Value, Kind] = {}
        self._slices: set[Value] = set()

    def of(self, value: Value) -> Kind:
        """The kind of a value."""
        if value not in self._of:
            self._of[value] = Kind()
        return find(self._of[value])

    def class_of(self, value: Value) -> type | None:
        """The class of the objects that a value may be, if there is one only."""
        classes = self.of(value).classes if value in self._of else ()
        return next(iter(classes)) if len(classes) == 1 else None

    def named_of(self, value: Any) -> type | None:
        """The class of the named tuples that a value may be, if there is one only."""
        if not isinstance(value, Value) or value not in self._of:
            return None
        kind = self.of(value)
        return next(iter(kind.named)) if len(kind.named) == 1 and not kind.classes else None

    def name(self, value: Value, cls: type) -> None:
        """Note that a value is a named tuple that the function makes."""
        self.of(value).named.add(cls)

    def is_slice(self, key: Any) -> bool:
        """Whether an index is certainly a slice."""
        return key in self._slices

    def join(self, a: Any, b: Any) -> None:
        """Note that two atoms may be the same object."""
        if isinstance(a, Value) and isinstance(b, Value):
            _join(self.of(a), self.of(b))

    def make(self, value: Value, cls: type) -> None:
        """Note that a value is an object of a class that the function makes."""
        kind = self.of(value)
        kind.classes.add(cls)
        kind.made = True

    def give(self, value: Value, witness: object, changed: bool = False) -> None:
        """Note what is known of a parameter: an object, a list of such, or what holds them."""
        _give(self.of(value), witness, changed, _DEPTH)

    def may_be_in(self, value: Value, holder: Value) -> bool:
        """Whether a value may be an item or a part of another."""
        return any(self.of(value) is k for k in inside(self.of(holder)))

    def learn(self, block: Block) -> None:
        """Note what the statements of a block say."""
        for stmt in statements(block):
            self.statement(stmt)

    def statement(self, stmt: Stmt) -> None:
        """Note what a statement says, apart from those of its blocks."""
        match stmt:
            case Let(targets=targets, expr=Value() as source):
                for t in targets:
                    if stmt.unpack:
                        self._item(source, t)
                    else:
                        self.join(t, source)
            case Let(targets=(target,), expr=Apply() as expr) if not stmt.unpack:
                self._call(target, expr)
            case Let(targets=(), expr=Apply() as expr):
                self._call(None, expr)
            case Write(kind="item", target=Value() as target, op=None):
                if self.is_slice(stmt.key):
                    self._alike(target, stmt.value)
                else:
                    self._item(target, stmt.value)
            case Write(
                kind="attr", target=Value() as target, key=Const(value=str(name)), op=None
            ):
                self._part(target, f".{name}", stmt.value)
            case If() | With():
                for b in (stmt.then, stmt.orelse) if isinstance(stmt, If) else (stmt.body,):
                    for r, out in zip(stmt.results, b.outs, strict=True):
                        self.join(r, out)
            case For() | While():
                rows = zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True)
                for p, init, out, r in rows:
                    for other in (init, out, r):
                        self.join(p, other)
                if isinstance(stmt, For):
                    self._iter(stmt.iter)

    def _part(self, holder: Any, key: str, atom: Any) -> None:
        if isinstance(holder, Value) and isinstance(atom, Value):
            _join(part(self.of(holder), key), self.of(atom))

    def _item(self, holder: Any, atom: Any) -> None:
        self._part(holder, ITEM, atom)

    def _alike(self, a: Any, b: Any) -> None:
        """Two containers hold the same."""
        if isinstance(a, Value) and isinstance(b, Value):
            _join(part(self.of(a), ITEM), part(self.of(b), ITEM))

    def _iter(self, it: Iter) -> None:
        if it.kind == "each" and it.item is not None:
            self._item(it.args[0], it.item)
        for inner in it.inner:
            self._iter(inner)

    def _call(self, target: Value | None, expr: Apply) -> None:
        args = expr.args
        if isinstance(expr.fn, Method):
            self._method(target, expr.fn.name, [a for a in args if not isinstance(a, Star)])
            return
        obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
        if target is None or not isinstance(expr.fn, Ref):
            return
        if obj is prims.new_object:
            self.make(target, args[0].obj)  # type: ignore[union-attr]
        elif isinstance(obj, type) and is_plain(obj):
            self.make(target, obj)
        elif obj is slice:
            self._slices.add(target)
        elif obj is prims.build_list or obj is prims.build_tuple:
            for a in args:
                if isinstance(a, Star):
                    self._alike(target, a.atom)
                else:
                    self._item(target, a)
        elif obj is prims.build_dict:
            self.of(target).keyed = True
            for a in args[1::2]:
                self._item(target, a)
        elif is_grown(expr.fn):
            self.join(target, args[0])
            self._item(target, args[-1])
        elif obj is operator.iadd:
            self.join(target, args[0])
            self._alike(*args)
        elif obj is operator.add:
            for a in args:
                self._alike(target, a)
        elif obj is operator.getitem and self.is_slice(args[1]):
            self._alike(target, args[0])
        elif obj is operator.getitem:
            self._item(args[0], target)
        elif obj is getattr and len(args) == 2 and isinstance(args[1], Const):
            self._part(args[0], f".{args[1].value}", target)
        elif any(obj is c for c in _COMPARING):  # places are compared: those of one table
            self.join(*args)
        elif obj is prims.contains or obj is prims.not_contains:
            self._item(args[1], args[0])
        elif any(obj is c for c in _COPIES) and len(args) == 1:
            self._alike(target, args[0])

    def _method(self, target: Value | None, name: str, args: list[Any]) -> None:
        if not args:
            return
        match name:
            case "append" | "insert" | "setdefault":
                self._item(args[0], args[-1])
            case "remove" | "index" | "count":
                self._item(args[0], args[1])
            case "extend" | "update":
                self._alike(args[0], args[-1])
            case "copy" if target is not None:
                self._alike(args[0], target)
        if name in ("pop", "get", "setdefault") and target is not None:
            self._item(args[0], target)


@lru_cache(maxsize=4096)
def gives_objects(function: Function) -> bool:
    """Whether the result of a function is, or holds, objects that it makes."""
    kinds = Kinds()
    kinds.learn(function.body)
    out = function.body.outs[0]
    return isinstance(out, Value) and holds_made(kinds.of(out))


def holds_made(kind: Kind) -> bool:
    """Whether values are objects that a function makes, or containers of such."""
    for _ in range(_DEPTH):
        if kind.made or kind.named:
            return True
        if ITEM not in kind.parts:
            return False
        kind = part(kind, ITEM)
    return False


def _give(kind: Kind, witness: object, changed: bool, depth: int) -> None:
    if isinstance(witness, list | tuple | dict):
        kind.keyed |= isinstance(witness, dict)
        for item in witness.values() if isinstance(witness, dict) else witness:
            if is_holder(item):
                _give(part(kind, ITEM), item, changed, depth)
    elif depth:
        kind.classes.add(type(witness))
        kind.made |= changed
        for name, held in vars(witness).items():
            if is_holder(held):
                _give(part(kind, f".{name}"), held, changed, depth - 1)


def is_holder(witness: object) -> bool:
    """Whether a value of the caller is an object, or a list or dict that holds some."""
    if isinstance(witness, list | tuple | dict):
        items = witness.values() if isinstance(witness, dict) else witness
        return any(map(is_holder, items))
    return is_plain(type(witness)) and not has_slots(witness)


def inside(kind: Kind) -> list[Kind]:
    """The kinds of all that values hold, and of what that holds."""
    found: list[Kind] = []
    todo = list(find(kind).parts.values())
    while todo:
        inner = find(todo.pop())
        if not any(inner is k for k in found):
            found.append(inner)
            todo += inner.parts.values()
    return found


def find(kind: Kind) -> Kind:
    """The kind that stands for a kind now."""
    while kind.same is not None:
        kind = kind.same
    return kind


def part(kind: Kind, key: str) -> Kind:
    """The kind of what an attribute or the items of a kind are."""
    kind = find(kind)
    if key not in kind.parts:
        kind.parts[key] = Kind()
    return find(kind.parts[key])


def _join(a: Kind, b: Kind) -> None:
    a, b = find(a), find(b)
    if a is b:
        return
    b.same = a
    a.classes |= b.classes
    a.made |= b.made
    a.keyed |= b.keyed
    a.named |= b.named
    for key, inner in b.parts.items():
        a = find(a)
        if key in a.parts:
            _join(a.parts[key], inner)
        else:
            a.parts[key] = inner
