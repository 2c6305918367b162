"""Positions and lengths that the reversal of a change of a list or dict has to know.

    write insert points, 1: v      at 1, which is certain where the text says how long `points` is
    write del points, k            at `k % len(points)`, where `k` may be negative
    write item d, "w": v           a new key, or one that was there: `known = "w" in d`
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from s2s import runtime
from s2s.analysis.facts import Facts
from s2s.analysis.holders import named
from s2s.errors import Unsound
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Block, Const, For, If, Let, Ref, Star, Stmt, Value, Write
from s2s.ir.walk import blocks_of, own_atoms, statements, with_blocks, with_stmts
from s2s.transform.writes.slots import END, is_slot


class Places:
    """The walk that fills in positions and lengths, numbers where the text alone says them."""

    def __init__(self, body: Block, facts: Facts) -> None:
        self.facts = facts
        self.lengths: dict[Value, int] = {}
        self.keys: dict[Value, tuple[Any, ...]] = {}
        self.plain = _plain_lists(body)
        self.tests = {
            s.targets[0]: s.expr for s in statements(body)
            if isinstance(s, Let) and isinstance(s.expr, Apply) and isinstance(s.expr.fn, Ref)
            and s.expr.fn.obj in (prims.contains, prims.not_contains)
        }  # fmt: skip
        self.there: dict[tuple[Atom, Atom], bool] = {}  # (dict, key) -> what a test has shown

    def branch(self, stmt: Stmt, k: int) -> Block:
        """An inner block, with what a test says of a key."""
        block = blocks_of(stmt)[k]
        test = self.tests.get(stmt.test) if isinstance(stmt, If) else None  # type: ignore[arg-type]
        before = dict(self.there)
        if test is not None:
            key, d = test.args
            asks = isinstance(test.fn, Ref) and test.fn.obj is prims.contains
            self.there[d, key] = asks is (k == 0)  # type: ignore[index]
        done = self.block(block)
        self.there = before
        return done

    def block(self, block: Block) -> Block:
        """The block with `args` filled in."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            inner = blocks_of(stmt)
            if inner:
                changed = [s.target for b in inner for s in statements(b) if isinstance(s, Write)]
                self.forget(changed)
                stmt = with_blocks(stmt, tuple(self.branch(stmt, k) for k in range(len(inner))))
                self.forget(changed)
                stmts.append(stmt)
            elif isinstance(stmt, Write) and is_slot(stmt, self.facts):
                build = Builder(stmt.origin, self.facts)
                if not isinstance(stmt.target, Value):
                    raise Unsound(
                        f"{named(stmt.target)} is not of this function, and is changed by it",
                        origin=stmt.origin,
                        advice=("pass it as an argument, and give back what changes",
                                "or keep it in a variable of the function"),
                    )  # fmt: skip
                done = self.write(stmt, stmt.target, build)
                stmts += [*build.stmts, done]
            else:
                self.made(stmt)
                stmts.append(stmt)
        return with_stmts(block, stmts)

    def forget(self, targets: list[Atom]) -> None:
        """Lists that a block may have changed."""
        for t in targets:
            self.lengths.pop(t, None)  # type: ignore[arg-type]
            self.keys.pop(t, None)  # type: ignore[arg-type]
            self.there = {k: v for k, v in self.there.items() if k[0] != t}

    def made(self, stmt: Stmt) -> None:
        """Note how long a display is, and which keys it has."""
        match stmt:
            case Let(targets=(target,), expr=Apply(fn=Ref(obj=obj), args=args)) if (
                target in self.plain and not any(isinstance(a, Star) for a in args)
            ):
                if obj is prims.build_list:
                    self.lengths[target] = len(args)
                elif obj is prims.build_dict:
                    keys = args[::2]
                    if all(isinstance(k, Const) for k in keys):
                        self.keys[target] = keys

    def write(self, stmt: Write, target: Value, build: Builder) -> Write:
        """A write with what its reversal has to know."""
        kind = self.facts.of(target).kind
        if kind == "dict" or kind == "any" and stmt.kind == "item":
            return self.entry(stmt, target, build)
        n = self.lengths.get(target)
        match stmt.kind:
            case "insert":
                place = END if stmt.key == END else self.place(stmt, target, n, build)
                self.grow(target, 1)
                return replace(stmt, args=(place,))
            case "del":
                place = self.index(stmt.key, target, n, build)
                self.grow(target, -1)
                return replace(stmt, args=(place,))
            case "extend":
                before: Atom = Const(n) if n is not None else (
                    build.call(Ref("len", len), target, name="count")
                )
                self.lengths.pop(target, None)
                return replace(stmt, args=(before,))
            case "splice":
                self.lengths.pop(target, None)
                return replace(stmt, args=(self.span(stmt, target, build),))
        return stmt

    def grow(self, target: Value, by: int) -> None:
        """Note another length."""
        if target in self.lengths:
            self.lengths[target] += by

    def place(self, stmt: Write, target: Value, n: int | None, build: Builder) -> Atom:
        """Where an inserted item comes to lie."""
        match stmt.key:
            case Const(value=int() as k) if n is not None:
                k = max(0, min(n, k if k >= 0 else n + k))
                return END if k == n else Const(k)
            case Const(value=0):
                return stmt.key
        fn = Ref("insertion_place", runtime.insertion_place)
        return build.call(fn, target, stmt.key, name="place")

    def index(self, key: Atom, target: Value, n: int | None, build: Builder) -> Atom:
        """Where an item that is taken out has to be put back: before what follows it."""
        match key:
            case Const(value=None):
                return END
            case Const(value=int() as k):
                if n is not None and k == n - 1:
                    return END
                return Const(k if k >= 0 else k + 1)
        count = build.call(Ref("len", len), target, name="count")
        return build.call(operator.mod, key, count, name="place")

    def span(self, stmt: Write, target: Value, build: Builder) -> Atom:
        """The slice where the new items lie."""
        parts = self.facts.of(stmt.key).items
        if parts is not None and all(p.is_const and p.const is None for p in parts):
            return stmt.key
        fn = Ref("splice_place", runtime.splice_place)
        return build.call(fn, target, stmt.key, stmt.value, name="place")

    def entry(self, stmt: Write, target: Value, build: Builder) -> Write:
        """An entry of a dict: whether the key is new."""
        keys = self.keys.get(target)
        there = self.there.get((target, stmt.key))
        self.there = {k: v for k, v in self.there.items() if k[0] != target}
        if stmt.kind == "del":
            if keys is not None and isinstance(stmt.key, Const):
                self.keys[target] = tuple(k for k in keys if k != stmt.key)
            else:
                self.keys.pop(target, None)
            return stmt
        if stmt.kind != "item":
            self.keys.pop(target, None)
            return stmt
        if stmt.op is not None:
            return stmt
        if keys is not None and isinstance(stmt.key, Const):
            if stmt.key in keys:
                return stmt
            self.keys[target] = (*keys, stmt.key)
            return replace(stmt, kind="new")
        if there is not None:
            return stmt if there else replace(stmt, kind="new")
        known = build.call(Ref("contains", prims.contains), stmt.key, target, name="known")
        return replace(stmt, args=(known,))


def _plain_lists(body: Block) -> set[Value]:
    """Values that nothing else holds: all their uses are writes, reads of items and the like."""
    held: set[Value] = set()
    for stmt in statements(body):
        held.update(a for a in _holding(stmt) if isinstance(a, Value))
        for b in blocks_of(stmt):
            held.update(a for a in b.outs if isinstance(a, Value))
    made = {t for s in statements(body) if isinstance(s, Let) for t in s.targets}
    return made - held


def _holding(stmt: Stmt) -> Iterator[Atom]:
    """The atoms that a statement may give another name."""
    match stmt:
        case Let(expr=Apply(fn=Ref(obj=obj))) if any(obj is f for f in _ASKING):
            pass
        case Let(expr=Apply(fn=Ref(obj=operator.getitem), args=(_, index))):
            yield index  # type: ignore[misc]
        case Write():
            yield from (stmt.key, stmt.value, *stmt.args)
        case For():
            yield from stmt.inits
        case _:
            yield from own_atoms(stmt)


_ASKING = (len, prims.contains, prims.not_contains)
