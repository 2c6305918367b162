"""Matrices in the order in which inner loops go through them.

    q = np.zeros((m, n))                   q = np.zeros((n, m)).T
    for k in range(n):                     for k in range(n):
        for i in range(m):                     for i in range(m):
            q[i, k] = ...                          q[i, k] = ...      (neighbours in memory now)

Down a column every number lies in another line of the cache, and no vector can be loaded.  A
matrix of which inner loops go through columns is stored by columns; one of which they read rows
and columns, and that is written more rarely, is stored both ways; sums into rows and columns go
into two matrices, which are added up where something reads them.  All of that leaves the indices
as they are.  Only matrices of which every use is known are looked at: items that are read and
written, shapes that are asked for, and results, which are handed out by rows.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from s2s.ir import prims
from s2s.ir.build import Builder, getattribute, getitem, tuple_of
from s2s.ir.effects import pure
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
    Note,
    Ref,
    Stmt,
    Value,
    While,
    Write,
)
from s2s.ir.sweep import sweep
from s2s.ir.walk import blocks_of, map_block, map_stmt, own_atoms, statements, with_blocks
from s2s.transform.numba.kinds import Kinds, runtime_name
from s2s.transform.numba.memory import Memory
from s2s.transform.numba.views import Views

_MAKERS = ("np.empty", "np.zeros", "np.empty_like", "np.zeros_like")
_CHECKS = ("apart", "agree", "occupied", "joined", "in_order", "near")
_DEEP = 3  # loops around an access that make up for a copy


@dataclass(frozen=True)
class _Access:
    """An item read or written: how many loops are around it, and what the innermost one counts."""

    depth: int
    along: int | None  # the axis that the counter of the innermost loop runs along
    kind: str  # "read", "sum" or "write"


@dataclass
class _Use:
    """What is known of a matrix."""

    accesses: dict[int, _Access] = field(default_factory=dict)  # by the ids of statements

    def most(self, axis: int) -> int:
        """The largest number of loops around an access along an axis."""
        return max((a.depth for a in self.accesses.values() if a.along == axis), default=0)

    def plan(self, local: bool) -> str | None:
        """How the matrix is stored: "columns", "both" or "sums"; by rows where it is None."""
        column, row = self.most(0), self.most(1)
        accesses = self.accesses.values()
        if column < 2 or column < row or (column < _DEEP and not local):
            return None
        written = any(a.kind != "read" for a in accesses)
        if not local:
            return None if written else "both"
        if column > row:
            return "columns"
        if column < _DEEP:
            return None
        kinds = {a.kind for a in accesses if a.depth >= column}
        if kinds == {"read"}:
            return "both"
        return "sums" if kinds == {"sum"} else None


def in_columns(function: Function, facts: Kinds) -> Function:
    """The function with matrices stored as its inner loops go through them."""
    function = _by_one_name(function, facts)
    walk = _Matrices(function, facts)
    walk.look(function.body, ())
    plans: dict[Value, str] = {}
    for x, use in walk.uses.items():
        plan = use.plan(x in walk.makers)
        if plan is not None:
            plans[x] = plan
    return _Rewrite(function, walk, plans).run() if plans else function


def _by_one_name(function: Function, facts: Kinds) -> Function:
    """The function with arrays that have several names called by the first of them."""
    first: dict[Any, Atom] = {}
    for stmt in statements(function.body):
        match stmt:
            case Let(targets=(other,), expr=Value() as x) if facts.of(x).kind == "array":
                first[other] = first.get(x, x)
    if not first:
        return function
    return sweep(replace(function, body=map_block(function.body, lambda a: first.get(a, a))), pure)


class _Matrices:
    """The matrices of a function of which every use is known."""

    def __init__(self, function: Function, facts: Kinds) -> None:
        self.facts, self.views = facts, Views(function.body, facts)
        self.returned = Memory(function, facts).returned
        self.outs = {a for a in function.body.outs if isinstance(a, Value)}
        self.results = set(self.outs)
        self.users: dict[Value, list[Stmt]] = {v: [] for v in self.views.of}
        for stmt in statements(function.body):
            for a in own_atoms(stmt):
                if isinstance(a, Value) and a in self.users:
                    self.users[a].append(stmt)
            if _gives(stmt, self.returned):
                self.results |= {a for a in own_atoms(stmt) if isinstance(a, Value)}
        self.uses: dict[Value, _Use] = {}
        self.makers: set[Value] = set()  # those that the function makes
        for p in function.params:
            self._add(p.value)
        for stmt in function.body.stmts:
            if isinstance(stmt, Let) and len(stmt.targets) == 1 and _makes(stmt.expr):
                self._add(stmt.targets[0])
                self.makers.add(stmt.targets[0])
        self.params = {p.value for p in function.params}

    def _add(self, x: Value) -> None:
        fact = self.facts.of(x)
        if fact.kind == "array" and len(fact.dims or ()) == 2 and fact.dtype is not None:
            self.uses[x] = _Use()

    def look(self, block: Block, loops: tuple[Value | None, ...]) -> None:
        """Note the uses in a block, inside of some loops."""
        for stmt in block.stmts:
            self._statement(stmt, loops)
            around = loops
            if isinstance(stmt, For):
                around = (*loops, stmt.iter.item if stmt.iter.kind == "range" else None)
            elif isinstance(stmt, While):
                around = (*loops, None)
            for inner in blocks_of(stmt):
                self.look(inner, around)
                for a in inner.outs:
                    self._drop(a)
        if not loops:
            for a in self.outs & self.params:
                self._drop(a)

    def _drop(self, *atoms: Any) -> None:
        for a in atoms:
            if isinstance(a, Value):
                self.uses.pop(a, None)

    def _statement(self, stmt: Stmt, loops: Sequence[Value | None]) -> None:
        match stmt:
            case Write(kind="item", target=Value() as x, key=key, value=value, args=()):
                self._drop(key, value)
                self._access(x, key, stmt, "sum" if stmt.op in ("Add", "Sub") else "write", loops)
            case Let(targets=(_,), expr=Apply(fn=Ref(obj=operator.getitem), args=(x, key))) if (
                isinstance(x, Value)
            ):
                self._drop(key)
                if stmt.targets[0] not in self.views.of or not self._shape_only(stmt.targets[0]):
                    self._access(x, key, stmt, "read", loops)
            case Let(expr=Apply(fn=Ref(obj=obj), args=(_, Const("shape" | "dtype")))) if (
                obj is getattr
            ):
                pass
            case Let(targets=(_,), expr=Apply(args=args, kwargs=()) as expr) if (
                _makes(expr) and len(args) == 1
            ):
                if isinstance(expr.fn, Method) and args[0] in self.makers:
                    self._drop(args[0])  # a copy would be stored like it
            case Let(targets=(target,)) if target in self.returned:
                self._drop(*(a for a in own_atoms(stmt) if a in self.params))
            case Let(targets=(), expr=Apply(fn=Ref() as fn)) if runtime_name(fn) in _CHECKS:
                pass
            case Note():
                pass
            case _:
                self._drop(*own_atoms(stmt))

    def _access(
        self, x: Value, key: Any, stmt: Stmt, kind: str, loops: Sequence[Value | None]
    ) -> None:
        """An item is read or written."""
        use = self.uses.get(x)
        if use is None:
            return
        parts = self.parts(key)
        if parts is None or kind == "sum" and self.facts.of(x).dtype is None:
            self._drop(x)
            return
        counter = loops[-1] if loops else None
        hit = [counter is not None and counter in self._counters(p) for p in parts]
        along = None if hit[0] == hit[1] else hit.index(True)
        use.accesses[id(stmt)] = _Access(len(loops), along, kind)

    def parts(self, key: Atom) -> tuple[Atom, ...] | None:
        """The two positions of an item."""
        made = self.views.made.get(key) if isinstance(key, Value) else None
        if getattr(getattr(made, "fn", None), "obj", None) is not prims.build_tuple:
            return None
        parts: tuple[Any, ...] = made.args  # type: ignore[union-attr]
        plain = len(parts) == 2 and all(self.facts.of(p).kind == "int" for p in parts)
        return parts if plain else None

    def _counters(self, a: Any, depth: int = 6) -> set[Value]:
        """The values that a position is a sum of."""
        if not isinstance(a, Value) or depth == 0:
            return set()
        match self.views.made.get(a):
            case Value() | Const() as other:
                return self._counters(other, depth - 1)
            case Apply(fn=Ref(obj=obj), args=args) if obj in (operator.add, operator.sub, np.uintp):
                return set().union(*(self._counters(x, depth - 1) for x in args))
        return {a}

    def _shape_only(self, view: Value) -> bool:
        """Whether a view is only asked for its shape."""
        return all(
            isinstance(s, Let) and isinstance(s.expr, Apply)
            and getattr(s.expr.fn, "obj", None) is getattr and s.expr.args[1] == Const("shape")
            for s in self.users[view]
        )  # fmt: skip


class _Rewrite:
    """The walk that stores the matrices as planned."""

    def __init__(self, function: Function, walk: _Matrices, plans: Mapping[Value, str]) -> None:
        self.function, self.walk, self.plans = function, walk, plans
        self.facts = walk.facts
        self.twins = {x: Value(f"{x.name}_columns") for x, p in plans.items() if p != "columns"}
        for x, twin in self.twins.items():
            self.facts.put(twin, self.facts.of(x))

    def run(self) -> Function:
        """The function with its matrices as planned."""
        build = Builder(self.function.origin, self.facts)
        for x in self.plans:
            if x not in self.walk.makers:
                self._by_columns(self.twins[x], Apply(Method("copy"), (x,)), build)
        body = self._block(self.function.body)
        returned = self.walk.returned
        build.stmts += [s for s in body.stmts if not _gives(s, returned)]
        given: dict[Any, Atom] = {}
        for x, plan in self.plans.items():
            if plan == "sums" and x in self.walk.results:
                given[x] = build.call(np.add, x, self.twins[x], name=x.name)
            elif plan == "columns" and x in self.walk.results:
                given[x] = build.call(np.ascontiguousarray, x, name=x.name)
        for stmt in body.stmts:
            if _gives(stmt, returned):
                build.emit(map_stmt(stmt, lambda a: given.get(a, a)))
        outs = tuple(given.get(a, a) for a in body.outs)
        return replace(self.function, body=replace(body, stmts=tuple(build.stmts), outs=outs))

    def _block(self, block: Block) -> Block:
        build = Builder(None, self.facts)
        for stmt in block.stmts:
            inner = tuple(map(self._block, blocks_of(stmt)))
            build.origin = getattr(stmt, "origin", None)
            self._statement(with_blocks(stmt, inner) if inner else stmt, id(stmt), build)
        return replace(block, stmts=tuple(build.stmts))

    def _statement(self, stmt: Stmt, number: int, build: Builder) -> None:
        match stmt:
            case Let(targets=(x,), expr=Apply() as expr) if x in self.walk.makers:
                self._make(x, expr, stmt, build)
            case Let(targets=(target,), expr=Apply(args=(Value() as x, key))) if (
                x in self.plans and number in self.walk.uses[x].accesses
            ):
                self._read(target, x, key, self.walk.uses[x].accesses[number], stmt, build)
            case Write(target=Value() as x) if x in self.twins:
                self._write(x, stmt, self.walk.uses[x].accesses[number], build)
            case _:
                build.emit(stmt)

    def _make(self, x: Value, expr: Apply, stmt: Let, build: Builder) -> None:
        """A matrix is allocated, with its twin where it has one."""
        like: Any = expr.args[0]
        plan = self.plans.get(x)
        if plan == "columns":
            self._by_columns(x, expr, build)
            return
        if not isinstance(expr.fn, Method) and self.plans.get(like) == "columns":
            shape = getattribute(build, like, "shape", name="shape")
            fn = Ref(expr.fn.text.removesuffix("_like"), getattr(np, expr.fn.text[3:-5]))  # type: ignore[union-attr]
            stmt = replace(stmt, expr=Apply(fn, (shape, *self._kind(x))))
        build.emit(stmt)
        if plan is None:
            return
        if plan == "sums":
            shape = getattribute(build, x, "shape", name="shape")
            expr = Apply(Ref("np.zeros", np.zeros), (shape, *self._kind(x)))
        self._by_columns(self.twins[x], expr, build)

    def _by_columns(self, x: Value, expr: Apply, build: Builder) -> None:
        """A new matrix, stored by columns."""
        first: Any = expr.args[0]
        if isinstance(expr.fn, Method):
            turned = getattribute(build, first, "T", name="turned")
            made = build.call(Method("copy"), turned, name="turned")
        else:
            text = getattr(expr.fn, "text", "")
            shape = first
            rest: tuple[Any, ...] = expr.args[1:]
            if text.endswith("_like"):
                shape = getattribute(build, first, "shape", name="shape")
                rest = self._kind(x)
            known = self.walk.parts(shape)
            n, m = known or (getitem(build, shape, Const(k), name="n") for k in (0, 1))
            text = text.removesuffix("_like")
            fn = Ref(text, getattr(np, text.removeprefix("np.")))
            turned = tuple_of(build, m, n, name="shape")
            made = build.let(Apply(fn, (turned, *rest), expr.kwargs), "turned")
        build.emit(Let((x,), Apply(Ref("getattr", getattr), (made, Const("T"))), build.origin))

    def _kind(self, x: Value) -> tuple[Atom, ...]:
        dtype = self.facts.of(x).dtype
        if dtype is None or dtype == np.float64:
            return ()
        return (Ref(f"np.{dtype.name}", dtype.type),)

    def _read(
        self, target: Value, x: Value, key: Any, access: _Access, stmt: Let, build: Builder
    ) -> None:
        """An item is read."""
        if self.plans[x] == "sums":
            one = getitem(build, x, key, name=target.name)
            other = getitem(build, self.twins[x], key, name=target.name)
            build.emit(replace(stmt, expr=Apply(Ref("add", operator.add), (one, other))))
        elif self.plans[x] == "both" and access.along == 0:
            item = Apply(Ref("getitem", operator.getitem), (self.twins[x], key))
            build.emit(replace(stmt, expr=item))
        else:
            build.emit(stmt)

    def _write(self, x: Value, stmt: Write, access: _Access, build: Builder) -> None:
        """An item is written, into the twin as well or into the one that it belongs to."""
        twin = self.twins[x]
        if self.plans[x] == "both":
            build.emit(stmt)
            new = stmt.value if stmt.op is None else getitem(build, x, stmt.key, name="new")
            build.emit(replace(stmt, target=twin, value=new, op=None))
        elif access.kind == "sum":
            build.emit(replace(stmt, target=twin) if access.along == 0 else stmt)
        else:
            new = stmt.value
            if stmt.op is not None:
                one, other = (getitem(build, v, stmt.key, name="old") for v in (x, twin))
                old = build.call(operator.add, one, other, name="old")
                fn = prims.BINARY[stmt.op]
                new = build.let(Apply(Ref(fn.__name__, fn), (old, new)), "new")
            build.emit(replace(stmt, value=new, op=None))
            build.emit(replace(stmt, target=twin, value=Const(0.0), op=None))


def _gives(stmt: Stmt, returned: set[Value]) -> bool:
    """Whether a statement makes a tuple of results."""
    return isinstance(stmt, Let) and bool(returned & set(stmt.targets))


def _makes(expr: Expr | None) -> bool:
    """Whether an expression makes a new array that can be stored in any order."""
    if not isinstance(expr, Apply):
        return False
    if isinstance(expr.fn, Method):
        return expr.fn.name == "copy" and len(expr.args) == 1
    return getattr(expr.fn, "text", "") in _MAKERS
