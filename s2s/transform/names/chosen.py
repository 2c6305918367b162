"""Writes out what is done to an array that a choice picks, for each of them.

    w = a if c else b              if c:
    w[1:] += x                         a[1:] += x
    y = w * 2                          y = a * 2
                                   else:
                                       b[1:] += x
                                       y = b * 2

The same of an item of a display, `(a, b)[k]`, and of views that a choice makes.  Only for
programs that are refused as they stand.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from s2s.analysis.fact import NUMBER_KINDS
from s2s.analysis.facts import Facts
from s2s.analysis.sharing import Sharing, shares, view_kind
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.effects import pure
from s2s.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Const,
    Function,
    If,
    Let,
    Ref,
    Stmt,
    Undef,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.walk import (
    all_defs,
    blocks_of,
    map_block,
    map_stmt,
    own_atoms,
    statements,
    with_blocks,
)  # fmt: skip

_GETITEM = Ref("getitem", operator.getitem)
_BETWEEN = 8  # operations between two choices that are written in both branches


class _GiveUp(Exception):
    """A picked array is used in a way that cannot be written out."""


@dataclass(frozen=True)
class _Leaf:
    """One of the arrays that a choice picks, and the views on the way to it."""

    views: tuple[Let, ...]
    atom: Atom
    made: Value | None = None  # the array of the branch that it is, or is a view of


@dataclass(frozen=True)
class _Pick:
    """What a test picks."""

    test: Atom
    then: _Leaf
    orelse: _Leaf


def with_choices(function: Function, facts: Facts) -> Function:
    """The function without arrays that are picked when it runs, where it writes into them."""
    chooser = _Chooser(function, facts)
    try:
        body = chooser.block(function.body)
    except _GiveUp:
        return function
    return replace(function, body=body) if chooser.picks else function


class _Chooser:
    """The walk over a function."""

    def __init__(self, function: Function, facts: Facts) -> None:
        self.facts = facts
        self.sharing = Sharing(function, facts)
        self.written = {
            self.sharing.find(s.target) for s in statements(function.body)
            if isinstance(s, Write) and isinstance(s.target, Value)
            and facts.is_array(s.target) is True
        }  # fmt: skip
        self.displays = {
            s.targets[0]: s.expr for s in statements(function.body)
            if isinstance(s, Let) and isinstance(s.expr, Apply) and isinstance(s.expr.fn, Ref)
            and s.expr.fn.obj in (prims.build_tuple, prims.build_list)
        }  # fmt: skip
        self.changed = {
            self.sharing.find(s.target) for s in statements(function.body)
            if isinstance(s, Write) and isinstance(s.target, Value)
            and facts.is_array(s.target) is not True
        }  # fmt: skip
        self.remainders = {
            s.targets[0]: s.expr.args[1] for s in statements(function.body)
            if isinstance(s, Let) and isinstance(s.expr, Apply) and isinstance(s.expr.fn, Ref)
            and s.expr.fn.obj is operator.mod
        }  # fmt: skip
        self.picks: dict[Value, _Pick] = {}

    def block(self, block: Block) -> Block:
        """A block with its choices written out."""
        block = self._inside(block)
        if any(a in self.picks for a in block.outs):
            raise _GiveUp
        return block

    def _inside(self, block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmts += self.stmt(stmt)
        return replace(block, stmts=_merged(stmts, self.facts))

    def stmt(self, stmt: Stmt) -> list[Stmt]:
        """The statements that stand for one."""
        picked = [a for a in own_atoms(stmt) if isinstance(a, Value) and a in self.picks]
        if blocks_of(stmt):
            if picked:
                raise _GiveUp
            if isinstance(stmt, If):
                then, orelse = self._inside(stmt.then), self._inside(stmt.orelse)
                stmt = self._choice(replace(stmt, then=then, orelse=orelse))
                if any(a in self.picks for b in blocks_of(stmt) for a in b.outs):
                    raise _GiveUp
                return [stmt]
            return [with_blocks(stmt, tuple(self.block(b) for b in blocks_of(stmt)))]
        if not picked:
            return self._item(stmt) if isinstance(stmt, Let) else [stmt]
        if isinstance(stmt, Let) and isinstance(stmt.expr, Value) and not stmt.unpack:
            self.picks[stmt.targets[0]] = self.picks[stmt.expr]
            return []
        pick = self.picks[picked[0]]
        if isinstance(stmt, Let) and any(self._shows(t) for t in stmt.targets):
            return self._view(stmt, pick) if not self.sharing.is_fresh(stmt) else [
                self._expanded(stmt, pick)
            ]  # fmt: skip
        if isinstance(stmt, Let | Write):
            return [self._expanded(stmt, pick)]
        raise _GiveUp

    def _shows(self, value: Value) -> bool:
        return shares(value, self.facts) and self.sharing.find(value) in self.written

    # What is picked

    def _choice(self, stmt: If) -> If:
        """A choice without the arrays that it picks among those that have names of their own."""
        if stmt.form == "try" or stmt.then.exit or stmt.orelse.exit:
            return stmt
        if self.facts.of(stmt.test).kind not in NUMBER_KINDS:
            return stmt
        then, orelse, results = stmt.then, stmt.orelse, list(stmt.results)
        for r in stmt.results:
            if not (self.facts.is_array(r) is True and self._shows(r)):
                continue
            k = results.index(r)
            leaves = [self._leaf(b, b.outs[k]) for b in (then, orelse)]
            if any(x is None for x in leaves) or all(x and x.made is x.atom for x in leaves):
                continue
            outs: list[list[Atom]] = [list(then.outs), list(orelse.outs)]
            for listed in outs:
                del listed[k]
            del results[k]
            found = []
            for side, (leaf, b) in enumerate(zip(leaves, (then, orelse), strict=True)):
                assert leaf is not None
                out = _HandedOut(self, set(all_defs(b)), outs, side, results, r)
                found.append(out.leaf(leaf))
            then = replace(then, outs=tuple(outs[0]))
            orelse = replace(orelse, outs=tuple(outs[1]))
            self.picks[r] = _Pick(stmt.test, *found)
        return replace(stmt, then=then, orelse=orelse, results=tuple(results))

    def _leaf(self, block: Block, atom: Atom) -> _Leaf | None:
        """What a branch gives: a name from outside, a view of one, or an array of its own."""
        inside = {t: s for s in block.stmts if isinstance(s, Let) for t in s.targets}
        own = set(all_defs(block))
        last: Atom = atom
        needed: set[Value] = set()
        while isinstance(atom, Value) and atom in own and atom not in self.picks:
            made = inside.get(atom)
            if made is None or made.unpack:
                return None
            if self.sharing.is_fresh(made):
                break
            expr = made.expr
            if isinstance(expr, Apply):
                if view_kind(made, self.facts) is not True or not self._again_at_will(
                    expr.args[1:], own, inside, needed
                ):  # fmt: skip
                    return None
            needed.add(atom)
            atom = expr.args[0] if isinstance(expr, Apply) else expr  # type: ignore[assignment]
        if not isinstance(atom, Value):
            return None
        views = tuple(s for s in block.stmts if isinstance(s, Let) and needed & {*s.targets})
        return _Leaf(views, last, atom if atom in own else None)

    def _again_at_will(
        self, atoms: Iterable[Any], own: set[Value], inside: Mapping[Value, Let],
        needed: set[Value],
    ) -> bool:  # fmt: skip
        """Whether indices can be made once more; `needed` collects what that takes."""
        for a in atoms:
            if not isinstance(a, Value) or a not in own or a in needed:
                continue
            made = inside.get(a)
            if made is None or not isinstance(made.expr, Apply) or not pure(made.expr):
                return False
            if self.facts.of(a).kind not in ("int", "bool", "slice", "tuple"):
                return False
            needed.add(a)
            if not self._again_at_will(made.expr.args, own, inside, needed):
                return False
        return True

    def _item(self, stmt: Let) -> list[Stmt]:
        """An item of a display under an index that is known when it runs."""
        match stmt:
            case Let(targets=(target,), expr=Apply(fn=fn, args=(Value() as base, key))):
                made = self.displays.get(base)
                if fn != _GETITEM or made is None or stmt.unpack:
                    return [stmt]
            case _:
                return [stmt]
        if self.facts.of(key).kind not in ("int", "bool") or not self._shows(target):  # type: ignore[arg-type]
            return [stmt]
        items = made.args
        unsure = self.sharing.find(base) in self.changed or self.sharing.outside(base)
        if unsure or len(items) < 2 or not all(
            isinstance(a, Value) and self.facts.is_array(a) is True for a in items
        ):  # fmt: skip
            return [stmt]
        if isinstance(key, Const):
            fits = isinstance(key.value, int) and -len(items) <= key.value < len(items)
            return self.stmt(replace(stmt, expr=items[key.value])) if fits else [stmt]
        build = Builder(stmt.origin, self.facts)
        if self.facts.of(key).kind == "int" and self.remainders.get(key) != Const(len(items)):  # type: ignore[arg-type]
            places = build.call(Ref("range", range), Const(len(items)), name="places")
            key = build.call(_GETITEM, places, key, name="place")  # type: ignore[arg-type]
        rest: _Leaf = _Leaf((), items[-1])  # type: ignore[arg-type]
        for k in range(len(items) - 2, -1, -1):
            test = build.call(Ref("eq", operator.eq), key, Const(k), name="first")  # type: ignore[arg-type]
            new = target if k == 0 else Value(target.name)
            if k:
                self.facts.put(new, self.facts.of(target))
            self.picks[new] = _Pick(test, _Leaf((), items[k]), rest)  # type: ignore[arg-type]
            rest = _Leaf((), new)
        return build.stmts

    def _view(self, stmt: Let, pick: _Pick) -> list[Stmt]:
        """A view of what is picked is picked as well."""
        if view_kind(stmt, self.facts) is not True or len(stmt.targets) != 1 or stmt.unpack:
            raise _GiveUp
        view = stmt.expr
        assert isinstance(view, Apply)
        if view.args[0] not in self.picks or any(a in self.picks for a in view.args[1:]):
            raise _GiveUp
        (target,) = stmt.targets

        def seen(leaf: _Leaf) -> _Leaf:
            again = Value(target.name)
            self.facts.put(again, self.facts.of(target))
            args = (leaf.atom, *view.args[1:])
            made = Let((again,), replace(view, args=args), stmt.origin)
            return _Leaf((*leaf.views, made), again)

        self.picks[target] = _Pick(pick.test, seen(pick.then), seen(pick.orelse))
        return []

    # What is done to it

    def _expanded(self, stmt: Let | Write, pick: _Pick) -> If:
        """A statement in both branches of the choice."""
        blocks = []
        targets = stmt.targets if isinstance(stmt, Let) else ()
        for then in (True, False):
            table: dict[Value, Atom] = {}
            stmts: list[Stmt] = []
            for v in dict.fromkeys(own_atoms(stmt)):
                other = self.picks.get(v) if isinstance(v, Value) else None
                if other is not None and other.test is pick.test:
                    leaf = other.then if then else other.orelse
                    table[v] = self._again(leaf, stmts)  # type: ignore[index]
            new = map_stmt(stmt, partial(_swapped, table))
            made = tuple(Value(t.name, t.user) for t in targets)
            for m, t in zip(made, targets, strict=True):
                self.facts.put(m, self.facts.of(t))
            if isinstance(new, Let):
                new = replace(new, targets=made)
            done: list[Stmt] = []
            for s in (*stmts, new):
                done += self.stmt(s)
            blocks.append(Block(tuple(done), made))
        return If(pick.test, blocks[0], blocks[1], tuple(targets), stmt.origin)

    def _again(self, leaf: _Leaf, stmts: list[Stmt]) -> Atom:
        """The array of a leaf, with its views made once more."""
        table: dict[Value, Value] = {}
        for view in leaf.views:
            (target,) = view.targets
            new = table[target] = Value(target.name, target.user)
            self.facts.put(new, self.facts.of(target))
            again = map_stmt(view, partial(_swapped, table))
            assert isinstance(again, Let)
            stmts.append(replace(again, targets=(new,)))
        atom = leaf.atom
        return table.get(atom, atom) if isinstance(atom, Value) else atom


@dataclass
class _HandedOut:
    """What a branch makes for an array that a choice picks, as results of the choice."""

    chooser: _Chooser
    own: set[Value]
    outs: list[list[Atom]]
    side: int
    results: list[Value]
    picked: Value

    def leaf(self, leaf: _Leaf) -> _Leaf:
        """A leaf as it is known outside of the branch."""
        inner = {t for v in leaf.views for t in v.targets}
        table: dict[Value, Atom] = {}
        for atom in (*(a for v in leaf.views for a in own_atoms(v)), leaf.atom):
            if isinstance(atom, Value) and atom not in inner and atom not in table:
                if atom in self.chooser.picks:
                    table[atom] = self.pick(atom)
                elif atom in self.own:
                    table[atom] = self.value(atom, self.picked.name, self.picked.user)
        swap = partial(_swapped, table)
        return _Leaf(tuple(map_stmt(v, swap) for v in leaf.views), swap(leaf.atom))  # type: ignore[misc]

    def pick(self, picked: Value) -> Value:
        """What a choice in the branch picks."""
        known = self.chooser.picks[picked]
        test = known.test
        if isinstance(test, Value) and test in self.own:
            test = self.value(test, test.name, False)
        new = Value(picked.name)
        self.chooser.facts.put(new, self.chooser.facts.of(picked))
        self.chooser.picks[new] = _Pick(test, self.leaf(known.then), self.leaf(known.orelse))
        return new

    def value(self, made: Value, name: str, user: bool) -> Value:
        """A value of the branch, which nobody asks for where the other one runs."""
        for out, result in zip(self.outs[self.side], self.results, strict=True):
            if out is made:
                return result
        new = Value(name, user)
        self.chooser.facts.put(new, self.chooser.facts.of(made))
        self.outs[self.side].append(made)
        self.outs[1 - self.side].append(UNDEF)
        self.results.append(new)
        return new


def _merged(stmts: list[Stmt], facts: Facts) -> tuple[Stmt, ...]:
    """Choices by one test as one, with what is computed between them."""
    found: list[Stmt] = []
    for stmt in stmts:
        found.append(stmt)
        if not isinstance(stmt, If) or not _is_ours(stmt):
            continue
        start = len(found) - 2
        while start >= 0 and _is_computed(found[start]):
            start -= 1
        first = found[start] if start >= 0 else None
        between = found[start + 1 : -1]
        if isinstance(first, If) and _is_ours(first) and first.test is stmt.test:
            if len(between) <= _BETWEEN:
                one = first
                for s in between:
                    one = _joined(one, _twice(s, stmt.test, facts))  # type: ignore[arg-type]
                found[start:] = [_joined(one, stmt)]
    return tuple(found)


def _is_computed(stmt: Stmt) -> bool:
    """Whether a statement computes one value, and does nothing else."""
    return isinstance(stmt, Let) and len(stmt.targets) == 1 and pure(stmt.expr)


def _twice(stmt: Let, test: Atom, facts: Facts) -> If:
    """A computation in both branches of a choice."""
    blocks = []
    for _ in range(2):
        new = Value(stmt.targets[0].name)
        facts.put(new, facts.of(stmt.targets[0]))
        blocks.append(Block((replace(stmt, targets=(new,)),), (new,)))
    return If(test, blocks[0], blocks[1], stmt.targets, stmt.origin)


def _is_ours(stmt: If) -> bool:
    return stmt.form == "if" and isinstance(stmt.test, Value) and not (
        stmt.then.exit or stmt.orelse.exit
    )  # fmt: skip


def _joined(one: If, other: If) -> If:
    """Two choices as one: in a branch of it, the results of the first are those of the branch."""
    blocks = []
    for a, b in ((one.then, other.then), (one.orelse, other.orelse)):
        table: Mapping[Value, Atom] = dict(zip(one.results, a.outs, strict=True))
        if any(isinstance(x, Undef) for x in table.values()):
            table = {v: x for v, x in table.items() if not isinstance(x, Undef)}

        new = map_block(b, partial(_swapped, table))
        blocks.append(replace(a, stmts=(*a.stmts, *new.stmts), outs=(*a.outs, *new.outs)))
    return replace(one, then=blocks[0], orelse=blocks[1], results=(*one.results, *other.results))


def _swapped(table: Mapping[Value, Atom], atom: Atom) -> Atom:
    return table.get(atom, atom) if isinstance(atom, Value) else atom
