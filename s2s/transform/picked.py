"""Lists and dicts that are picked and then changed are changed where they are picked.

    t = a if test else b           if test:
    t.append(x)                        a.append(x)
                                   else:
                                       b.append(x)

Two names of one list are one value after another only where it is known which list it is.  What is
picked of `[a, b]` and `{"k": a, "l": b}` under a key is picked as by conditions.  Where it is read,
the choice is made again.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from s2s.analysis.lists import changed_list, origins, sources_of
from s2s.ir import prims
from s2s.ir.effects import augmented
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Function,
    If,
    Let,
    Ref,
    Stmt,
    Value,
    With,
    Write,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.walk import (
    all_atoms,
    all_defs,
    blocks_of,
    map_stmt,
    own_atoms,
    statements,
    with_blocks,
    with_stmts,
)

_MAKERS = (prims.build_list, prims.build_dict, list, dict, sorted)
_GETITEM = Ref("getitem", operator.getitem)


@dataclass(frozen=True)
class Pick:
    """One of two containers, of which each may be picked in turn."""

    test: Atom
    then: Leaf
    orelse: Leaf


Leaf: TypeAlias = "Value | Pick"


def picked_lists(function: Function) -> Function:
    """The function in which no list or dict is changed of which nobody knows which one it is."""
    stmts = list(statements(function.body))
    changed = [v for s in stmts if isinstance(v := _changed(s), Value)]
    if not changed:
        return function
    same = sources_of(function.body, parts=False)
    for s in stmts:
        if isinstance(s, Let) and augmented(s.expr) is not None and isinstance(_changed(s), Value):
            same.setdefault(s.targets[0], []).append(_changed(s))
    wanted = {v for c in changed for v in origins(c, same)}
    choices = {r for s in stmts if isinstance(s, If) for r in s.results
               if not wanted.isdisjoint(origins(r, same))}  # fmt: skip
    items = {s.targets[0] for s in stmts if _is_item(s) and s.targets[0] in wanted}  # type: ignore[union-attr]
    if not choices and not items:
        return function
    worker = _Picker(function, choices | items, same)
    return replace(function, body=worker.block(function.body))


def _changed(stmt: Stmt) -> Any:
    """What a statement changes in place."""
    if isinstance(stmt, Write):
        return stmt.target
    if isinstance(stmt, Let) and augmented(stmt.expr) is not None:
        assert isinstance(stmt.expr, Apply)
        return stmt.expr.args[0]
    return changed_list(stmt)


def _is_item(stmt: Stmt) -> bool:
    """Whether a statement reads one item."""
    return isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and (
        stmt.expr.fn == _GETITEM and len(stmt.targets) == 1 and not stmt.unpack
    )  # fmt: skip


class _Picker:
    """One walk over a function."""

    def __init__(
        self, function: Function, wanted: set[Value], same: dict[Value, list[Value]]
    ) -> None:
        self.wanted = wanted
        self.same = same
        self.picks: dict[Value, Pick] = {}
        self.made: dict[Value, Apply] = {
            s.targets[0]: s.expr for s in statements(function.body)
            if isinstance(s, Let) and isinstance(s.expr, Apply)
            and len(s.targets) == 1 and not s.unpack
        }  # fmt: skip
        self.copies: dict[Value, Value] = {
            s.targets[0]: s.expr for s in statements(function.body)
            if isinstance(s, Let) and isinstance(s.expr, Value) and not s.unpack
        }  # fmt: skip
        self.displays = self._displays(function)
        tested = Counter(s.test for s in statements(function.body) if isinstance(s, If))
        used = Counter(a for a in all_atoms(function.body) if isinstance(a, Value))
        self.tests = {v for v, n in used.items() if tested[v] == n}  # only asked what they are

    def _displays(self, function: Function) -> dict[Value, list[tuple[Any, Value]]]:
        """Displays of containers that have names, of which nothing but items is read."""
        found: dict[Value, list[tuple[Any, Value]]] = {}
        for target, expr in self.made.items():
            obj = getattr(expr.fn, "obj", None)
            pairs: list[tuple[Any, Any]] = []
            if obj in (prims.build_list, prims.build_tuple):
                pairs = list(enumerate(expr.args))
            elif obj is prims.build_dict:
                keys = [k.value if isinstance(k, Const) else None for k in expr.args[::2]]
                pairs = list(zip(keys, expr.args[1::2], strict=True))
            if len(pairs) > 1 and all(
                isinstance(k, str | int) and self._is_made(a) for k, a in pairs
            ):  # fmt: skip
                found[target] = pairs
        read = [s.expr.args for s in statements(function.body)  # type: ignore[union-attr]
                if _is_item(s) and s.targets[0] in self.wanted]  # type: ignore[union-attr]
        for v in all_atoms(function.body):
            if v in found and not any(args[0] is v for args in read):
                del found[v]  # type: ignore[arg-type]
        count = {v: sum(a is v for a in all_atoms(function.body)) for v in found}
        return {
            v: p for v, p in found.items() if count[v] == sum(
                a[0] is v and (not isinstance(a[1], Const) or a[1].value in dict(p)) for a in read
            )
        }  # fmt: skip

    def _is_made(self, atom: Any) -> bool:
        """Whether a value certainly is a list or a dict that the function made."""
        if not isinstance(atom, Value):
            return False
        ends = [a for a in origins(atom, self.same) if not self.same.get(a)]
        return bool(ends) and all(
            any(getattr(self.made[a].fn, "obj", None) is f for f in _MAKERS)
            for a in ends if a in self.made
        ) and all(a in self.made for a in ends)  # fmt: skip

    def block(self, block: Block) -> Block:
        """A block that hands out what is picked as one value."""
        block = self._inside(block)
        stmts = list(block.stmts)
        outs = [self._again(a, stmts) for a in block.outs]
        return with_stmts(block, stmts, outs)

    def _inside(self, block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmts += self.stmt(stmt)
        return with_stmts(block, stmts)

    def stmt(self, stmt: Stmt) -> list[Stmt]:
        """The statements that stand for one."""
        if isinstance(stmt, If) and stmt.form != "try" and not self.wanted.isdisjoint(stmt.results):
            return self._choice(stmt)
        inner = blocks_of(stmt)
        if inner and not isinstance(stmt, With):
            stmt = with_blocks(stmt, tuple(self.block(b) for b in inner))
        elif inner:
            stmt = with_blocks(stmt, tuple(map(self.block, inner)))
        changed = _changed(stmt)
        if isinstance(changed, Value) and changed in self.picks:
            return self._spread(stmt, changed)
        if isinstance(stmt, Let) and _is_item(stmt) and stmt.targets[0] in self.wanted:
            pick = self._item(stmt)
            if pick is not None:
                return pick
        if isinstance(stmt, Let) and stmt.expr in self.picks and not stmt.unpack:
            self.picks[stmt.targets[0]] = self.picks[stmt.expr]  # type: ignore[index]
            return []
        read = [a for a in own_atoms(stmt) if isinstance(a, Value) and a in self.picks]
        if read and isinstance(stmt, Let | Write):
            return self._spread(stmt, read[0])
        if isinstance(stmt, Let) and stmt.targets and stmt.targets[0] in self.displays:
            return []  # nothing is left that reads it
        before: list[Stmt] = []
        asked = stmt.test if isinstance(stmt, If) else None
        table = {a: self._again(a, before) for a in read if a is not asked}
        if isinstance(stmt, If) and stmt.test in read:
            table[stmt.test] = self._truth(stmt.test, before)  # type: ignore[index]
        stmt = map_stmt(stmt, lambda a: table.get(a, a), lambda b: b) if table else stmt
        return [*before, stmt]

    def _again(self, atom: Any, stmts: list[Stmt]) -> Any:
        """What is picked, as a value."""
        pick = self.picks.get(atom) if isinstance(atom, Value) else atom
        if not isinstance(pick, Pick):
            return atom
        blocks = []
        for leaf in (pick.then, pick.orelse):
            inner: list[Stmt] = []
            out = self._again(leaf, inner)
            blocks.append(Block(tuple(inner), (out,)))
        result = Value(atom.name if isinstance(atom, Value) else "picked")
        stmts.append(If(pick.test, blocks[0], blocks[1], (result,), None, "ifexp"))
        return result

    def _spread(self, stmt: Stmt, picked: Value) -> list[Stmt]:
        """A statement for each of the containers that may be picked."""
        before: list[Stmt] = []
        table = {
            a: self._again(a, before) for a in own_atoms(stmt)
            if a in self.picks and a is not picked
        }  # fmt: skip
        whole = self.picks[picked]
        grown = isinstance(stmt, Let) and (
            augmented(stmt.expr) is not None or getattr(stmt.expr, "fn", None) in _GROWING
        )
        results = stmt.targets if isinstance(stmt, Let) and not grown else ()

        def spread(leaf: Leaf) -> Block:
            if isinstance(leaf, Pick):
                new = tuple(Value(r.name, r.user) for r in results)
                inside = If(leaf.test, spread(leaf.then), spread(leaf.orelse), new, stmt.origin)
                return Block((inside,), new)
            now = map_stmt(stmt, lambda a: leaf if a is picked else table.get(a, a))
            if isinstance(now, Let):
                now = replace(now, targets=tuple(Value(t.name, t.user) for t in now.targets))
            outs = now.targets if isinstance(now, Let) and results else ()
            return Block((now,), outs)

        blocks = spread(whole.then), spread(whole.orelse)
        if grown:
            assert isinstance(stmt, Let)
            self.picks.update(dict.fromkeys(stmt.targets, whole))
        return [*before, If(whole.test, *blocks, results, stmt.origin)]

    # What is picked

    def _choice(self, stmt: If) -> list[Stmt]:
        """A choice without the containers that it picks."""
        blocks = [self._inside(stmt.then), self._inside(stmt.orelse)]
        own = [set(all_defs(b)) for b in blocks]
        outs: list[list[Atom]] = [[], []]
        results: list[Value] = []
        handed: dict[Value, Value] = {}
        added: list[tuple[int, Value, Value]] = []  # tests of a branch: side, inside, outside

        def outside(leaf: Leaf, side: int) -> Leaf | None:
            """A leaf as it is known after the choice, unless a branch makes it."""
            if not isinstance(leaf, Pick):
                while leaf in own[side] and leaf in self.copies:
                    leaf = self.copies[leaf]
                known = leaf not in own[side] and self._is_made(leaf)
                return leaf if known else None
            then, orelse = outside(leaf.then, side), outside(leaf.orelse, side)
            if then is None or orelse is None:
                return None
            test = leaf.test
            if isinstance(test, Value) and test in own[side]:
                if test not in handed:
                    handed[test] = Value(test.name)
                    added.append((side, test, handed[test]))
                test = handed[test]
            return Pick(test, then, orelse)

        for k, r in enumerate(stmt.results):
            pair = [b.outs[k] for b in blocks]
            leaves = [
                outside(self.picks.get(a, a), side) if isinstance(a, Value) else None
                for side, a in enumerate(pair)
            ]
            one, other = leaves
            if r in self.wanted and one is not None and other is not None:
                self.picks[r] = Pick(stmt.test, one, other)
            else:
                results.append(r)
                for side, a in enumerate(pair):
                    outs[side].append(a)
        before: list[Stmt] = []
        test = self._truth(stmt.test, before)
        for side, inside, new in added:
            results.append(new)
            outs[side].append(inside)
            outs[1 - side].append(Const(False))
        made = []
        for b, listed in zip(blocks, outs, strict=True):
            stmts = list(b.stmts)
            now = [
                self._truth(a, stmts) if r in self.tests else self._again(a, stmts)
                for a, r in zip(listed, results, strict=True)
            ]
            made.append(replace(b, stmts=tuple(stmts), outs=tuple(now)))
        return [*before, replace(stmt, test=test, then=made[0], orelse=made[1],
                                 results=tuple(results))]  # fmt: skip

    def _truth(self, atom: Atom, stmts: list[Stmt]) -> Atom:
        """Whether what is picked is empty, asked of each that may be picked."""
        if not isinstance(atom, Value) or atom not in self.picks:
            return atom
        asked = Value("test")
        ask = Apply(Ref("truth", prims.truth), (atom,))
        stmts += self._spread(Let((asked,), ask), atom)
        return asked

    def _item(self, stmt: Let) -> list[Stmt] | None:
        """An item of a display as a choice among those that it holds."""
        assert isinstance(stmt.expr, Apply)
        base, key = stmt.expr.args
        pairs = self.displays.get(base)  # type: ignore[arg-type]
        if pairs is None:
            return None
        if isinstance(key, Const):
            return [replace(stmt, expr=dict(pairs)[key.value])]
        keys = [k for k, _ in pairs]
        if getattr(self.made[base].fn, "obj", None) is not prims.build_dict:  # type: ignore[index]
            keys = []
        before = list(_place(key, keys, len(pairs), stmt))
        place = before[-1].targets[0]
        rest: Leaf = pairs[-1][1]
        for k, (_, a) in reversed(list(enumerate(pairs[:-1]))):
            test = Value("test")
            compare = Apply(Ref("eq", operator.eq), (place, Const(k)))
            before.append(Let((test,), compare, stmt.origin))
            rest = Pick(test, a, rest)
        assert isinstance(rest, Pick)
        self.picks[stmt.targets[0]] = rest
        return list(before)


def _place(key: Any, keys: list[Any], count: int, stmt: Let) -> Iterator[Let]:
    """The position of an item: of a key of a dict, of an index from either end."""
    places, place, whole = Value("places"), Value("place"), Value("place")
    if keys:
        pairs = tuple(Const(c) for k, name in enumerate(keys) for c in (name, k))
        yield Let((places,), Apply(Ref("dict", prims.build_dict), pairs), stmt.origin)
    else:
        yield Let((places,), Apply(Ref("range", range), (Const(count),)), stmt.origin)
    yield Let((place,), Apply(_GETITEM, (places, key)), stmt.origin)
    yield Let((whole,), Apply(Ref("int", int), (place,)), stmt.origin)  # and no slice


_GROWING = (Ref("list_append", prims.list_append),)
