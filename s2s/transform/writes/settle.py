"""Brings updates in place to the one form that the passes after this know: `Write`.

    x += v                     write whole x, op Add: `x` keeps its value, there is no new one
    x[k] **= v                 t = x[k]; u = t ** v; x[k] = u
    np.add(a, b, out=x)        t = np.add(a, b); x[...] = t
    for row in x:              for k, _ in enumerate(x): row = x[k]

Runs after `out_of_place`, which has turned updates of numbers and of unshared arrays into
ordinary arithmetic.
"""

from __future__ import annotations

import operator

from s2s.analysis.fact import INDEX
from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.effects import augmented, fresh
from s2s.ir.nodes import (
    Apply,
    Block,
    Const,
    For,
    Function,
    Iter,
    Let,
    Ref,
    Star,
    Stmt,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.sweep import sweep
from s2s.ir.walk import Replaced, blocks_of, map_stmt, statements, with_blocks, with_stmts
from s2s.transform.augment import same_dtype
from s2s.transform.objects.private import PRIVATE
from s2s.transform.writes.calls import settle_call
from s2s.transform.writes.parts import settle_attribute, settle_part, shown_parts

LINEAR = frozenset({"Add", "Sub", "Mult", "Div"})  # updates that are reversed as they stand


def settle_writes(function: Function, facts: Facts) -> Function:
    """The function with all updates in place of arrays as `Write` statements."""
    worker = _Settler(facts, _targets(function, facts), shown_parts(function))
    body = worker.block(function.body)
    if not worker.changed:
        return function
    return sweep(replace(function, body=body))


def _targets(function: Function, facts: Facts) -> set[Value]:
    """Arrays that are written in place, by the names that the writes use."""
    found: set[Value] = set()
    for stmt in statements(function.body):
        match stmt:
            case Write(target=Value() as target):
                found.add(target)
            case Let(expr=Apply(args=(Value() as old, *_)) as expr) if augmented(expr):
                if facts.is_array(old):
                    found.add(old)
    for stmt in reversed(list(statements(function.body))):  # what those are views of
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and found & {*stmt.targets}:
            if fresh(stmt.expr):
                continue
            found.update(a for a in stmt.expr.args[:1] if isinstance(a, Value))
    return found


class _Settler(Replaced):
    """The walk over a function."""

    def __init__(
        self, facts: Facts, written: set[Value], parts: dict[Value, tuple[Value, str]]
    ) -> None:
        super().__init__()
        self.facts, self.written, self.parts = facts, written, parts
        self.changed = False

    def block(self, block: Block) -> Block:
        """The block in the new form."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmts += self.stmt(stmt)
        outs = tuple(self.swap(a) for a in block.outs)
        return with_stmts(block, stmts, outs)

    def stmt(self, stmt: Stmt) -> list[Stmt]:
        """The statements that replace one."""
        stmt = map_stmt(stmt, self.swap, lambda b: b)
        if blocks_of(stmt):
            if isinstance(stmt, For):
                stmt = self._by_index(stmt)
            inner = with_blocks(stmt, tuple(self.block(b) for b in blocks_of(stmt)))
            return [inner]
        match stmt:
            case Let(targets=(target,), expr=Apply(fn=Ref()) as expr) if not stmt.unpack:
                name = augmented(expr)
                old = expr.args[0] if name is not None else None
                if name is not None and isinstance(old, Value) and self.facts.is_array(old):
                    self.table[target] = old
                    self.changed = True
                    value = expr.args[1]
                    assert not isinstance(value, Star)
                    whole = Const(...)
                    write = Write("whole", old, whole, value, stmt.origin, (), name)
                    return self._write(write)
        match stmt:
            case Let(expr=Apply()):
                called = settle_call(stmt, self.facts)
                if called is None:
                    return [stmt]
                self.changed = True
                self.table.update(called.aliases)
                out: list[Stmt] = []
                for s in called.stmts:
                    out += self._write(s) if isinstance(s, Write) else [s]
                return out
            case Write():
                return self._write(stmt)
        return [stmt]

    def _write(self, write: Write) -> list[Stmt]:
        """A write whose reversal needs no rule: others are read, computed and put back."""
        shown = self._shown(write)
        if shown is not None:
            self.changed = True
            return [s for put in shown for s in (
                self._write(put) if isinstance(put, Write) else [put])]  # fmt: skip
        if write.op is None or write.kind not in ("item", "whole"):
            return [write]
        if write.kind == "item" and not self.facts.of(write.target).numeric:
            return self._slot(write)
        if write.op in LINEAR:
            return [write]
        build = Builder(write.origin, self.facts)
        key = write.key
        old = write.target if write.kind == "whole" else (
            build.call(Ref("getitem", operator.getitem), write.target, key)
        )  # fmt: skip
        fn = prims.BINARY[write.op]
        new = build.call(Ref(fn.__name__, fn), old, write.value)
        put = Write("item", write.target, key, new, write.origin)
        self.changed = True
        return [*build.stmts, put]

    def _shown(self, write: Write) -> list[Stmt] | None:
        """The statements for a write into `x.flat`, `x.real` or `x.imag`."""
        if write.kind == "attr":
            return settle_attribute(write, self.facts)
        part = self.parts.get(write.target) if isinstance(write.target, Value) else None
        if part is None:
            return None
        x = self.swap(part[0])
        return settle_part(write, x, part[1], self.facts) if isinstance(x, Value) else None

    def _slot(self, write: Write) -> list[Stmt]:
        """`xs[k] += v` changes an array that a list holds, and rebinds a number that it holds."""
        assert write.op is not None
        self.changed = True
        build = Builder(write.origin, self.facts)
        old = build.call(Ref("getitem", operator.getitem), write.target, write.key)
        alone = write.args == (PRIVATE,) and not self.facts.is_scalar(old)
        if alone:  # to update what nothing else holds is to replace it
            fn = prims.BINARY[write.op]
            new = build.call(Ref(fn.__name__, fn), old, write.value)
            if same_dtype(new, old, self.facts):
                put = Write("item", write.target, write.key, new, write.origin)
                return [*build.stmts, put]
            build.stmts.pop()
        if self.facts.is_array(old):
            whole = Write("whole", old, Const(...), write.value, write.origin, (), write.op)
            return [*build.stmts, *self._write(whole)]
        table = prims.BINARY if self.facts.is_scalar(old) else prims.INPLACE
        fn = table[write.op]
        new = build.call(Ref(fn.__name__, fn), old, write.value)
        put = Write("item", write.target, write.key, new, write.origin)
        return [*build.stmts, put]

    def _by_index(self, stmt: For) -> For:
        """A loop over an array that is written takes its rows by index."""
        rows: list[tuple[Value, Value]] = []
        it = self._without_rows(stmt.iter, rows)
        if not rows:
            return stmt
        if it.kind == "enumerate" and it.args == (Const(0),) and it.item is not None:
            position = it.item
        else:
            position = Value("k")
            self.facts.give(position, INDEX)
            it = Iter("enumerate", (Const(0),), (it,), position)
        takes: list[Stmt] = []
        for item, source in rows:
            read = Apply(Ref("getitem", operator.getitem), (source, position))
            takes.append(Let((item,), read, stmt.origin))
            self.facts.learn(item, read)
        self.changed = True
        body = replace(stmt.body, stmts=(*takes, *stmt.body.stmts))
        return replace(stmt, iter=it, body=body)

    def _without_rows(self, it: Iter, rows: list[tuple[Value, Value]]) -> Iter:
        """What a loop runs over without the rows of written arrays, which are noted."""
        if it.kind in ("zip", "enumerate"):
            inner = tuple(self._without_rows(i, rows) for i in it.inner)
            return replace(it, inner=inner)
        source = it.args[0] if it.kind == "each" and it.args else None
        if not isinstance(source, Value) or it.item is None:
            return it
        if not (it.item in self.written or self.facts.is_array(source) and source in self.written):
            return it
        if not self.facts.is_array(source) and self.facts.of(source).kind not in ("list", "tuple"):
            return it
        rows.append((it.item, source))
        return Iter("each", (source,), (), Value("_"))
