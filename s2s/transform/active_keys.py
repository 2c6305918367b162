"""Refuses to read numbers that are differentiated from the keys of a dict.

    d = {x[0]: 1.0}
    for k in d: s += k             the adjoint of `k` would go nowhere: keys have none

To look something up under such a key is fine: what is found has nothing to do with the key's slope.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import NoReturn

from s2s.analysis.activity import Activity
from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.analysis.levels import Levels
from s2s.errors import Origin, Unsupported
from s2s.ir import prims
from s2s.ir.effects import is_put
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    For,
    Iter,
    Let,
    Method,
    Ref,
    Star,
    Stmt,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.walk import own_atoms, statements

_LOOK_UP = (operator.getitem, prims.contains, prims.not_contains, prims.dict_put)
_ASKING = (len, prims.truth, prims.contains, prims.not_contains, operator.getitem, dict,
           prims.dict_put, operator.is_, operator.is_not, prims.build_dict, prims.build_list,
           prims.build_tuple)  # fmt: skip


def check_keys(block: Block, activity: Activity, facts: Facts) -> None:
    """Refuse a function that reads active keys.

    Raises
    ------
    Unsupported
        Where it does.
    """
    plain = _plain_keys(block)
    keyed = [d for s in statements(block) for d in _keyed(s, activity, facts, plain)]
    if not keyed:
        return
    levels = Levels(block)
    roots = {levels.root(d) for d in keyed}
    keys: set[Value] = set()
    for stmt in statements(block):
        if isinstance(stmt, For):
            keys.update(_items(stmt.iter, roots, levels, facts))
    for stmt in statements(block):
        for key in keys.intersection(a for a in own_atoms(stmt) if isinstance(a, Value)):
            if not _looks_up(stmt, key):
                _refuse(stmt.origin)
        expr = stmt.expr if isinstance(stmt, Let) else None
        if not isinstance(expr, Apply) or isinstance(expr.fn, Method):
            continue
        if isinstance(expr.fn, Ref) and not any(expr.fn.obj is f for f in _ASKING):
            if any(_is_keyed(a, roots, levels, facts) for a in own_atoms(stmt)):
                _refuse(stmt.origin)


def _plain_keys(block: Block) -> set[Value]:
    """Items of loops that look up what is looped over: keys, not the numbers of an array."""
    looked_up: set[tuple[Atom | Star, Atom | Star]] = set()
    for stmt in statements(block):
        match stmt:
            case Let(expr=Apply(fn=Ref(obj=operator.getitem), args=(whole, key))):
                looked_up.add((whole, key))
    return {
        s.iter.item for s in statements(block) if isinstance(s, For) and s.iter.item is not None
        and any((whole, s.iter.item) in looked_up for whole in s.iter.args)
    }  # fmt: skip


def _keyed(
    stmt: Stmt, activity: Activity, facts: Facts, plain: set[Value]
) -> Iterator[Value]:
    """The dict that a statement gives an active key."""
    match stmt:
        case Let(targets=(target,), expr=Apply(fn=Ref(obj=obj), args=args)):
            keys = args[::2] if obj is prims.build_dict else (
                args[1:2] if is_put(stmt.expr.fn) else ()  # type: ignore[union-attr]
            )  # fmt: skip
            if any(
                k in activity.varied and _has_slope(facts.of(k)) for k in keys
                if isinstance(k, Value) and k not in plain
            ):  # fmt: skip
                yield target
        case Write(target=Value() as target, key=Value() as key) if key in activity.varied:
            if facts.of(target).kind == "dict" and _has_slope(facts.of(key)) and key not in plain:
                yield target


def _has_slope(key: Fact) -> bool:
    """Whether a key may be, or hold, a number that is differentiated."""
    if key.kind == "tuple" and key.items is not None:
        return any(map(_has_slope, key.items))
    return key.kind not in ("int", "bool", "str", "none", "function")


def _is_keyed(atom: object, roots: set[object], levels: Levels, facts: Facts) -> bool:
    return isinstance(atom, Value) and levels.root(atom) in roots and (
        facts.of(atom).kind in ("dict", "any")
    )  # fmt: skip


def _items(it: Iter, roots: set[object], levels: Levels, facts: Facts) -> Iterator[Value]:
    """What a loop takes of the keys."""
    if it.item is not None and it.kind in ("keys", "each", "opaque"):
        if any(_is_keyed(a, roots, levels, facts) for a in it.args):
            yield it.item
    for inner in it.inner:
        yield from _items(inner, roots, levels, facts)


def _looks_up(stmt: Stmt, key: Atom) -> bool:
    """Whether a statement takes a key for nothing but a key."""
    if isinstance(stmt, Write):
        return stmt.key is key and stmt.value is not key
    if not isinstance(stmt, Let) or not isinstance(stmt.expr, Apply):
        return False
    fn, args = stmt.expr.fn, stmt.expr.args
    if isinstance(fn, Method):
        return len(args) > 1 and args[1] is key and key not in args[2:]
    return isinstance(fn, Ref) and any(fn.obj is f for f in _LOOK_UP)


def _refuse(origin: Origin | None) -> NoReturn:
    raise Unsupported(
        "the keys of this dict are numbers that are differentiated, and they are read here",
        origin=origin,
        advice=("hold the numbers in a list of pairs: `[(key, value), ...]`",
                "or make the keys constants: s2s.stop_gradient(x)"),
    )  # fmt: skip
