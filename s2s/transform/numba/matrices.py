"""Products of rows with one matrix, an iteration of a loop each, as one product of matrices.

    for i in range(n):                     product = x[:n] @ a
        y = x[i] @ a                       for i in range(n):
        ...                                    y = product[i]

    for i in range(n):                     rows, others = np.empty((n, p)), np.empty((n, q))
        a_bar += np.outer(x, y)            for i in range(n):
                                               rows[i], others[i] = x, y
                                           a_bar += rows.T @ others

BLAS multiplies matrices several times as fast as it, or a loop, multiplies rows.  The product may
stand before the loop where no iteration writes a row that a later one reads, nor the matrix.
Sums of outer products may stand after it where nothing in the loop looks at the sum; the rows that
they are of take as much memory as what was read, so they go with products only.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2s.ir import prims
from s2s.ir.build import Builder, getattribute, getitem, tuple_of
from s2s.ir.effects import augmented, in_place, pure
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Expr,
    For,
    Function,
    Let,
    Method,
    Opaque,
    Ref,
    Stmt,
    Value,
    While,
    Write,
)
from s2s.ir.walk import all_atoms, all_defs, blocks_of, own_atoms, statements, with_blocks
from s2s.runtime import loops as native
from s2s.transform.numba.bounds import range_of
from s2s.transform.numba.kinds import Kinds, same_dtype
from s2s.transform.numba.memory import Memory, changed

_EVERY = Const(...)  # an axis that an index does not mention


def in_matrices(function: Function, facts: Kinds) -> Function:
    """The function with products of rows in front of their loops, sums of them behind."""
    walk = _Loops(function, facts)
    body = walk.block(function.body)
    return replace(function, body=body) if walk.found else function


@dataclass(frozen=True)
class _Rows:
    """The row of an array that an iteration reads."""

    array: Value
    parts: tuple[Atom, ...]  # of the index
    axis: int  # where the counter stands
    along: int  # where the whole axis stands


@dataclass(frozen=True)
class _Product:
    """`target = row @ matrix`, or `matrix @ row` where it is `turned`."""

    place: int
    target: Value
    rows: _Rows
    matrix: Value
    turned: bool


@dataclass(frozen=True)
class _Sum:
    """`total += np.outer(x, y)`, the carried value number `number`."""

    place: int
    number: int
    x: Value
    y: Value


class _Loops:
    """The walk over the loops of a function."""

    def __init__(self, function: Function, facts: Kinds) -> None:
        self.facts, self.memory = facts, Memory(function, facts)
        self.found = False
        self.uses = Counter(a for a in all_atoms(function.body) if isinstance(a, Value))
        self.made: dict[Value, Expr] = {
            s.targets[0]: s.expr for s in statements(function.body)
            if isinstance(s, Let) and len(s.targets) == 1 and not s.unpack
        }  # fmt: skip

    def block(self, block: Block) -> Block:
        """A block with its loops rewritten, inner ones first."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            if blocks_of(stmt):
                stmt = with_blocks(stmt, tuple(map(self.block, blocks_of(stmt))))
            stmts += self._loop(stmt) if isinstance(stmt, For) else [stmt]
        return replace(block, stmts=tuple(stmts))

    def _loop(self, loop: For) -> Sequence[Stmt]:
        """A loop with what goes before and after it."""
        item, stop = loop.iter.item, self._stop(loop)
        if item is None or stop is None or not all(map(_is_tame, statements(loop.body))):
            return [loop]
        inside = {item, *loop.params, *all_defs(loop.body)}
        products = [p for k, s in enumerate(loop.body.stmts)
                    if (p := self._product(k, s, loop, inside)) is not None]  # fmt: skip
        if stop in inside or not products:
            return [loop]
        self.found = True
        before, after = Builder(loop.origin, self.facts), Builder(loop.origin, self.facts)
        instead: dict[int, list[Stmt]] = {}
        for product in products:
            row = self._in_front(product, stop, item, before, loop)
            instead[product.place] = row
        results, outs = list(loop.results), list(loop.body.outs)
        for total in self._sums(loop, inside):
            result = Value(results[total.number].name)
            self.facts.put(result, self.facts.of(results[total.number]))
            instead[total.place] = self._behind(
                total, loop, stop, result, before, after
            )  # fmt: skip
            results[total.number] = result
            outs[total.number] = loop.params[total.number]
        stmts: list[Stmt] = []
        for k, stmt in enumerate(loop.body.stmts):
            stmts += instead.get(k, (stmt,))
        body = replace(loop.body, stmts=tuple(stmts), outs=tuple(outs))
        return [*before.stmts, replace(loop, body=body, results=tuple(results)), *after.stmts]

    def _stop(self, loop: For) -> Atom | None:
        """How many iterations a loop over a whole range has, forward or backward."""
        if loop.iter.kind != "range" or loop.form != "for":
            return None
        start, stop, step = range_of(loop)
        if step == 1 and start == Const(0):
            return stop
        if step != -1 or stop != Const(-1) or not isinstance(start, Value):
            return None
        match self.made.get(start):
            case Apply(fn=Ref(obj=operator.sub), args=(n, Const(1))):
                return n  # type: ignore[return-value]
        return None

    # Products ------------------------------------------------------------------------------

    def _product(self, place: int, stmt: Stmt, loop: For, inside: set[Any]) -> _Product | None:
        """The product of a row with a matrix that a statement is, if it may stand before."""
        match stmt:
            case Let(targets=(target,), expr=Apply(fn=Ref(obj=np.sum), args=(Value() as p, axis))):
                made = self.made.get(p)
            case _:
                return None
        if self.uses[p] != 1 or p not in inside:
            return None
        match made:
            case Apply(fn=Ref(obj=operator.mul), args=(Value() as matrix, Value() as vector)):
                pass
            case _:
                return None
        turned = axis == Const(1)
        row: Any = vector if turned else self._column(vector)
        rows = self._rows(row, loop, inside)
        dims, length = self.facts.of(matrix).dims or (), self.facts.of(row).dims if row else None
        if rows is None or len(dims) != 2 or length is None or len(length) != 1:
            return None
        dtypes = self.facts.of(matrix).dtype, self.facts.of(row).dtype
        same = self.facts.sizes.equal(dims[1 if turned else 0], length[0])
        if not same or not same_dtype(*dtypes) or dtypes[0].kind not in "fc":  # type: ignore[union-attr]
            return None
        if matrix in inside or self._written(matrix, loop):
            return None
        if not self._read_first(rows, place, loop):
            return None
        return _Product(place, target, rows, matrix, turned)

    def _column(self, atom: Any) -> Value | None:
        """The vector that is turned to a column."""
        match self.made.get(atom):
            case Apply(fn=Ref(obj=operator.getitem), args=(Value() as x, Value() as key)):
                parts = self._parts(key)
                if parts is not None and len(parts) == 2 and parts[1] == Const(None):
                    return x if self._is_whole(parts[0]) else None
        return None

    def _parts(self, key: Any) -> tuple[Any, ...] | None:
        """The entries of an index of integers and slices."""
        if isinstance(key, Value) and self.facts.of(key).kind == "int":
            return (key,)
        made = self.made.get(key) if isinstance(key, Value) else None
        if getattr(getattr(made, "fn", None), "obj", None) is not prims.build_tuple:
            return None
        return made.args  # type: ignore[union-attr]

    def _is_whole(self, atom: Any) -> bool:
        """Whether an index is `:`."""
        match self.made.get(atom) if isinstance(atom, Value) else None:
            case Apply(fn=Ref(obj=obj), args=args) if obj is slice:
                return all(a == Const(None) for a in args)
        return False

    def _rows(self, row: Any, loop: For, inside: set[Any]) -> _Rows | None:
        """What a row is of, if an iteration reads the row that its counter names."""
        read = self.made.get(row) if isinstance(row, Value) else None
        match read:
            case Apply(fn=Method("copy"), args=(Value() as view,)):
                read = self.made.get(view)
        match read:
            case Apply(fn=Ref(obj=operator.getitem), args=(Value() as x, key)):
                parts = self._parts(key)
            case _:
                return None
        rank = len(self.facts.of(x).dims or ())
        if parts is None or x in inside or len(parts) > rank:
            return None
        parts = (*parts, *[_EVERY] * (rank - len(parts)))
        counters = [k for k, p in enumerate(parts) if p is loop.iter.item]
        whole = [k for k, p in enumerate(parts) if p is _EVERY or self._is_whole(p)]
        if len(counters) != 1 or len(whole) != 1:
            return None
        others = [p for k, p in enumerate(parts) if k not in (*counters, *whole)]
        if not all(self.facts.of(p).kind == "int" and p not in inside for p in others):
            return None
        return _Rows(x, parts, counters[0], whole[0])

    def _written(self, x: Value, loop: For) -> bool:
        root = self.memory.find(x)
        return any(self.memory.find(a) is root for s in statements(loop.body) for a in changed(s))

    def _read_first(self, rows: _Rows, place: int, loop: For) -> bool:
        """Whether an iteration writes its own row of an array only, and after it has read it."""
        root = self.memory.find(rows.array)
        for k, outer in enumerate(loop.body.stmts):
            for stmt in statements(Block((outer,))):
                if not any(self.memory.find(a) is root for a in changed(stmt)):
                    continue
                if k <= place or not isinstance(stmt, Write) or stmt.target is not rows.array:
                    return False
                parts = self._parts(stmt.key)
                if stmt.kind != "item" or parts is None or len(parts) <= rows.axis:
                    return False
                if parts[rows.axis] is not loop.iter.item or any(
                    self.facts.of(p).kind not in ("int", "slice") for p in parts
                ):
                    return False
        return True

    def _in_front(
        self, product: _Product, stop: Atom, item: Value, build: Builder, loop: For
    ) -> list[Stmt]:
        """Emit the product of all rows; the statements that take one of its rows."""
        rows = product.rows
        parts = list(rows.parts)
        parts[rows.axis] = build.call(slice, Const(None), stop, name="every")
        parts[rows.along] = build.call(slice, Const(None), name="every")
        while len(parts) > 1 and len(parts) - 1 == rows.along:
            parts.pop()  # the last axis, whole, is left out
        key = parts[0] if len(parts) == 1 else tuple_of(build, *parts, name="key")
        left = getitem(build, rows.array, key, name="rows")
        if rows.along < rows.axis:
            left = getattribute(build, left, "T", name="rows")
        right = product.matrix
        if product.turned:
            right = getattribute(build, right, "T", name="turned")
        whole = build.call(native.matmul_22, left, right, name="product")
        inner = Builder(loop.origin, self.facts)
        at = tuple_of(inner, item, inner.call(slice, Const(None), name="every"), name="at")
        inner.emit(Let((product.target,), Apply(Ref("getitem", operator.getitem), (whole, at))))
        return inner.stmts

    # Sums ----------------------------------------------------------------------------------

    def _sums(self, loop: For, inside: set[Any]) -> list[_Sum]:
        """The sums of outer products that nothing else in a loop looks at."""
        found = []
        for place, stmt in enumerate(loop.body.stmts):
            match stmt:
                case Let(targets=(new,), expr=Apply(args=(Value() as old, Value() as p)) as expr):
                    if augmented(expr) != "Add" or old not in loop.params:
                        continue
                case _:
                    continue
            number = loop.params.index(old)
            alone = self.uses[old] == self.uses[new] == self.uses[p] == 1
            if not alone or loop.body.outs[number] is not new or p not in inside:
                continue
            root = self.memory.find(old)
            if any(self.memory.find(a) is root for s in statements(loop.body)
                   for a in own_atoms(s) if a is not old and a is not new):  # fmt: skip
                continue
            match self.made.get(p):
                case Apply(fn=Ref(obj=operator.mul), args=(column, Value() as y)):
                    x = self._column(column)
                    if x is not None and self._fits(old, x, y):
                        found.append(_Sum(place, number, x, y))
        return found

    def _fits(self, total: Value, x: Value, y: Value) -> bool:
        """Whether the outer product of two vectors has the shape and the type of a sum."""
        whole, one, other = (self.facts.of(v) for v in (total, x, y))
        if any(f.kind != "array" for f in (whole, one, other)) or whole.dtype is None:
            return False
        if not same_dtype(whole.dtype, one.dtype) or not same_dtype(whole.dtype, other.dtype):
            return False
        dims, parts = whole.dims or (), (*(one.dims or ()), *(other.dims or ()))
        single = len(one.dims or ()) == len(other.dims or ()) == 1
        return whole.dtype.kind in "fc" and single and len(dims) == 2 and all(
            map(self.facts.sizes.equal, dims, parts)
        )

    def _behind(
        self, total: _Sum, loop: For, stop: Atom, result: Value, before: Builder, after: Builder
    ) -> list[Stmt]:
        """Emit memory for the rows and the product; the statements that write the rows."""
        init, item = loop.inits[total.number], loop.iter.item
        assert item is not None
        dtype = self.facts.of(init).dtype
        kind = () if dtype == np.float64 else (Ref(f"np.{dtype.name}", dtype.type),)  # type: ignore[union-attr]
        shape = getattribute(before, init, "shape", name="shape")
        count = before.call(max, stop, Const(0), name="count")
        inner = Builder(loop.origin, self.facts)
        rows = []
        for axis, vector, name in (0, total.x, "rows"), (1, total.y, "others"):
            size = getitem(before, shape, Const(axis), name="n")
            room = tuple_of(before, count, size, name="shape")
            memory = before.call(np.empty, room, *kind, name=name)
            at = tuple_of(inner, item, inner.call(slice, Const(None), name="every"), name="at")
            inner.emit(Write("item", memory, at, vector, loop.origin))
            rows.append(memory)
        turned = getattribute(after, rows[0], "T", name="turned")
        product = after.call(native.matmul_22, turned, rows[1], name="product")
        into = Apply(Ref("iadd", operator.iadd), (result, product))
        after.emit(Let((loop.results[total.number],), into, loop.origin))
        return inner.stmts


def _is_tame(stmt: Stmt) -> bool:
    """Whether a statement does what it says, and does not leave a loop."""
    if isinstance(stmt, Opaque | While) or any(b.exit for b in blocks_of(stmt)):
        return False
    return not isinstance(stmt, Let) or pure(stmt.expr) or in_place(stmt.expr)
