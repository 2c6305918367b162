"""Makes views that an adjoint cannot view once more where they are used.

    w = sliding_window_view(u, 3)      u[1:-1] = sliding_window_view(u, 3) @ c
    u[1:-1] = w @ c                    return np.sum(sliding_window_view(u, 3))
    return np.sum(w)

A view in which one entry stands at several places shows what the array holds at the time; so does
one that is made then.  Only for programs that are refused as they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

from s2s.analysis.facts import Facts
from s2s.analysis.lifetimes import Lifetimes
from s2s.analysis.operations import Ruled, classify
from s2s.analysis.sharing import Sharing, shows_more, view_kind
from s2s.ir.nodes import Apply, Atom, Block, Const, Function, Let, Ref, Stmt, Value, Write
from s2s.ir.walk import blocks_of, map_stmt, own_atoms, statements, with_blocks


def remade(function: Function, facts: Facts) -> Function:
    """The function with such views made where they are read, if something is written between."""
    sharing, times = Sharing(function, facts), Lifetimes(function)
    writes: dict[object, list[int]] = {}
    for stmt in statements(function.body):
        if isinstance(stmt, Write) and isinstance(stmt.target, Value):
            writes.setdefault(sharing.find(stmt.target), []).append(times.at[id(stmt)])
    views: dict[Value, Let] = {}
    for stmt in statements(function.body):
        if not isinstance(stmt, Let) or len(stmt.targets) != 1 or stmt.unpack:
            continue
        (view,) = stmt.targets
        changes = writes.get(sharing.find(view), [])
        if _is_fixed(stmt, facts) and (shows_flat(stmt) or times.across(view, changes)):
            views[view] = stmt
        elif _first(stmt) in views and view_kind(stmt, facts) is True:
            views[view] = stmt
    return replace(function, body=_block(function.body, views, facts)) if views else function


def _first(stmt: Let) -> object:
    return stmt.expr.args[0] if isinstance(stmt.expr, Apply) and stmt.expr.args else None


def shows_flat(stmt: Let) -> bool:
    """Whether a statement takes the entries of an array in one row, `x.flat`."""
    match stmt.expr:
        case Apply(fn=Ref(obj=obj), args=(_, Const(value="flat"))):
            return obj is getattr
    return False


def _is_fixed(stmt: Let, facts: Facts) -> bool:
    """Whether a statement makes a view that is the same whenever it is made."""
    expr = stmt.expr
    if not isinstance(expr, Apply) or not expr.args:
        return False
    base, *rest = expr.args
    if not isinstance(base, Value) or facts.is_array(base) is not True:
        return False
    if shows_flat(stmt):
        return True
    op = classify(expr, facts, {})
    if not isinstance(op, Ruled) or not shows_more(op.bound.entry.obj):
        return False
    others = [a for a in (*rest, *(a for _, a in expr.kwargs)) if isinstance(a, Value)]
    return not any(facts.of(a).kind in ("array", "list", "any") for a in others)


def _block(block: Block, views: dict[Value, Let], facts: Facts) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        inner = tuple(_block(b, views, facts) for b in blocks_of(stmt))
        stmt = with_blocks(stmt, inner) if inner else stmt
        table = _again(own_atoms(stmt), views, stmts, facts)
        stmts.append(map_stmt(stmt, partial(_swapped, table)) if table else stmt)
    table = _again(block.outs, views, stmts, facts)
    outs = tuple(_swapped(table, a) for a in block.outs)
    return replace(block, stmts=tuple(stmts), outs=outs)


def _again(
    atoms: Iterable[Atom], views: dict[Value, Let], stmts: list[Stmt], facts: Facts
) -> dict[Value, Value]:
    """The views among some atoms, made once more."""
    table: dict[Value, Value] = {}
    for a in atoms:
        if isinstance(a, Value) and a in views and a not in table:
            new = table[a] = Value(a.name)
            facts.put(new, facts.of(a))
            again = views[a]
            below = _again(own_atoms(again)[:2], views, stmts, facts)  # what it is a view of
            again = map_stmt(again, partial(_swapped, below))  # type: ignore[assignment]
            stmts.append(replace(again, targets=(new,)))
    return table


def _swapped(table: Mapping[Value, Value], atom: Atom) -> Atom:
    return table.get(atom, atom) if isinstance(atom, Value) else atom
