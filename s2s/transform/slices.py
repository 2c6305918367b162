"""Indices made of slices and tuples: they cost nothing to make again where they are used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from s2s.ir import prims
from s2s.ir.nodes import Apply, Let, Ref, Star, Stmt, Value
from s2s.ir.walk import map_expr


def index_made(stmt: Stmt) -> tuple[Value, Apply] | None:
    """The temporary that a statement binds to a slice or a tuple, and how."""
    if not isinstance(stmt, Let) or len(stmt.targets) != 1 or stmt.unpack:
        return None
    target, expr = stmt.targets[0], stmt.expr
    if target.user or not isinstance(expr, Apply) or not isinstance(expr.fn, Ref):
        return None
    if expr.fn.obj is not slice and expr.fn.obj is not prims.build_tuple:
        return None
    plain = not expr.kwargs and not any(isinstance(a, Star) for a in expr.args)
    return (target, expr) if plain else None


def remade(
    atom: Any, made: Mapping[Value, Apply], let: Callable[[Apply, Value], Value]
) -> Any:
    """An atom made anew by `let(expression, what it is like)`, with the parts that `made` holds."""
    expr = made.get(atom) if isinstance(atom, Value) else None
    if expr is None:
        return atom
    new = map_expr(expr, lambda a: remade(a, made, let))
    assert isinstance(new, Apply)
    return let(new, atom)
