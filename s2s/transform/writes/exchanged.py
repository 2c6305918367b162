"""Items of a list that change places, where items are updated in place.

    a[i], a[j] = a[j], a[i]    t = copied(a[j]); t_2 = copied(a[i])
                               a[i] = t; a[j] = t_2

    a.append(a.pop(0))         t = copied(a[0]); del a[0]; a.append(t)

Between the two assignments one item stands at two places.  With copies each stands at one place at
a time, and nobody can tell who does not hold on to one of them: then nothing is copied.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Hashable
from dataclasses import replace
from functools import partial

from s2s import runtime
from s2s.analysis.facts import Facts
from s2s.analysis.holders import shows_item
from s2s.analysis.lifetimes import Lifetimes
from s2s.analysis.lists import appended
from s2s.analysis.sharing import Sharing
from s2s.ir.build import Builder
from s2s.ir.effects import pure
from s2s.ir.nodes import Apply, Atom, Block, Function, Let, Ref, Star, Stmt, Value, Write
from s2s.ir.walk import all_atoms, blocks_of, map_stmt, statements, with_blocks

_COPIED = Ref("copied", runtime.copied)


def exchanged_apart(function: Function, facts: Facts) -> Function:
    """The function with copies of items that change places, in lists whose items are updated."""
    worker = _Exchanges(function, facts)
    if not worker.updated:
        return function
    return replace(function, body=worker.block(function.body))


class _Exchanges:
    """The walk over a function."""

    def __init__(self, function: Function, facts: Facts) -> None:
        self.facts = facts
        self.made: dict[Value, Let] = {}
        for stmt in statements(function.body):
            if isinstance(stmt, Let) and len(stmt.targets) == 1 and not stmt.unpack:
                self.made[stmt.targets[0]] = stmt
        items = {v for v, stmt in self.made.items() if shows_item(stmt, facts)}
        changed = {s.target for s in statements(function.body) if isinstance(s, Write)} & items
        self.updated: set[object] = set()
        if changed:
            self.uses = Counter(all_atoms(function.body))
            self.times = Lifetimes(function)
            self.sharing = Sharing(function, facts)
            self.updated = {self.sharing.find(v) for v in changed if isinstance(v, Value)}

    def block(self, block: Block) -> Block:
        """A block with its exchanges apart."""
        stmts: list[Stmt] = []
        rest = [with_blocks(s, tuple(map(self.block, blocks_of(s)))) for s in block.stmts]
        for k, stmt in enumerate(rest):
            second = self.exchange(rest, k)
            if second is not None:
                build = Builder(getattr(stmt, "origin", None), self.facts)
                for n in (k, second):
                    write = rest[n]
                    assert isinstance(write, Write)
                    rest[n] = replace(write, value=build.call(_COPIED, write.value))
                stmts += build.stmts
            back = self.put_back(rest, k)
            if back is not None:
                build = Builder(getattr(stmt, "origin", None), self.facts)
                again, item = build.call(_COPIED, stmt.value), stmt.value  # type: ignore[union-attr]
                rest[back] = map_stmt(rest[back], partial(_swapped, item, again))
                stmts += build.stmts
            stmts.append(rest[k])
        return replace(block, stmts=tuple(stmts))

    def exchange(self, stmts: list[Stmt], k: int) -> int | None:
        """Where the second of two assignments stands that exchange items; the first is at `k`."""
        first = stmts[k]
        if not self.puts(first):
            return None
        n = k + 1
        while n < len(stmts) and _calm(stmts[n]):
            n += 1
        second = stmts[n] if n < len(stmts) else None
        if second is None or not self.puts(second):
            return None
        assert isinstance(first, Write) and isinstance(second, Write)
        if first.target is not second.target:
            return None
        start = k
        while start > 0 and _calm(stmts[start - 1]):
            start -= 1
        for write, other in (first, second), (second, first):
            read = self.made[write.value]  # type: ignore[index]
            assert isinstance(read.expr, Apply)
            base, key = read.expr.args
            if base is not write.target or not any(s is read for s in stmts[start:k]):
                return None
            if self.form(key) != self.form(other.key):
                return None
        return n if self.is_alone(first.value, first, second) else None

    def put_back(self, stmts: list[Stmt], k: int) -> int | None:
        """Where the item is put into a list again that is taken out of one at `k`."""
        match stmts[k]:
            case Write(kind="del", target=Value() as target, value=Value() as item):
                read = self.made.get(item)
                if read is None or not shows_item(read, self.facts) or self.uses[item] != 2:
                    return None
                if self.sharing.find(target) not in self.updated:
                    return None
            case _:
                return None
        for n, stmt in enumerate(stmts[k + 1 :], k + 1):
            if isinstance(stmt, Let) and appended(stmt) is not None and (
                isinstance(stmt.expr, Apply) and stmt.expr.args[1] is item
            ):  # fmt: skip
                held: object = self.sharing.find(stmt.targets[0])
                alone = self.is_alone(item, stmts[k], stmt)
                return n if held in self.updated and alone else None
            if isinstance(stmt, Write) and stmt.value is item:
                whole = stmt.kind in ("insert", "item") and stmt.op is None
                held = isinstance(stmt.target, Value) and self.sharing.find(stmt.target)
                alone = self.is_alone(item, stmts[k], stmt)
                return n if whole and held in self.updated and alone else None
        return None

    def is_alone(self, item: Atom, first: Stmt, last: Stmt) -> bool:
        """Whether nothing else that may be an item lives on after items changed places."""
        assert isinstance(item, Value)
        kind, key = self.facts.of(item).kind, self.sharing.find(item)
        start, end = self.times.at[id(first)], self.times.at[id(last)]
        holders = {s.expr.args[0] for v, s in self.made.items()  # type: ignore[union-attr]
                   if shows_item(s, self.facts) and self.facts.is_array(v) is True}  # fmt: skip
        own = {s.expr.args[0] for s in (self.made.get(item),) if s and isinstance(s.expr, Apply)}
        return not any(
            born < start and self.times.dies.get(v, 0) > end and v not in own and v not in holders
            and self.facts.of(v).kind == kind and self.sharing.find(v) is key
            for v, born in self.times.born.items()
        )  # fmt: skip

    def puts(self, stmt: Stmt) -> bool:
        """Whether a statement assigns an item of a list that is used for no more."""
        match stmt:
            case Write(kind="item", target=Value() as target, value=Value() as item, op=None):
                read = self.made.get(item)
                return (
                    read is not None and shows_item(read, self.facts) and self.uses[item] == 1
                    and self.sharing.find(target) in self.updated
                )  # fmt: skip
        return False

    def form(self, key: Atom | Star) -> Hashable:
        """A key by how it is computed."""
        if isinstance(key, Value) and key in self.made:
            expr = self.made[key].expr
            module = getattr(getattr(expr, "fn", None), "obj", None)
            if isinstance(expr, Apply) and not expr.kwargs and module in (
                operator.add, operator.sub, operator.neg, operator.mul
            ):  # fmt: skip
                return (module, *map(self.form, expr.args))
        return key


def _swapped(old: Atom, new: Atom, atom: Atom) -> Atom:
    return new if atom is old else atom


def _calm(stmt: Stmt) -> bool:
    """Whether a statement changes nothing."""
    return isinstance(stmt, Let) and (not isinstance(stmt.expr, Apply) or pure(stmt.expr))
