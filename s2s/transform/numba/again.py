"""What is a few operations away from what is kept anyway is not kept.

    for k in range(n):                     for k in range(n):
        for i in range(m):                     for i in range(m):
            a_saved[k, i] = a[i]                   a_saved[k, i] = a[i]
            t = a[i] * c                           t = a[i] * c
            t_saved[k, i] = t
            ...                                    ...
    for k in range(n - 1, -1, -1):         for k in range(n - 1, -1, -1):
        for i in range(m):                     for i in range(m):
            ... a_saved[k, i] ...                  a_i = a_saved[k, i]
            ... t_saved[k, i] ...                  ... a_i * c ...

Numbers that one iteration stores at one index of several arrays belong together wherever they
are read: each of the arrays is written by that statement only.  So do items of arrays that are
complete before the loop.  To multiply takes less time than to write a number and read it again.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2s.analysis.fact import NUMBER_KINDS
from s2s.ir import prims
from s2s.ir.build import Builder, getitem, tuple_of
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Expr,
    Function,
    Let,
    Ref,
    Stmt,
    Value,
    Write,
)
from s2s.ir.walk import (
    all_atoms,
    blocks_of,
    map_block,
    statements,
    with_blocks,
    with_stmts,
)
from s2s.runtime import loop_math
from s2s.transform.numba.kinds import Kinds, same_dtype
from s2s.transform.numba.memory import Memory, reached
from s2s.transform.numba.strip import number

_OPERATIONS = frozenset({
    operator.add, operator.sub, operator.mul, operator.neg, operator.pos,
    np.minimum, np.maximum, np.add, np.subtract, np.multiply, np.negative, np.square,
    loop_math.minimum_1, loop_math.maximum_1,
})  # fmt: skip
_MOST, _ITEMS = 4, 2  # operations, and items that are read for them


@dataclass(frozen=True)
class _Item:
    """An item of an array, at an index that is computed, too."""

    array: Value
    key: tuple[_Tree, ...]


@dataclass(frozen=True)
class _Op:
    """An operation, and the dtype of what it gives."""

    fn: Ref
    args: tuple[_Tree, ...]
    dtype: Any


_Tree = Value | Const | _Item | _Op


@dataclass
class _Store:
    """The one statement that writes into an array, the index, and what it shares a block with."""

    stmt: Write
    key: tuple[Any, ...]
    block: Block
    top: int  # which statement of the body of the function it is in


@dataclass
class _Plan:
    """What the items of an array are, by the index at which they are stored."""

    key: tuple[Any, ...]
    tree: _Tree


def computed_again(function: Function, facts: Kinds) -> Function:
    """The function without arrays whose items others give."""
    walk = _Arrays(function, facts)
    plans = walk.plans()
    if not plans:
        return function
    return replace(function, body=_Rewrite(plans, walk, facts).block(function.body))


class _Arrays:
    """The arrays of a function that one statement writes, item by item."""

    def __init__(self, function: Function, facts: Kinds) -> None:
        self.facts = facts
        self.made: dict[Value, Expr] = {
            s.targets[0]: s.expr for s in statements(function.body)
            if isinstance(s, Let) and len(s.targets) == 1 and not s.unpack
        }  # fmt: skip
        self.fixed = {p.value for p in function.params}  # numbers that are the same everywhere
        for stmt in function.body.stmts:
            if isinstance(stmt, Let):
                self.fixed |= set(stmt.targets)
        memory = Memory(function, facts)
        self.find = memory.find
        self.last: dict[Any, int] = {}  # the last statement of the body that writes a memory
        self.stores: dict[Value, _Store] = {}
        again: set[Any] = set()
        for top, outer in enumerate(function.body.stmts):
            self._look(Block((outer,)), top, again)
        uses = Counter(a for a in all_atoms(function.body) if isinstance(a, Value))
        self.reads: dict[Value, list[Let]] = {}
        for stmt in statements(function.body):
            read = self.item(stmt) if isinstance(stmt, Let) else None
            if read is not None:
                uses[read[0]] -= 1
                self.reads.setdefault(read[0], []).append(stmt)  # type: ignore[arg-type]
            elif isinstance(stmt, Let):
                uses.subtract(_asked(stmt.expr))
        self.stores = {
            x: s for x, s in self.stores.items()
            if x not in again and uses[x] == 1 and _is_empty(self.made.get(x))
        }  # fmt: skip

    def _look(self, block: Block, top: int, again: set[Any]) -> None:
        for stmt in block.stmts:
            for a in reached(stmt):
                self.last[self.find(a)] = top
            if isinstance(stmt, Write) and isinstance(stmt.target, Value):
                if stmt.target in self.stores or stmt.kind != "item" or stmt.op is not None:
                    again.add(stmt.target)
                key = self.parts(stmt.key)
                if key is None:
                    again.add(stmt.target)
                else:
                    self.stores[stmt.target] = _Store(stmt, key, block, top)
            for inner in blocks_of(stmt):
                self._look(inner, top, again)

    def parts(self, key: Any) -> tuple[Any, ...] | None:
        """The positions of an item."""
        made = self.made.get(key) if isinstance(key, Value) else None
        if isinstance(made, Apply) and getattr(made.fn, "obj", None) is prims.build_tuple:
            plain = all(self.facts.of(a).kind == "int" for a in made.args)  # type: ignore[arg-type]
            return made.args if plain else None
        return (key,) if self.facts.of(key).kind == "int" else None

    def item(self, stmt: Let) -> tuple[Value, tuple[Any, ...]] | None:
        """The array and the positions of an item that a statement reads."""
        match stmt:
            case Let(targets=(_,), expr=Apply(fn=Ref(obj=operator.getitem), args=(x, key))):
                parts = self.parts(key) if isinstance(x, Value) else None
                if isinstance(x, Value) and parts is not None:
                    rank = len(self.facts.of(x).dims or ())
                    return (x, parts) if rank == len(parts) else None
        return None

    # What to compute --------------------------------------------------------------------------

    def plans(self) -> dict[Value, _Plan]:
        """The arrays that others give, in the order in which they are written."""
        found: dict[Value, _Plan] = {}
        needed: set[Value] = set()
        for x, store in self.stores.items():
            value = store.stmt.value
            if x in needed or not self._exact(x, value) or not self._read_elsewhere(x, store):
                continue
            there = {
                s.stmt.value: y for y, s in self.stores.items()
                if y is not x and y not in found and s.block is store.block
                and s.key == store.key and self._exact(y, s.stmt.value)
            }  # fmt: skip
            tree = self._tree(value, store, there)
            items = () if tree is None else _counted(tree)[1]
            if tree is not None and _small(tree) and not any(i.array in found for i in items):
                found[x] = _Plan(store.key, tree)
                needed |= {i.array for i in items}
        return found

    def _read_elsewhere(self, x: Value, store: _Store) -> bool:
        """Whether an array is read by one statement, outside of the block that writes it."""
        reads = self.reads.get(x, [])
        return len(reads) == 1 and not any(s is reads[0] for s in statements(store.block))

    def _exact(self, x: Value, value: Any) -> bool:
        """Whether an array holds a number as it is."""
        return same_dtype(self.facts.of(x).dtype, self.facts.of(value).dtype)

    def _tree(
        self, a: Any, store: _Store, there: Mapping[Any, Value], depth: int = 8
    ) -> _Tree | None:
        """How a number follows from what can be read later."""
        if isinstance(a, Const):
            return a
        if not isinstance(a, Value) or depth == 0:
            return None
        if a in there:
            return _Item(there[a], store.key)
        if a in store.key or (a in self.fixed and self.facts.of(a).kind in NUMBER_KINDS):
            return a
        expr = self.made.get(a)
        if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref) or expr.kwargs:
            return None
        if expr.fn.obj is operator.getitem:
            return self._item(a, expr, store, there, depth)
        if not _cheap(expr) or self.facts.of(a).kind not in NUMBER_KINDS:
            return None
        args = [self._tree(x, store, there, depth - 1) for x in expr.args]
        known = tuple(x for x in args if x is not None)
        return _Op(expr.fn, known, self.facts.of(a).dtype) if len(known) == len(args) else None

    def _item(
        self, a: Value, expr: Apply, store: _Store, there: Mapping[Any, Value], depth: int
    ) -> _Tree | None:
        """An item of an array that was complete before the loop, and stays as it is."""
        x, key = expr.args
        parts = self.parts(key)
        if not isinstance(x, Value) or parts is None or self.facts.of(x).kind != "array":
            return None
        if len(self.facts.of(x).dims or ()) != len(parts):
            return None
        if self.last.get(self.find(x), -1) >= store.top or x not in self.fixed:
            return None
        places = [self._tree(p, store, {}, depth - 1) for p in parts]
        known = tuple(p for p in places if p is not None)
        return _Item(x, known) if len(known) == len(places) else None


class _Rewrite:
    """The walk that computes instead of reading."""

    def __init__(self, plans: Mapping[Value, _Plan], walk: _Arrays, facts: Kinds) -> None:
        self.plans, self.walk, self.facts = plans, walk, facts
        self.swapped: dict[Any, Atom] = {}

    def block(self, block: Block) -> Block:
        """A block in which nothing reads the arrays."""
        build = Builder(None, self.facts)
        items: dict[Any, Value] = {}
        for stmt in block.stmts:
            inner = tuple(map(self.block, blocks_of(stmt)))
            stmt = with_blocks(stmt, inner) if inner else stmt
            build.origin = getattr(stmt, "origin", None)
            size = self._size(stmt)
            if size is not None:
                self.swapped[stmt.targets[0]] = size  # type: ignore[union-attr]
                continue
            read = self.walk.item(stmt) if isinstance(stmt, Let) else None
            if isinstance(stmt, Let) and read is not None:
                x, key = read
                if x in self.plans:
                    plan = self.plans[x]
                    env = {a: b for a, b in zip(plan.key, key) if isinstance(a, Value)}
                    name = stmt.targets[0].name
                    self.swapped[stmt.targets[0]] = self._built(plan.tree, env, items, build, name)
                    continue
                if x in self.walk.stores:  # read once, here and for what is computed
                    first = items.setdefault((x, key), stmt.targets[0])
                    if first is not stmt.targets[0]:
                        self.swapped[stmt.targets[0]] = first
                        continue
            build.emit(stmt)
        new = with_stmts(block, build.stmts)
        return map_block(new, lambda a: self.swapped.get(a, a)) if self.swapped else new

    def _size(self, stmt: Stmt) -> Atom | None:
        """The size that a statement asks one of the arrays for."""
        expr = stmt.expr if isinstance(stmt, Let) and len(stmt.targets) == 1 else None
        match expr:
            case Apply(fn=Ref(obj=operator.getitem), args=(Value() as shape, Const(int() as k))):
                for x in _asked(self.walk.made.get(shape)):
                    made = self.walk.made[x] if x in self.plans else None
                    sizes = self.walk.parts(made.args[0]) if isinstance(made, Apply) else None
                    if sizes is not None:
                        return sizes[k]  # type: ignore[no-any-return]
        return None

    def _built(
        self, tree: _Tree, env: Mapping[Any, Any], items: dict[Any, Value], build: Builder,
        name: str = "t",
    ) -> Atom:  # fmt: skip
        """The number, computed where it is read."""
        if isinstance(tree, Value | Const):
            return env.get(tree, tree)  # type: ignore[no-any-return]
        if isinstance(tree, _Op):
            args = tuple(self._built(a, env, items, build) for a in tree.args)
            result = build.let(Apply(tree.fn, args), name)
            if self.facts.of(result).dtype is None:
                self.facts.put(result, number(tree.dtype))
            return result
        key = tuple(self._built(p, env, items, build) for p in tree.key)
        if (tree.array, key) not in items:
            at = key[0] if len(key) == 1 else tuple_of(build, *key, name="at")
            store = self.walk.stores.get(tree.array)
            named = tree.array.name if store is None else getattr(store.stmt.value, "name", "t")
            items[tree.array, key] = item = getitem(build, tree.array, at, name=named)
            self.facts.put(item, number(self.facts.of(tree.array).dtype))
        return items[tree.array, key]


def _small(tree: _Tree) -> bool:
    """Whether it takes less time to compute a number than to keep it."""
    operations, items = _counted(tree)
    return operations <= _MOST and 0 < len(items) <= _ITEMS


def _counted(tree: _Tree) -> tuple[int, set[_Item]]:
    """The operations on numbers, and the items that they need."""
    if isinstance(tree, _Item):
        return 0, {tree}
    if not isinstance(tree, _Op):
        return 0, set()
    parts = [_counted(a) for a in tree.args]
    return 1 + sum(n for n, _ in parts), {i for _, items in parts for i in items}


def _cheap(expr: Apply) -> bool:
    """Whether an operation takes no longer than to read a number."""
    obj: Any = getattr(expr.fn, "obj", None)
    if obj is operator.pow:
        return expr.args[1] in (Const(2), Const(3))
    try:
        return obj in _OPERATIONS
    except TypeError:
        return False


def _asked(expr: Expr | None) -> list[Value]:
    """The array that an expression asks for its shape."""
    match expr:
        case Apply(fn=Ref(obj=obj), args=(Value() as x, Const("shape"))) if obj is getattr:
            return [x]
    return []


def _is_empty(expr: Expr | None) -> bool:
    return isinstance(expr, Apply) and getattr(expr.fn, "obj", None) is np.empty
