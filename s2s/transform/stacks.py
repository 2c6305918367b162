"""Lists that are only filled and emptied, under any names, become stacks.

    s = []                         s = []
    for v in x:                    for v in x:
        s = s + [v * v]                push v * v on s
    t = s                          w = pop from s
    w = t.pop()

The front end finds those of one function by their text; inlining puts together what one function
fills and another empties, such as the halves of a derivative.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from s2s import runtime
from s2s.ir import prims
from s2s.ir.effects import is_append
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
    Stmt,
    Value,
    While,
    With,
)  # fmt: skip
from s2s.ir.walk import all_atoms, all_defs, blocks_of, statements, with_blocks, with_stmts


def find_stacks(function: Function) -> Function:
    """The function with Push and Pop where a list is used as a stack only."""
    popped = [v for s in statements(function.body) if (v := _popped(s)) is not None]
    if not popped:
        return function
    names = _Names(function)
    wanted = {names.root(v) for v in popped}
    stacks = {root: made for root in wanted if (made := names.stack(root)) is not None}
    if not stacks:
        return function
    body = _Rewriter(names, stacks).block(function.body)
    return replace(function, body=body)


def pops(function: Function) -> bool:
    """Whether a function takes items off a list."""
    return any(_popped(s) is not None for s in statements(function.body))


def _popped(stmt: Stmt) -> Value | None:
    """The list in `v = items.pop()`."""
    match stmt:
        case Let(expr=Apply(fn=Method("pop"), args=(Value() as items,), kwargs=()), unpack=False):
            return items
    return None


def _is_new(stmt: Let) -> bool:
    """Whether a statement makes a list that nothing else holds."""
    expr = stmt.expr
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref) or stmt.unpack:
        return False
    return any(expr.fn.obj is f for f in (prims.build_list, list, runtime.list_of))


class _Names:
    """The names of each list of a function, in classes; what each class is made and used by."""

    def __init__(self, function: Function) -> None:
        self.parents: dict[Value, Value] = {}
        self.made: dict[Value, list[Let]] = {}
        self.uses: Counter[Value] = Counter()  # all reads, by class
        self.proper: Counter[Value] = Counter()  # those of a stack
        self.body = function.body
        params = {p.value for p in function.params}
        for stmt in statements(function.body):
            self._join_names(stmt)
        for stmt in statements(function.body):
            if isinstance(stmt, Let) and len(stmt.targets) == 1 and _is_new(stmt):
                self.made.setdefault(self.root(stmt.targets[0]), []).append(stmt)
            self._count(stmt)
        for a in all_atoms(function.body):
            if isinstance(a, Value):
                self.uses[self.root(a)] += 1
        # Values that something else binds: an item of another list, a result of a call.
        self.others = {self.root(v) for v in params}
        known = self._known()
        for v in all_defs(function.body):
            if v not in known:
                self.others.add(self.root(v))

    def root(self, value: Value) -> Value:
        """One name for a class."""
        while value in self.parents:
            value = self.parents[value]
        return value

    def _join(self, *atoms: Atom) -> None:
        values = [a for a in atoms if isinstance(a, Value)]
        for other in values[1:]:
            a, b = self.root(values[0]), self.root(other)
            if a is not b:
                self.parents[b] = a

    def _join_names(self, stmt: Stmt) -> None:
        for names in _same(stmt):
            self._join(*names)
        if isinstance(stmt, For | While):
            for p, r in zip(stmt.params, stmt.results, strict=True):
                self._join(p, r)

    def _count(self, stmt: Stmt) -> None:
        """The reads of a statement that a stack may have."""
        for names in _same(stmt):
            for a in names[1:]:
                if isinstance(a, Value):
                    self.proper[self.root(a)] += 1
        if (popped := _popped(stmt)) is not None:
            self.proper[self.root(popped)] += 1

    def _known(self) -> set[Value]:
        """The values bound by making a list, or by naming another value."""
        found = {v for stmts in self.made.values() for s in stmts for v in s.targets}
        for stmt in statements(self.body):
            found.update(n for names in _same(stmt) for n in names[:1] if isinstance(n, Value))
            if isinstance(stmt, For | While):
                found.update(stmt.results)
        return found

    def stack(self, root: Value) -> Value | None:
        """The list of a class that is a stack, as it is made."""
        made = self.made.get(root, [])
        if len(made) != 1 or root in self.others or self.uses[root] != self.proper[root]:
            return None
        # Made anew in each iteration, it must not be handed from one to the next.
        for stmt in statements(self.body):
            if isinstance(stmt, For | While) and made[0] in list(statements(stmt.body)):
                if any(self.root(p) is root for p in stmt.params):
                    return None
        return made[0].targets[0]


def _same(stmt: Stmt) -> list[tuple[Atom, ...]]:
    """Rows of names of one list: the first is bound by the statement, the others are read."""
    match stmt:
        case Let(targets=(target,), expr=Value() as source) if not stmt.unpack:
            return [(target, source)]
        case Let(targets=(target,), expr=Apply(fn=fn, args=(items, _))) if is_append(fn):
            return [(target, items)]  # type: ignore[list-item]
        case If():
            return list(zip(stmt.results, stmt.then.outs, stmt.orelse.outs, strict=True))
        case With():
            return list(zip(stmt.results, stmt.body.outs, strict=True))
        case For() | While():
            return list(zip(stmt.params, stmt.inits, stmt.body.outs, strict=True))
    return []


class _Rewriter:
    """Writes Push and Pop; a stack has one name only, so that nothing hands it on."""

    def __init__(self, names: _Names, stacks: dict[Value, Value]) -> None:
        self.names, self.stacks = names, stacks

    def of(self, atom: Any) -> Value | None:
        """The stack that an atom names."""
        return self.stacks.get(self.names.root(atom)) if isinstance(atom, Value) else None

    def block(self, block: Block) -> Block:
        """The block; the outs that are stacks are left to the statement around it."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            inner = blocks_of(stmt)
            if inner:
                stmt = with_blocks(stmt, tuple(self.block(b) for b in inner))
            new = self._stmt(stmt)
            if new is not None:
                stmts.append(new)
        return with_stmts(block, stmts)

    def _stmt(self, stmt: Stmt) -> Stmt | None:
        match stmt:
            case Let(expr=Apply(args=(first, *_)) as expr) if self.of(first) is not None:
                stack = self.of(first)
                assert stack is not None
                if _popped(stmt) is not None:
                    target = stmt.targets[0] if stmt.targets else Value("unused")
                    return Pop(target, stack, stmt.origin)
                return Push(stack, expr.args[1], stmt.origin)  # type: ignore[arg-type]
            case Let(targets=(target,), expr=Value()) if self.of(target) is not None:
                return None
            case If():
                keep = self._kept(stmt.results)
                return replace(
                    stmt, results=_only(stmt.results, keep),
                    then=replace(stmt.then, outs=_only(stmt.then.outs, keep)),
                    orelse=replace(stmt.orelse, outs=_only(stmt.orelse.outs, keep)),
                )  # fmt: skip
            case With():
                keep = self._kept(stmt.results)
                body = replace(stmt.body, outs=_only(stmt.body.outs, keep))
                return replace(stmt, results=_only(stmt.results, keep), body=body)
            case For() | While():
                keep = self._kept(stmt.params)
                return replace(
                    stmt, params=_only(stmt.params, keep), inits=_only(stmt.inits, keep),
                    results=_only(stmt.results, keep),
                    body=replace(stmt.body, outs=_only(stmt.body.outs, keep)),
                )  # fmt: skip
        return stmt

    def _kept(self, values: tuple[Value, ...]) -> list[bool]:
        return [self.of(v) is None for v in values]


def _only(items: tuple[Any, ...], keep: list[bool]) -> tuple[Any, ...]:
    return tuple(item for item, kept in zip(items, keep, strict=True) if kept)


__all__ = ["find_stacks", "pops"]
