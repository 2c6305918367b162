"""Memory for what one iteration of a loop computes, allocated once.

    for i in range(n):                     t = np.empty(n)
        t = np.empty(i)                    for i in range(n):
        for j in range(i):                     for j in range(i):
            t[j] = x[i, j]                         t[j] = x[i, j]

To allocate takes as long as a hundred numbers or so.  An array can do with the memory of the
iteration before where nobody keeps it, and where the most that it can need is known.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from s2s.analysis.fact import INDEX
from s2s.ir import prims
from s2s.ir.build import Builder, tuple_of
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    Iter,
    Let,
    Ref,
    Stmt,
    Value,
    Write,
)
from s2s.ir.walk import blocks_of, map_stmt, own_atoms, statements, with_blocks
from s2s.transform.numba.bounds import Bounds, Chain, chains_of, scope_of
from s2s.transform.numba.kinds import Kinds
from s2s.transform.numba.views import Views


def with_scratch(function: Function, facts: Kinds) -> Function:
    """The function with the memory for temporaries of its loops allocated before the loops."""
    loops = [c for c in chains_of(function.body) if len(c) > 1 and _allocates(c[-1][1])]
    private = _private(function, facts)
    plans = _Plans()
    for chain in loops:
        stmt = chain[-1][1]
        assert isinstance(stmt, Let)
        if stmt.targets[0] in private:
            _plan(stmt, chain, function, facts, plans)
    return replace(function, body=_moved(function.body, plans)) if plans.instead else function


@dataclass
class _Plans:
    """What goes before and in the place of statements, by their ids, and sizes by their names."""

    before: dict[int, list[Stmt]] = field(default_factory=dict)
    instead: dict[int, list[Stmt]] = field(default_factory=dict)
    sizes: dict[tuple[Value, int], Atom] = field(default_factory=dict)


def _plan(stmt: Let, chain: Chain, function: Function, facts: Kinds, plans: _Plans) -> None:
    """The memory of one array before the outermost loop that it can be known at."""
    assert isinstance(stmt.expr, Apply)
    views = Views(function.body, facts)
    shape = _sizes(stmt.expr, views)
    zeros = getattr(stmt.expr.fn, "obj", None) is np.zeros
    if shape is None or (zeros and len(shape) > 1):
        return
    for k, (_, outer) in enumerate(chain[:-1]):
        inside = [s for _, s in chain[k:-1]]
        if not isinstance(outer, For) or any(
            isinstance(s, For) and s.iter.kind == "prange" for s in inside
        ):
            continue
        build = Builder(outer.origin, facts)
        bounds = Bounds(facts, views, build, scope_of(function, chain[: k + 1]))
        for loop in inside:
            if isinstance(loop, For) and loop.iter.kind == "range":
                bounds.extent(loop)
        most = [m for m in map(bounds.most, shape) if m is not None]
        if len(most) < len(shape):
            continue
        room = [m if views.natural(m) else build.call(max, m, Const(0)) for m in most]
        one = room[0] if len(room) == 1 else tuple_of(build, *room, name="shape")
        (target,) = stmt.targets
        made = Apply(Ref("np.empty", np.empty), (one, *stmt.expr.args[1:]))
        build.emit(Let((target,), made, stmt.origin))
        plans.before.setdefault(id(outer), []).extend(build.stmts)
        plans.instead[id(stmt)] = _zeros(target, shape[0], stmt, facts) if zeros else []
        plans.sizes.update({(target, j): n for j, n in enumerate(shape)})
        return


def _zeros(target: Value, size: Atom, stmt: Let, facts: Kinds) -> list[Stmt]:
    """`for i in range(n): x[i] = 0.0`."""
    i, dtype = Value("i"), facts.of(target).dtype
    facts.put(i, INDEX)
    kind = getattr(dtype, "kind", "f")
    zero = Const({"c": 0j, "i": 0, "b": False}.get(kind, 0.0))
    write = Write("item", target, i, zero, stmt.origin)
    return [For(Iter("range", (size,), (), i), (), (), Block((write,)), (), stmt.origin)]


def _allocates(stmt: Stmt) -> bool:
    """Whether a statement makes an array of a given size."""
    expr = stmt.expr if isinstance(stmt, Let) and len(stmt.targets) == 1 else None
    obj: Any = getattr(getattr(expr, "fn", None), "obj", None)
    return obj in (np.empty, np.zeros) and isinstance(expr, Apply) and not expr.kwargs


def _sizes(expr: Apply, views: Views) -> list[Atom] | None:
    """The sizes of a new array."""
    given = expr.args[0]
    made = views.made.get(given) if isinstance(given, Value) else None
    if isinstance(made, Apply) and getattr(made.fn, "obj", None) is prims.build_tuple:
        return [a for a in made.args if isinstance(a, Value | Const)]
    if isinstance(given, Value) and views.facts.of(given).kind == "int":
        return [given]
    return None


def _private(function: Function, facts: Kinds) -> set[Value]:
    """The arrays that are only read and written item by item, or asked for their shape."""
    found = {s.targets[0] for s in statements(function.body)
             if _allocates(s) and isinstance(s, Let)}  # fmt: skip
    found -= {a for a in function.body.outs if isinstance(a, Value)}
    for stmt in statements(function.body):
        for block in blocks_of(stmt):
            found -= {a for a in block.outs if isinstance(a, Value)}
        match stmt:
            case Write(kind="item", target=target, key=key, value=value, args=args):
                found -= {a for a in (key, value, *args) if isinstance(a, Value)}
                if not _one(key, facts):
                    found.discard(target)
            case Let(targets=(_,), expr=Apply(fn=Ref(obj=operator.getitem), args=(_, key))) if (
                _one(key, facts)
            ):
                pass
            case Let(expr=Apply(fn=Ref(obj=obj), args=(_, Const("shape")))) if obj is getattr:
                pass
            case _:
                found -= {a for a in own_atoms(stmt) if isinstance(a, Value)}
    return found


def _one(key: Any, facts: Kinds) -> bool:
    """Whether an index is of one item."""
    fact = facts.of(key)
    parts = fact.items if fact.kind == "tuple" else (fact,)
    return parts is not None and all(p.kind == "int" for p in parts)


def _moved(block: Block, plans: _Plans) -> Block:
    """A block with the memory at its new place."""
    shapes: dict[Value, Value] = {}
    swapped: dict[Any, Atom] = {}

    def one(stmt: Stmt) -> Stmt | None:
        """A statement; none where it asks for a size that is known by another name."""
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and stmt.targets:
            first, *rest = stmt.expr.args or (None,)
            if rest == [Const("shape")] and isinstance(first, Value):
                shapes[stmt.targets[0]] = first
            elif first in shapes and rest and isinstance(rest[0], Const):
                size = plans.sizes.get((shapes[first], rest[0].value))  # type: ignore[index]
                if size is not None:
                    swapped[stmt.targets[0]] = swapped.get(size, size)
                    return None
        stmt = map_stmt(stmt, lambda a: swapped.get(a, a), lambda b: b)
        inner = tuple(run(b) for b in blocks_of(stmt))
        return with_blocks(stmt, inner) if inner else stmt

    def run(block: Block) -> Block:
        stmts: list[Stmt | None] = []
        for stmt in block.stmts:
            stmts += map(one, plans.before.get(id(stmt), ()))
            stmts += map(one, plans.instead.get(id(stmt), (stmt,)))
        outs = tuple(swapped.get(a, a) for a in block.outs)
        return replace(block, stmts=tuple(s for s in stmts if s is not None), outs=outs)

    return run(block)
