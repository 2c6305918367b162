"""Items of a list that change places, where items are updated in place.

    a[i], a[j] = a[j], a[i]    t = copied(a[j]); t_2 = copied(a[i])
                               a[i] = t; a[j] = t_2

Between the two assignments one item stands at two places.  With copies each stands at one place at
a time, and nobody can tell: it is refused where a row has another name (`analysis.holders`).
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Hashable
from dataclasses import replace

from s2s import runtime
from s2s.analysis.facts import Facts
from s2s.analysis.holders import shows_item
from s2s.analysis.sharing import Sharing
from s2s.ir.build import Builder
from s2s.ir.effects import pure
from s2s.ir.nodes import Apply, Atom, Block, Function, Let, Ref, Star, Stmt, Value, Write
from s2s.ir.walk import all_atoms, blocks_of, statements, with_blocks

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
        return n

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


def _calm(stmt: Stmt) -> bool:
    """Whether a statement changes nothing."""
    return isinstance(stmt, Let) and (not isinstance(stmt.expr, Apply) or pure(stmt.expr))
