"""Which lists are read before they grow.

    for v in items: ...            the backward loop runs over `items` again, and has to find
    items.append(x)                it as long as it was

Where every read is of a single item, or comes after the last `append`, the list may stay as the
forward sweep leaves it: the adjoint is a list that shrinks on its own.  An item that is counted
from the end, before an `append` outside of the loop, is another one afterwards.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass

from s2s.analysis.lists import ListNames, appended
from s2s.ir import prims
from s2s.ir.effects import is_append
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    Let,
    Ref,
    Star,
    Stmt,
    Value,
    While,
)
from s2s.ir.walk import blocks_of, iter_atoms, statements


@dataclass(frozen=True)
class _Place:
    """A list at a point of the program: its number, and the loops around it."""

    value: Value
    at: int
    loops: tuple[int, ...]
    item: bool = False  # read is one item, counted from an end that moves


def read_before_growing(function: Function) -> set[Value]:
    """Lists of which more than an item is read before they are appended to."""
    if not any(appended(s) is not None for s in statements(function.body)):
        return set()
    walk, names = _Walk(), ListNames(function.body)
    walk.block(function.body, (), False)
    made: dict[Value, tuple[int, ...]] = {}
    for place in walk.made:
        key = names.find(place.value)
        known = made.get(key, place.loops)
        made[key] = known if len(known) <= len(place.loops) else place.loops
    found: set[Value] = set()
    for grown in walk.grown:
        key = names.find(grown.value)
        outer = set(made.get(key, ()))
        for read in walk.read:
            again = (set(read.loops) & set(grown.loops)) - outer
            before = read.at < grown.at and not (again and read.item)
            if names.find(read.value) is key and (before or (again and not read.item)):
                found.add(grown.value)
    return found


class _Walk:
    """Where lists are made, appended to, and read as a whole."""

    def __init__(self) -> None:
        self.at = 0
        self.made: list[_Place] = []
        self.grown: list[_Place] = []
        self.read: list[_Place] = []

    def block(self, block: Block, loops: tuple[int, ...], comprehension: bool) -> None:
        """All statements in order; comprehensions fill lists that nobody else sees."""
        for stmt in block.stmts:
            self.at += 1
            items = appended(stmt)
            if items is not None and not comprehension:
                self.grown.append(_Place(items, self.at, loops))
            self.read += [_Place(v, self.at, loops) for v in _whole_reads(stmt)]
            self.read += [_Place(v, self.at, loops, True) for v in _late_items(stmt)]
            if isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and (stmt.expr.fn == _LIST):
                self.made += [_Place(v, self.at, loops) for v in stmt.targets]
            inner = (*loops, self.at) if isinstance(stmt, For | While) else loops
            within = comprehension or isinstance(stmt, For) and stmt.form != "for"
            for b in blocks_of(stmt):
                self.block(b, inner, within)


_LIST = Ref("list", prims.build_list)


def _whole_reads(stmt: Stmt) -> list[Value]:
    """The values of which a statement may read all items."""
    atoms: list[Atom | Star] = []
    match stmt:
        case For():
            atoms = list(iter_atoms(stmt.iter))
        case Let(expr=Apply(fn=fn, args=args)):
            item = isinstance(fn, Ref) and (fn.obj is operator.getitem or fn.obj is len)
            atoms = list(args[1:] if item or is_append(fn) else args)
    return [a for a in atoms if isinstance(a, Value)]


def _late_items(stmt: Stmt) -> list[Value]:
    """The list of which a statement reads an item that may be counted from the end."""
    match stmt:
        case Let(expr=Apply(fn=Ref(obj=obj), args=(Value() as items, index))):
            first = isinstance(index, Const) and type(index.value) is int and index.value >= 0
            return [] if first or obj is not operator.getitem else [items]
    return []
