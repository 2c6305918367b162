"""Which lists a function makes longer or shorter, and whether its caller can see that."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping

from s2s.ir import prims
from s2s.ir.effects import augmented, is_append
from s2s.ir.mutators import changed
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    For,
    Function,
    If,
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
from s2s.ir.walk import blocks_of, iter_atoms, iter_items, statements

CHANGING = frozenset("append extend insert pop remove clear reverse".split())
_PARTS = (operator.getitem, getattr)
_DISPLAYS = (Ref("tuple", prims.build_tuple), Ref("list", prims.build_list),
             Ref("dict", prims.build_dict))  # fmt: skip


def appended(stmt: Stmt) -> Value | None:
    """The list that a statement appends to."""
    match stmt:
        case Let(expr=Apply(fn=fn, args=(Value() as items, *_))) if is_append(fn):
            return items
    return None


def changed_list(stmt: Stmt) -> Atom | None:
    """The list that a statement makes longer or shorter."""
    longer = appended(stmt)
    if longer is not None:
        return longer
    match stmt:
        case Let(expr=Apply(fn=Method(name), args=(items, *_))) if name in CHANGING:
            return None if isinstance(items, Star) else items
        case Push() | Pop():
            return stmt.stack
    return None


class ListNames:
    """One name for all values that may be the same list, at one time or another."""

    def __init__(self, body: Block) -> None:
        self.parent: dict[Value, Value] = {}
        self.appended: list[Value] = []
        for stmt in statements(body):
            match stmt:
                case Let(targets=(target,), expr=Value() as same) if not stmt.unpack:
                    self._join(target, same)
                case Let(targets=(target,)) if (items := appended(stmt)) is not None:
                    self._join(target, items)
                    self.appended.append(items)
                case For() | While():
                    groups = zip(
                        stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=False
                    )
                    for group in groups:
                        self._join(*group)
                case If() | With():
                    outs = [b.outs for b in blocks_of(stmt)]
                    for group in zip(stmt.results, *outs, strict=False):
                        self._join(*group)

    def find(self, value: Value) -> Value:
        """The name of a value."""
        while value in self.parent:
            value = self.parent[value]
        return value

    def grown(self) -> list[set[Value]]:
        """The names of each list that is appended to."""
        found: dict[Value, set[Value]] = {}
        for value in self.appended:
            found[self.find(value)] = {self.find(value)}
        for value in self.parent:
            if (name := self.find(value)) in found:
                found[name].add(value)
        return list(found.values())

    def _join(self, *atoms: Atom) -> None:
        names = [self.find(a) for a in atoms if isinstance(a, Value)]
        for other in names[1:]:
            if self.find(other) is not self.find(names[0]):
                self.parent[self.find(other)] = self.find(names[0])


def lists_of_the_caller(function: Function, parts: bool = True) -> dict[Value, Stmt]:
    """The parameters whose list a function changes, each with one such statement.

    `parts` says that a list inside of an argument counts too.
    """
    sources = sources_of(function.body, parts)
    params = {p.value for p in function.params if p.kind not in ("star", "starstar")}
    found: dict[Value, Stmt] = {}
    for stmt in statements(function.body):
        items = changed_list(stmt)
        if isinstance(items, Value):
            for origin in origins(items, sources):
                if origin in params:
                    found.setdefault(origin, stmt)
    return found


def lists_changed(function: Function) -> set[Value]:
    """The values that hold, or are, the lists that a function changes."""
    changed = [changed_list(s) for s in statements(function.body)]
    if all(items is None for items in changed):
        return set()
    sources = sources_of(function.body, parts=True)
    return {v for items in changed if isinstance(items, Value) for v in origins(items, sources)}


def containers_changed(function: Function) -> set[Value]:
    """The values that hold, or are, what a function changes in place, in whatever way."""
    targets: list[Atom | Star | None] = []
    for stmt in statements(function.body):
        targets.append(changed_list(stmt))
        if isinstance(stmt, Write):
            targets.append(stmt.target)
        elif isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            name = augmented(stmt.expr)
            targets += stmt.expr.args[:1] if name is not None else changed(stmt.expr)
    values = [a for a in targets if isinstance(a, Value)]
    if not values:
        return set()
    sources = sources_of(function.body, parts=True)
    for stmt in statements(function.body):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and stmt.expr.fn in _DISPLAYS:
            for t in stmt.targets:
                held = (a for a in stmt.expr.args if isinstance(a, Value))
                sources.setdefault(t, []).extend(held)
    return {v for a in values for v in origins(a, sources)}


def origins(value: Value, sources: Mapping[Value, list[Value]]) -> Iterator[Value]:
    """All values that a value may be another name for, itself included."""
    seen: set[Value] = set()
    todo = [value]
    while todo:
        v = todo.pop()
        if v not in seen:
            seen.add(v)
            yield v
            todo += sources.get(v, ())


def sources_of(body: Block, parts: bool) -> dict[Value, list[Value]]:
    """Value -> the values that it may be, or may be a part of."""
    found: dict[Value, list[Value]] = {}

    def link(target: Value, *atoms: Atom) -> None:
        found.setdefault(target, []).extend(a for a in atoms if isinstance(a, Value))

    for stmt in statements(body):
        match stmt:
            case Let(targets, Value() as whole):
                if parts or not stmt.unpack:
                    for t in targets:
                        link(t, whole)
            case Let(targets, Apply(fn=fn, args=(Value() as first, *_))):
                reads = isinstance(fn, Ref) and any(fn.obj is f for f in _PARTS)
                if is_append(fn) or (parts and reads):
                    for t in targets:
                        link(t, first)
            case If():
                for r, a, b in zip(stmt.results, stmt.then.outs, stmt.orelse.outs, strict=True):
                    link(r, a, b)
            case With():
                for r, a in zip(stmt.results, stmt.body.outs, strict=True):
                    link(r, a)
            case For() | While():
                rows = zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True)
                for p, init, out, r in rows:
                    link(p, init, out)
                    link(r, init, out)
                if parts and isinstance(stmt, For):
                    for item in iter_items(stmt.iter):
                        link(item, *iter_atoms(stmt.iter))
    return found
