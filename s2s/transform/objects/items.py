"""Arrays in a dict, list or tuple that are updated in place become variables of their own.

    state = {"u": u, "t": 0.0}     state_t = 0.0
    for _ in range(3):             for _ in range(3):
        state["u"][1:-1] += c          u[1:-1] += c
        state["t"] += 1.0              state_t += 1.0
    return state["u"][0]           return u[0]

So it is where a container is made by a display, and only ever read and assigned under the keys
that it has.  Loops over a few arrays that are updated are written out first.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np

from s2s.errors import Unsupported
from s2s.ir import prims
from s2s.ir.effects import augmented
from s2s.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    Let,
    Method,
    Ref,
    Star,
    Stmt,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.sweep import leaves, sweep
from s2s.ir.walk import blocks_of, clone, own_atoms, statements, substitute, with_blocks, with_stmts
from s2s.transform.objects.promote import Env, Objects, Place, _Promoter

FEW = 8  # items of a loop that is written out
_DICT = Ref("dict", prims.build_dict)
_DISPLAYS = (prims.build_tuple, prims.build_list, prims.build_dict)
_CHANGING = frozenset("fill sort put partition itemset".split())
_ROUNDS = 3  # containers inside containers


def items_apart(function: Function) -> Function:
    """The function with the items of such containers as variables."""
    for _ in range(_ROUNDS):
        unrolled = _unrolled(function)
        tracked = _tracked(unrolled)
        if not tracked:
            return function
        worker = _Items(unrolled, tracked)
        try:
            body = _named(worker.block(unrolled.body, {}), worker.names)
        except Unsupported:
            return function
        function = sweep(replace(unrolled, body=body))
    return function


def _named(block: Block, names: Mapping[Value, Value]) -> Block:
    """The block with temporaries under other names."""

    def run(block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            if isinstance(stmt, Let):
                stmts.append(replace(stmt, targets=tuple(names.get(t, t) for t in stmt.targets)))
            else:
                stmts.append(with_blocks(stmt, tuple(run(b) for b in blocks_of(stmt))))
        return with_stmts(block, stmts)

    made = {t for s in statements(block) if isinstance(s, Let) for t in s.targets}
    names = {old: new for old, new in names.items() if old in made}
    return substitute(run(block), names) if names else block


def _display(stmt: Stmt) -> tuple[Value, dict[Hashable, Atom]] | None:
    """A container that a statement makes, and its items by key."""
    match stmt:
        case Let(targets=(target,), expr=Apply(fn=Ref(obj=obj), args=args, kwargs=())) if (
            not stmt.unpack and any(obj is d for d in _DISPLAYS) and args
        ):
            items = [a for a in args if not isinstance(a, Star)]
            if len(items) < len(args):
                return None
            if obj is not prims.build_dict:
                return target, dict(enumerate(items))
            if not all(isinstance(k, Const) for k in items[::2]):
                return None
            return target, {k.value: v for k, v in zip(items[::2], items[1::2], strict=True)}  # type: ignore[union-attr]
    return None


def _updated(function: Function) -> tuple[set[Value], dict[Value, list[Value]]]:
    """Values that are updated in place, or that something updated may be a view of.

    Also what each value may be a view of.
    """
    found: set[Value] = set()
    bases: dict[Value, list[Value]] = {}
    for stmt in statements(function.body):
        match stmt:
            case Write(target=Value() as target):
                found.add(target)
            case Let(targets=targets, expr=Apply() as expr):
                first = expr.args[0] if expr.args else None
                changes = augmented(expr) is not None or (
                    isinstance(expr.fn, Method) and expr.fn.name in _CHANGING
                    or isinstance(expr.fn, Ref) and expr.fn.obj is np.copyto
                )  # fmt: skip
                if changes and isinstance(first, Value):
                    found.add(first)
                found.update(a for k, a in expr.kwargs if k == "out" and isinstance(a, Value))
                for t in targets:
                    bases.setdefault(t, []).extend([first] if isinstance(first, Value) else [])
            case Let(targets=targets, expr=Value() as whole):
                for t in targets:
                    bases.setdefault(t, []).append(whole)
            case For(iter=it) if it.kind == "each" and it.item and isinstance(it.args[0], Value):
                bases.setdefault(it.item, []).append(it.args[0])
    todo = list(found)
    while todo:
        for base in bases.get(todo.pop(), ()):
            if base not in found:
                found.add(base)
                todo.append(base)
    return found, bases


def _shows(item: Atom, updated: set[Value], bases: Mapping[Value, list[Value]]) -> bool:
    """Whether an item is updated under another name, or is a view of what is."""
    todo, seen = [item], set()
    while todo:
        v = todo.pop()
        if v in updated:
            return True
        if isinstance(v, Value) and v not in seen:
            seen.add(v)
            todo += bases.get(v, ())
    return False


def _tracked(function: Function) -> dict[Value, dict[Hashable, Atom]]:
    """The containers that are taken apart, with their first items."""
    displays = dict(d for s in statements(function.body) if (d := _display(s)) is not None)
    if not displays:
        return {}
    updated, bases = _updated(function)
    through = {
        s.expr.args[0] for s in statements(function.body)
        if isinstance(s, Let) and isinstance(s.expr, Apply) and _is_read(s.expr)
        and any(t in updated for t in s.targets)
    }  # fmt: skip
    found = {
        d: dict(items) for d, items in displays.items()
        if d in through or any(_shows(i, updated, bases) for i in items.values())
    }  # fmt: skip
    if not found:
        return {}
    dicts = {
        s.targets[0] for s in statements(function.body)
        if isinstance(s, Let) and isinstance(s.expr, Apply) and s.expr.fn == _DICT
    }  # fmt: skip
    for stmt in statements(function.body):
        if isinstance(stmt, Write) and stmt.kind == "item" and isinstance(stmt.key, Const):
            if stmt.target in found and stmt.target in dicts:  # a new key
                found[stmt.target].setdefault(stmt.key.value, UNDEF)  # type: ignore[index]
    for stmt in statements(function.body):
        for atom in _whole(stmt, found):
            found.pop(atom, None)  # type: ignore[arg-type]
        for b in blocks_of(stmt):
            for atom in b.outs:
                found.pop(atom, None)  # type: ignore[arg-type]
    for atom in function.body.outs:
        found.pop(atom, None)  # type: ignore[arg-type]
    return found


def _is_read(expr: Any) -> bool:
    known = isinstance(expr, Apply) and isinstance(expr.fn, Ref)
    return known and expr.fn.obj is operator.getitem and isinstance(expr.args[0], Value)


def _whole(stmt: Stmt, found: Mapping[Value, Mapping[Hashable, Atom]]) -> list[Atom]:
    """The atoms that a statement uses other than by a key that they have."""

    def has(atom: Any, key: Any) -> bool:
        if atom not in found or not isinstance(key, Const):
            return False
        value = key.value
        if isinstance(value, int) and value < 0 and isinstance(key.value, int):
            return False
        return value in found[atom]

    match stmt:
        case Let(expr=Apply(args=(base, index)) as expr) if _is_read(expr) and not stmt.unpack:
            return [index] if has(base, index) else [base, index]  # type: ignore[list-item]
        case Write(kind="item", target=target, key=key, value=value):
            return [key, value] if has(target, key) else [target, key, value]
    return list(own_atoms(stmt))


class _Items(_Promoter):
    """The walk that puts items in the place of reads."""

    def __init__(self, function: Function, tracked: dict[Value, dict[Hashable, Atom]]) -> None:
        super().__init__(function, set(tracked), Objects({}, {}))
        self.items = tracked
        self.names: dict[Value, Value] = {}  # temporary -> a variable named for its place

    def _place(self, target: Any, key: Any) -> Place | None:
        if not isinstance(target, Value) or target not in self.tracked:
            return None
        if not isinstance(key, Const) or key.value not in self.items[target]:
            return None
        return target, re.sub(r"\W", "_", str(key.value))

    def _read(self, expr: Apply) -> Place | None:
        return self._place(*expr.args) if _is_read(expr) and len(expr.args) == 2 else None

    def stmt(self, stmt: Stmt, env: Env) -> list[Stmt]:
        """What stands for a statement."""
        if isinstance(stmt, Let) and len(stmt.targets) == 1 and stmt.targets[0] in self.tracked:
            made = _display(stmt)
            assert made is not None
            for key in self.items[made[0]]:
                item = made[1].get(key, UNDEF)  # what is not there yet is assigned later
                place = self._place(made[0], Const(key))
                assert place is not None
                env[place] = item
                if isinstance(item, Value) and not item.user:
                    self.names.setdefault(item, Value(f"{made[0].name}_{place[1]}", True))
            return []
        if isinstance(stmt, Write) and stmt.kind == "item":
            place = self._place(stmt.target, stmt.key)
            if place is not None:
                return self._store(stmt, place, env)
        return super().stmt(stmt, env)


def _unrolled(function: Function) -> Function:
    """The function with loops over a few updated arrays written out."""
    displays = dict(d for s in statements(function.body) if (d := _display(s)) is not None)
    if not displays:
        return function
    updated, _ = _updated(function)
    table: dict[Value, Atom] = {}

    def swap(atom: Any) -> Any:
        while isinstance(atom, Value) and atom in table:
            atom = table[atom]
        return atom

    def wanted(stmt: Stmt) -> bool:
        if not isinstance(stmt, For) or stmt.iter.kind != "each" or stmt.form != "for":
            return False
        items = displays.get(stmt.iter.args[0])  # type: ignore[arg-type]
        early = stmt.body.exit is not None or any(leaves(s) for s in stmt.body.stmts)
        plain = items is not None and all(isinstance(k, int) for k in items)
        return plain and not early and len(items) <= FEW and stmt.iter.item in updated  # type: ignore[arg-type]

    def run(block: Block) -> Block:
        out: list[Stmt] = []
        for stmt in block.stmts:
            inner = blocks_of(stmt)
            if inner:
                stmt = with_blocks(stmt, tuple(run(b) for b in inner))
            if not wanted(stmt):
                out.append(stmt)
                continue
            assert isinstance(stmt, For)
            state = stmt.inits
            source = stmt.iter.args[0]
            for key in displays[source]:  # type: ignore[index]
                item = Value(stmt.iter.item.name)  # type: ignore[union-attr]
                read = Apply(Ref("getitem", operator.getitem), (source, Const(key)))
                out.append(Let((item,), read, stmt.origin))
                names: dict[Value, Atom] = {stmt.iter.item: item}  # type: ignore[dict-item]
                names.update(zip(stmt.params, state, strict=True))
                body = clone(stmt.body, names)
                out += body.stmts
                state = body.outs
            table.update(zip(stmt.results, state, strict=True))
        return with_stmts(block, out)

    from s2s.ir.walk import map_block

    body = run(function.body)
    return replace(function, body=map_block(body, swap)) if table or body else function
