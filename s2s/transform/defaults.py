"""Dicts that fill themselves are dicts that the program fills.

    d = defaultdict(list)          d = {}
    d[k].append(v)                 if k not in d:
                                       d[k] = []
                                   d[k].append(v)

    c = Counter()                  c = {}
    n = c[k]                       n = c[k] if k in c else 0

Followed are those that nothing else may reach, so that every read of an item is seen.
"""

from __future__ import annotations

import operator
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from s2s.analysis.levels import Levels
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Closure,
    Const,
    Function,
    If,
    Let,
    Method,
    Ref,
    Star,
    Stmt,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.walk import blocks_of, clone, statements, with_blocks

_LEVELS = 4  # dicts in dicts
_FIRST: dict[Any, Const] = {float: Const(0.0), int: Const(0), bool: Const(False), str: Const("")}
_EMPTY = {list: Ref("list", prims.build_list), dict: Ref("dict", prims.build_dict)}
_GETITEM = Ref("getitem", operator.getitem)
_NOT_OF_DICTS = frozenset({"update", "subtract", "most_common", "elements", "total", "copy"})


def with_defaults(function: Function) -> Function:
    """The function with plain dicts in the place of those that make an item when it is read."""
    for _ in range(_LEVELS):
        if not any(_maker(s) is not None for s in statements(function.body)):
            return function
        worker = _Defaults(function)
        if not worker.classes:
            return function
        function = replace(function, body=worker.block(function.body))
    return function


def _maker(stmt: Stmt) -> Apply | None:
    """The expression that makes such a dict."""
    match stmt:
        case Let(targets=(_,), expr=Apply(fn=Ref(obj=obj), args=args, kwargs=()) as expr):
            if obj is defaultdict and 0 < len(args) < 3 or obj is Counter and not args:
                return None if any(isinstance(a, Star) for a in args) else expr
    return None


class _Defaults:
    """The walk over a function."""

    def __init__(self, function: Function) -> None:
        self.levels = Levels(function.body)
        self.closures = {
            s.targets[0]: s.expr for s in statements(function.body)
            if isinstance(s, Let) and isinstance(s.expr, Closure) and s.targets
        }  # fmt: skip
        found: dict[object, list[Apply]] = {}
        for stmt in statements(function.body):
            expr = _maker(stmt)
            if expr is not None:
                assert isinstance(stmt, Let)
                found.setdefault(self.levels.root(stmt.targets[0]), []).append(expr)
        mixed = {self.levels.root(v) for s in statements(function.body) for v in self._others(s)}
        self.classes = {
            root: makers[0] for root, makers in found.items()
            if root not in self.levels.exposed and root not in mixed
            and all((m.fn, m.args[:1]) == (makers[0].fn, makers[0].args[:1]) for m in makers)
            and self._default(makers[0]) is not None
        }  # fmt: skip

    def _others(self, stmt: Stmt) -> list[Value]:
        """The values that a statement makes, or uses, as no dict of one kind alone."""
        match stmt:
            case Let(targets=targets, expr=Apply(fn=Method(name), args=args)):
                return [a for a in (*args[:1], *targets) if isinstance(a, Value)
                        and name in _NOT_OF_DICTS]  # fmt: skip
            case Let(targets=targets, expr=Apply(fn=Ref(obj=obj), args=args)):
                if obj is prims.build_dict or obj is dict:
                    return list(targets)
                seen = (operator.getitem, len, prims.contains, prims.not_contains, sorted, list,
                        sum, min, max, defaultdict, *_DISPLAYS)  # fmt: skip
                if not any(obj is f for f in seen):
                    return [a for a in args if isinstance(a, Value)]
        return []

    def _default(self, maker: Apply) -> Callable[[Builder], Atom] | None:
        """What emits the item of a key that is not there."""
        factory = maker.args[0] if maker.args else Const(0)
        if isinstance(factory, Const):
            return (lambda build: factory) if not maker.args else None
        if isinstance(factory, Ref) and factory.obj in _FIRST:
            return lambda build: _FIRST[factory.obj]
        if isinstance(factory, Ref) and factory.obj in _EMPTY:
            return lambda build: build.call(_EMPTY[factory.obj])
        closure = self.closures.get(factory) if isinstance(factory, Value) else None
        if closure is None or closure.source is None or closure.defaults:
            return None

        def emit(build: Builder) -> Atom:
            """The body of the nested function."""
            function = closure.source.function
            captured = (a for _, a in closure.captures)
            table = dict(zip((p.value for p in function.params), captured, strict=True))
            body = clone(function.body, table)
            build.stmts += body.stmts
            return body.outs[0]

        return emit

    def block(self, block: Block) -> Block:
        """The block with the items made where they are missing."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmt = with_blocks(stmt, tuple(map(self.block, blocks_of(stmt))))
            stmts += self.statement(stmt)
        return replace(block, stmts=tuple(stmts))

    def statement(self, stmt: Stmt) -> list[Stmt]:
        """What stands for a statement."""
        build = Builder(getattr(stmt, "origin", None))
        match stmt:
            case Let(targets=(target,), expr=Apply(fn=fn, args=(Value() as d, key))) if (
                fn == _GETITEM and not stmt.unpack and not isinstance(key, Star)
            ):
                maker = self.classes.get(self.levels.root(d))
                if maker is not None and not maker.args:
                    return self._counted(stmt, target, d, key)
                if maker is not None:
                    self._fill(maker, d, key, build)
            case Write(kind="item", target=Value() as d, op=str()):
                maker = self.classes.get(self.levels.root(d))
                if maker is not None:
                    self._fill(maker, d, stmt.key, build)
            case Let() if _maker(stmt) is not None and (
                self.levels.root(stmt.targets[0]) in self.classes
            ):
                assert isinstance(stmt.expr, Apply)
                given = stmt.expr.args[1:]
                made = Apply(Ref("dict", dict), given) if given else Apply(_EMPTY[dict])
                return [replace(stmt, expr=made)]
        return [*build.stmts, stmt]

    def _fill(self, maker: Apply, d: Value, key: Atom, build: Builder) -> None:
        """Make an item where there is none."""
        missing = build.call(Ref("not_contains", prims.not_contains), key, d, name="missing")
        inner = Builder(build.origin)
        default = self._default(maker)
        assert default is not None
        inner.emit(Write("item", d, key, default(inner), build.origin))
        build.emit(If(missing, inner.block(), Builder(build.origin).block(), (), build.origin))

    def _counted(self, stmt: Let, target: Value, d: Value, key: Atom) -> list[Stmt]:
        """What is counted under a key, which may be nothing."""
        build, inner = Builder(stmt.origin), Builder(stmt.origin)
        item = inner.call(_GETITEM, d, key, name="count")
        known = build.call(Ref("contains", prims.contains), key, d, name="known")
        nothing = Builder(stmt.origin).block(Const(0))
        choice = If(known, inner.block(item), nothing, (target,), stmt.origin, "ifexp")
        return [*build.stmts, choice]


_DISPLAYS = (prims.build_tuple, prims.build_list)
