"""Stars in displays and calls, where it is known what they hand out or how much of it.

    [a, *b, c]                 [a] + list(b) + [c]
    (a, *b)                    tuple([a] + list(b))
    np.hypot(*p)               first, second = p
                               np.hypot(first, second)
    linear(x, **layer)         linear(x, w=layer["w"], b=layer["b"])
    d | {"k": v}               e = dict(d)
                               e["k"] = v
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.analysis.indexing import one_of
from s2s.analysis.operations import Called
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Function,
    If,
    Let,
    Param,
    Ref,
    Star,
    Stmt,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.walk import statements

_TUPLE = Ref("tuple", prims.build_tuple)
_LIST = Ref("list", prims.build_list)
_DICT = Ref("dict", prims.build_dict)
_GETITEM = Ref("getitem", operator.getitem)


def spread_out(stmt: Let, expr: Apply) -> list[Stmt]:
    """The statements for a call or display with stars; the same one where nothing is known."""
    if expr.fn in (_TUPLE, _LIST):
        return _joined(stmt, expr)
    if isinstance(expr.fn, Ref) and isinstance(expr.fn.obj, np.ufunc) and not expr.kwargs:
        return by_count(stmt, expr, expr.fn.obj.nin) or [stmt]
    return [stmt]


def _joined(stmt: Let, expr: Apply) -> list[Stmt]:
    """A display as lists put together."""
    out: list[Stmt] = []

    def let(fn: Ref, *args: Atom) -> Value:
        value = Value("items")
        out.append(Let((value,), Apply(fn, args), stmt.origin))
        return value

    parts: list[Value] = []
    loose: list[Atom] = []
    for arg in (*expr.args, None):
        if isinstance(arg, Star) or arg is None:
            if loose:
                parts.append(let(_LIST, *loose))
                loose = []
            if arg is not None:
                parts.append(let(Ref("list", list), arg.atom))
        else:
            loose.append(arg)
    whole, *more = parts
    for part in more:
        whole = let(Ref("add", operator.add), whole, part)
    if expr.fn == _TUPLE:
        whole = let(Ref("tuple", tuple), whole)
    last = out.pop()
    assert isinstance(last, Let)
    return [*out, replace(stmt, expr=last.expr)]


def merged(stmt: Let, expr: Apply, made: Mapping[Value, Any]) -> list[Stmt] | None:
    """`a | {"k": v}` of dicts as a copy that is brought up to date; None for all else."""
    fn = expr.fn.obj if isinstance(expr.fn, Ref) else None
    if fn not in (operator.or_, operator.ior) or len(stmt.targets) != 1 or stmt.unpack:
        return None
    old, new = expr.args
    display = made.get(new) if isinstance(new, Value) else None
    if not isinstance(display, Apply) or display.fn != _DICT or isinstance(old, Star):
        return None
    whole = stmt.targets[0]
    start: Let = replace(stmt, expr=Apply(Ref("dict", dict), (old,)))
    if fn is operator.ior:
        whole = old  # type: ignore[assignment]
        start = replace(stmt, expr=old)
    pairs = zip(display.args[::2], display.args[1::2], strict=True)
    writes = [Write("item", whole, k, v, stmt.origin) for k, v in pairs]  # type: ignore[arg-type]
    return [*writes, start] if fn is operator.ior else [start, *writes]


def by_count(stmt: Let, expr: Apply, count: int) -> list[Stmt] | None:
    """A call whose one star has to hand out the arguments that are left of so many."""
    stars = [k for k, a in enumerate(expr.args) if isinstance(a, Star)]
    left = count - (len(expr.args) - 1)
    if len(stars) != 1 or left < 1:
        return None
    star = expr.args[stars[0]]
    assert isinstance(star, Star)
    items = tuple(Value("item") for _ in range(left))
    args = (*expr.args[: stars[0]], *items, *expr.args[stars[0] + 1 :])
    return [
        Let(items, star.atom, stmt.origin, unpack=True),
        replace(stmt, expr=replace(expr, args=args)),
    ]


def by_name(stmt: Let, op: Called, function: Function) -> list[Stmt] | None:
    """A call whose one `**d` has to hand out the arguments that are left, by their names.

        linear(x, **layer)         linear(x, w=layer["w"], b=layer["b"])

    A parameter with a default is looked up.
    """
    expr, left = stmt.expr, left_to(op, function)
    if left is None:
        return None
    assert isinstance(expr, Apply)
    whole, params = left
    build = Builder(stmt.origin, None)
    found: list[tuple[str | None, Atom]] = [(k, a) for k, a in expr.kwargs if k is not None]
    for p in params:
        key = Const(p.value.name)
        if p.default is None:
            found.append((p.value.name, build.call(_GETITEM, whole, key, name=p.value.name)))
            continue
        known = build.call(Ref("contains", prims.contains), key, whole, name="known")
        inner, item = Builder(stmt.origin, None), Value(p.value.name)
        then = inner.block(inner.call(_GETITEM, whole, key, name=p.value.name))
        build.emit(If(known, then, Block((), (p.default,)), (item,), stmt.origin, "ifexp"))
        found.append((p.value.name, item))
    return [*build.stmts, replace(stmt, expr=replace(expr, kwargs=tuple(found)))]


def left_to(op: Called, function: Function) -> tuple[Atom, list[Param]] | None:
    """The one `**d` of a call, and the parameters that it has to give."""
    stars = [a for k, a in op.kwargs if k is None]
    if len(stars) != 1 or any(isinstance(a, Star) for a in op.args):
        return None
    if any(p.kind in ("star", "starstar") for p in function.params):
        return None
    named = {k for k, _ in op.kwargs}
    placed = [p for p in function.params if p.kind in ("pos", "normal")][: len(op.args)]
    return stars[0], [p for p in function.params if p.kind in ("normal", "kwonly")
                      and p not in placed and p.value.name not in named]  # fmt: skip


def without_stars(
    op: Called, function: Function, facts: Facts
) -> tuple[Called, dict[str, Fact]]:
    """A call without its `*t` or `**d`, and what is known of the arguments that it gives."""
    left = left_to(op, function)
    if left is not None:
        whole, params = left
        plain = tuple((k, a) for k, a in op.kwargs if k is not None)
        return replace(op, kwargs=plain), _entries(facts.of(whole), params, facts)
    at = next((k for k, a in enumerate(op.args) if isinstance(a, Star)), None)
    count = None if at is None else places(function, at, {k for k, _ in op.kwargs})
    if at is None or count is None or at != len(op.args) - 1:
        return op, {}
    star = op.args[at]
    assert isinstance(star, Star)
    given, params = facts.of(star.atom), list(function.params[at : at + count])
    items = given.items if given.kind in ("tuple", "list") else None
    known = items if items is not None and len(items) == count else [
        one_of(given) for _ in params
    ]  # fmt: skip
    found = {p.value.name: f for p, f in zip(params, known, strict=True)}
    return replace(op, args=op.args[:at]), found


def _entries(given: Fact, params: list[Param], facts: Facts) -> dict[str, Fact]:
    """What is known of the arguments that a dict gives."""
    if given.kind != "dict" or given.keys is None:
        return {p.value.name: Fact() for p in params}
    items = dict(zip(given.keys, given.items or (), strict=True))
    default = {p.value.name: facts.of(p.default) for p in params if p.default is not None}
    return {p.value.name: items.get(p.value.name, default.get(p.value.name, Fact()))
            for p in params}  # fmt: skip


def places(function: Function, captured: int, given: set[Any]) -> int | None:
    """How many arguments a call must give by their places; None where that is not fixed."""
    params = function.params[captured:]
    if any(p.kind in ("star", "starstar") for p in params):
        return None
    left = [p for p in params if p.kind != "kwonly" and p.value.name not in given]
    return None if any(_optional(p) for p in left) else len(left)


def _optional(param: Param) -> bool:
    return param.default is not None


def forwards(function: Function) -> bool:
    """Whether a function hands on the arguments that it takes by stars, whatever they are."""
    taken = {p.value for p in function.params if p.kind in ("star", "starstar")}
    if not taken:
        return False
    for stmt in statements(function.body):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            stars = {a.atom for a in stmt.expr.args if isinstance(a, Star)}
            stars |= {a for k, a in stmt.expr.kwargs if k is None}
            if stars & taken:
                return True
    return False
