"""Which values may be one container, and which may be its items: by level, whatever the order.

    rows = [[0.0], [1.0]]      level 0: `rows`
    row = rows[k]              level 1: `row`, `rows[0]`, `rows[1]`; all items of `rows` are one
    row.append(x)              level 2: `x`, the numbers

A class is *exposed* where something that is not followed may reach it; then so are its items.
"""

from __future__ import annotations

import functools
import operator
import types
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from s2s.analysis.flow import ASKING, CHANGING
from s2s.analysis.lists import origins, sources_of
from s2s.analysis.operations import Called, classify
from s2s.errors import S2SError
from s2s.frontend.lower import LocalFunction
from s2s.ir import mutators, prims
from s2s.ir.effects import augmented, is_grown
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
    Pop,
    Push,
    Ref,
    Star,
    Stmt,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.outputs import gives_out
from s2s.ir.walk import defs_of, free_values, inner_defs, iter_atoms, own_atoms, statements
from s2s.rules import Nothing

_DISPLAYS = (prims.build_list, prims.build_tuple)
_MAKERS = (*_DISPLAYS, prims.build_dict, list, sorted, tuple, dict)
_COPIES = (list, sorted, tuple)
_JOINED = (operator.add, operator.mul)  # of numbers, too: then nothing is held
_READERS = (len, sum, prims.contains, prims.not_contains, prims.truth, abs, float, int, range)
TAKING = frozenset({"pop", "get", "setdefault"})
_WHOLE = frozenset({"extend", "splice", "refill", "cut", "clear"})
_PARTS = frozenset({"item", "insert", "new", "del", "add_at", "whole", "at"})


class Levels:
    """The classes of the values of a function; each has one class of items."""

    def __init__(self, block: Block, given: Function | None = None) -> None:
        self._given = given  # a callee: its parameters are not exposed
        self.returned: set[Value] = set()  # results of calls whose callee is followed
        self.changed: dict[Value, None] = {}
        self.searched: dict[Value, None] = {}  # read under a key that is not in the text
        self.updates = False  # whether arrays may be updated in place
        self._parent: dict[object, object] = {}
        self._item: dict[object, object] = {}
        self._slices = {
            s.targets[0] for s in statements(block)
            if isinstance(s, Let) and isinstance(s.expr, Apply) and s.targets
            and isinstance(s.expr.fn, Ref) and s.expr.fn.obj is slice
        }  # fmt: skip
        self._made: set[object] = set()
        self._block = block
        params = {p.value for p in given.params} if given is not None else set()
        self._open: list[object] = [v for v in free_values(block) if v not in params]
        for stmt in statements(block):
            self._statement(stmt)
        self.exposed: set[object] = set()
        todo = self._open
        while todo:
            root = self.root(todo.pop())
            if root not in self.exposed:
                self.exposed.add(root)
                todo += [self._item[root]] if root in self._item else []

        self.held = {self.root(self._items(v)) for v in self._made}

    @functools.cached_property
    def foreign(self) -> set[Value]:
        """What is changed here and need not have been made here."""
        if not self.changed:
            return set()
        same = sources_of(self._block, parts=False)
        made = {
            t for s in statements(self._block)
            if isinstance(s, Let) and isinstance(s.expr, Apply) and not s.unpack
            and any(getattr(s.expr.fn, "obj", None) is f for f in (*_MAKERS, *_JOINED))
            for t in s.targets
        }  # fmt: skip
        return {v for v in self.changed
                if any(not same.get(a) and a not in made for a in origins(v, same))}  # fmt: skip

    def followed(self, values: Iterable[Value]) -> list[object]:
        """The classes of values that are containers, or copies of such, and not exposed."""
        roots = dict.fromkeys(map(self.root, values))
        return [r for r in roots if r not in self.exposed and self.items(r) in self.held]

    def items_change(self, value: Value) -> bool:
        """Whether a value holds containers that are changed here."""
        below = self.items(value)
        made, changed = (map(self.root, values) for values in (self._made, self.changed))
        return below is not None and below in made and below in changed

    def is_container(self, value: Value) -> bool:
        """Whether a value may be a container that is made here."""
        root = self.root(value)
        return any(self.root(made) is root for made in self._made)

    def root(self, key: object) -> object:
        """The name of a class."""
        while key in self._parent:
            key = self._parent[key]
        return key

    def items(self, key: object) -> object | None:
        """The class of the items of a class, if anything was put in or taken out."""
        item = self._item.get(self.root(key))
        return None if item is None else self.root(item)

    def is_slice(self, key: Any) -> bool:
        """Whether the text says that a key is a slice."""
        return key in self._slices or isinstance(key, Const) and isinstance(key.value, slice)

    # Classes

    def _items(self, key: object) -> object:
        root = self.root(key)
        if root not in self._item:
            self._item[root] = object()
        return self._item[root]

    def _join(self, *atoms: Any) -> None:
        """The values are one; so are their items."""
        keys = [a for a in atoms if not isinstance(a, Const | Ref | Star)]
        todo = [(keys[0], other) for other in keys[1:]]
        while todo:
            a, b = map(self.root, todo.pop())
            if a is b:
                continue
            self._parent[b] = a
            below = self._item.pop(b, None)
            if below is not None:
                todo += [(self._item.setdefault(a, below), below)]

    def _hold(self, holder: object, atoms: Iterable[Any]) -> None:
        """A container holds values; of starred ones, what they hold."""
        for a in atoms:
            if isinstance(a, Star) and isinstance(a.atom, Value):
                self._like(holder, a.atom)
            elif isinstance(a, Value):
                self._join(self._items(holder), a)

    def _like(self, *containers: Any) -> None:
        """The containers hold the same."""
        held = [self._items(c) for c in containers if isinstance(c, Value)]
        if held:
            self._join(*held)

    def _expose(self, atoms: Iterable[Any]) -> None:
        atoms = [a.atom if isinstance(a, Star) else a for a in atoms]
        self._open += [a for a in atoms if isinstance(a, Value)]

    # Statements

    def _statement(self, stmt: Stmt) -> None:
        match stmt:
            case Let(targets=targets, expr=Value() as source):
                for t in targets:
                    self._join(t, self._items(source) if stmt.unpack else source)
            case Let(expr=Apply() as expr) if not stmt.unpack and (
                not expr.kwargs or _only_compares(expr)
            ):  # fmt: skip
                self._expression(stmt, expr)
                self._expose(a for _, a in expr.kwargs)
            case Write(target=Value() as target):
                self.updates = True
                self.changed[target] = None
                self._write(stmt, target)
            case Push():
                self._hold(stmt.stack, (stmt.value,))
            case Pop():
                self._hold(stmt.stack, (stmt.target,))
            case If() | With():
                if isinstance(stmt, With):
                    self._expose((stmt.context, stmt.target))
                blocks = (stmt.then, stmt.orelse) if isinstance(stmt, If) else (stmt.body,)
                for k, r in enumerate(stmt.results):
                    self._join(r, *(b.outs[k] for b in blocks))
            case For() | While():
                for row in zip(
                    stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True
                ):
                    self._join(*row)
                if isinstance(stmt, For):
                    self._iterated(stmt.iter)
                    searched = iter_atoms(stmt.iter) if stmt.form == "for" else ()
                    self.searched.update({a: None for a in searched if isinstance(a, Value)})
            case _:
                if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
                    self.updates |= gives_out(stmt.expr) or bool(mutators.changed(stmt.expr))
                self.updates |= isinstance(stmt, Write)
                self._expose((*own_atoms(stmt), *defs_of(stmt), *inner_defs(stmt)))

    def _iterated(self, it: Iter) -> None:
        """What a loop runs over holds its items."""
        if it.kind in ("each", "keys", "range", "enumerate"):
            for a in it.args:
                self._hold(a, (it.item,))
        elif it.kind == "opaque":
            self._expose((*it.args, it.item))
        for inner in it.inner:
            self._iterated(inner)

    def _write(self, stmt: Write, target: Value) -> None:
        """What a write puts into its target, or takes out."""
        form = stmt.op if stmt.kind == "restore" and stmt.op else stmt.kind
        form = "item" if form == "restore" else form
        if form in _WHOLE or self.is_slice(stmt.key):
            self._like(target, stmt.value)
        elif form in _PARTS:
            self._hold(target, (stmt.value,))
        else:
            self._expose((stmt.value, *stmt.args))

    def _expression(self, stmt: Let, expr: Apply) -> None:
        """What an expression does with the containers that it is given."""
        args: list[Any] = [a.atom if isinstance(a, Star) else a for a in expr.args]
        obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
        if args and isinstance(args[0], Value):
            if is_grown(expr.fn):
                self._join(*stmt.targets, args[0])
                self.changed[args[0]] = None
                self._hold(args[0], expr.args[-1:])
                return
            if augmented(expr) is not None:
                self.updates = True
                self._join(*stmt.targets, args[0])
                self.changed[args[0]] = None
                self._like(*args)
                return
            name = expr.fn.name if isinstance(expr.fn, Method) else ""
            if name in CHANGING | ASKING:
                self._method(name, stmt, args[0], expr.args[1:])
                return
        if any(obj is f for f in _MAKERS) or is_zeros(expr.fn):
            self._made.update(stmt.targets)
        if any(obj is f for f in _DISPLAYS):
            for t in stmt.targets:
                self._hold(t, expr.args)
        elif obj is prims.build_dict:
            for t in stmt.targets:
                self._hold(t, expr.args[1::2])
                self._expose(a for a in expr.args if isinstance(a, Star))
        elif any(obj is f for f in _COPIES) or any(obj is f for f in _JOINED):
            self._like(*stmt.targets, *args)
        elif obj is defaultdict or obj is Counter and not args:
            self._made.update(stmt.targets)
            self._like(*stmt.targets, *args[1:2])
        elif obj is dict and args:
            self._like(*stmt.targets, args[0])
            self._like(*stmt.targets, self._items(args[0]))
        elif obj is zip:
            for t in stmt.targets:
                row = self._items(self._items(t))
                for given, a in zip(expr.args, args, strict=True):
                    if isinstance(a, Value):
                        star = isinstance(given, Star)
                        self._join(row, self._items(self._items(a) if star else a))
        elif obj is operator.getitem:
            self._taken(stmt, args)
        elif isinstance(obj, types.FunctionType | LocalFunction) and self._called(stmt, expr):
            pass
        elif obj is min or obj is max:
            held = [self._items(args[0])] if len(args) == 1 else args
            self._join(*stmt.targets, *held)
        elif not (any(obj is f for f in _READERS) and len(args) < 3) and not is_zeros(expr.fn):
            if not is_arithmetic(obj):
                self._expose(stmt.targets)
            if not is_numeric(obj):
                self._expose((*args, expr.fn))

    def _taken(self, stmt: Let, args: list[Any]) -> None:
        """An item, or a slice, of a container."""
        base, key = args
        if not isinstance(base, Value):
            self._expose(stmt.targets)
        elif self.is_slice(key):
            self._like(*stmt.targets, base)
        else:
            if not isinstance(key, Const):
                self.searched[base] = None
            self._join(*stmt.targets, self._items(base))

    # Calls

    def _called(self, stmt: Let, expr: Apply) -> bool:
        """A call of a function with source; whether it is known what it does."""
        op = classify(expr, Nothing(), {})
        if not isinstance(op, Called) or any(isinstance(a, Star) for a in op.args) or op.kwargs:
            return False
        try:
            function = op.function()
        except S2SError:
            return False
        params = [p.value for p in function.params]
        plain = all(p.kind in ("pos", "normal") for p in function.params)
        if not plain or len(op.args) > len(params) or len(stmt.targets) > 1:
            return False
        if not all(isinstance(p.default, Const) for p in function.params[len(op.args) :]):
            return False
        passed: list[tuple[Any, Any]] = list(zip(op.args, params, strict=False))
        results = [(t, function.body.outs[0]) for t in stmt.targets]
        if function is self._given:  # it calls itself
            for outer, inner in passed + results:
                self._join(outer, inner)
            self.returned.update(stmt.targets)
            return True
        callee = _levels_of(function)
        if callee is None:
            return False
        known: dict[object, object] = {}
        for outer, inner in passed + results:
            if isinstance(outer, Value) and isinstance(inner, Value):
                self._reflect(outer, inner, callee, known, inner in params)
        self.returned.update(stmt.targets)
        return True

    def _reflect(
        self, outer: object, inner: Value, callee: Levels, known: dict[object, object],
        passed: bool,
    ) -> None:  # fmt: skip
        """What a callee does to a value, and to what it holds."""
        changed = {callee.root(v) for v in callee.foreign} if passed else set()
        root: object | None = callee.root(inner)
        seen: set[object] = set()
        while root is not None and root not in seen:
            seen.add(root)
            self._join(known.setdefault(root, outer), outer)
            if root in callee.exposed or root in changed:
                self._open.append(outer)
            if callee.items(root) in callee.held:
                self._made.add(outer)
            root = callee.items(root)
            outer = self._items(outer)

    def _method(self, name: str, stmt: Let, target: Value, args: tuple[Any, ...]) -> None:
        """A method of a list or a dict."""
        if name in CHANGING:
            self.changed[target] = None
            self.updates = True
        if name in ("extend", "update"):
            self._like(target, *(a.atom if isinstance(a, Star) else a for a in args))
        elif name in ("append", "insert", "setdefault"):
            self._hold(target, args[-1:] if name != "setdefault" else args[1:])
        if name in TAKING:
            rest = [a for a in args[1:] if isinstance(a, Value)]
            self._join(self._items(target), *stmt.targets, *rest)
        elif name in ("copy", "values"):
            self._like(target, *stmt.targets)
        elif name == "items":
            for t in stmt.targets:
                self._join(self._items(self._items(t)), self._items(target))


def _levels_of(function: Function) -> Levels | None:
    """The levels of a callee; None while they are being found out: it calls itself indirectly."""
    if len(_LEVELS) > _KEPT:
        _LEVELS.clear()
    if id(function) not in _LEVELS:
        _LEVELS[id(function)] = function, None
        _LEVELS[id(function)] = function, Levels(function.body, function)
    return _LEVELS[id(function)][1]


_LEVELS: dict[int, tuple[Function, Levels | None]] = {}  # with what keeps the id in use
_KEPT = 1000


def _only_compares(expr: Apply) -> bool:
    """Whether a call with options orders items, or picks some of them."""
    name = expr.fn.name if isinstance(expr.fn, Method) else ""
    obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
    orders = name == "sort" or any(obj is f for f in (sorted, min, max))
    return orders and all(k in ("key", "reverse") for k, _ in expr.kwargs)


def is_zeros(fn: Any) -> bool:
    """Whether a callee is the runtime's `zeros_of`, which makes containers of zeros."""
    module = getattr(getattr(fn, "obj", None), "__module__", None) or ""
    return module.startswith("s2s.runtime") and fn.text == "zeros_of"


def is_arithmetic(obj: Any) -> bool:
    """Whether a callable gives no container, whatever it is given."""
    module = getattr(obj, "__module__", None) or ""
    return module in ("math", "_operator") or type(obj).__name__ == "ufunc"


def is_numeric(obj: Any) -> bool:
    """Whether a callable makes numbers and arrays of what it is given."""
    module = getattr(obj, "__module__", None) or ""
    return module in ("numpy", "math", "_operator") or type(obj).__name__ == "ufunc"
