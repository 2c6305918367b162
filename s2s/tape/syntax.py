"""Pieces of syntax that blocks are rewritten with."""

from __future__ import annotations

import copy
from typing import Any

import gast

from s2s.frontend import scope
from s2s.runtime import probed


def load(name: str) -> Any:
    """A name that is read."""
    return gast.Name(name, gast.Load(), None, None)


def store(name: str, value: Any) -> Any:
    """`name = value`."""
    return gast.Assign([gast.Name(name, gast.Store(), None, None)], value, None)


def probe_after(body: list[Any], name: str, probe: str) -> list[Any] | None:
    """The statements with `name = probed(name, probe)` where the last value of a name is made.

    None where that place cannot be told, or the value was used before it was named.
    """
    places = [k for k, s in enumerate(body) if name in scope.assigned(s)]
    if not places:
        return None
    k = places[-1]
    stmt = body[k]
    mark = store(name, gast.Call(load(probed.__name__), [load(name), load(probe)], []))
    gast.copy_location(mark, stmt)
    for node in gast.walk(mark):
        gast.copy_location(node, stmt)
    if isinstance(stmt, gast.If):
        then = probe_after(stmt.body, name, probe)
        orelse = probe_after(stmt.orelse, name, probe)
        if then is None or orelse is None:
            return None
        new = copy.copy(stmt)
        new.body, new.orelse = then, orelse
        return [*body[:k], new, *body[k + 1 :]]
    if isinstance(stmt, gast.With):
        inside = probe_after(stmt.body, name, probe)
        if inside is None:
            return None
        new = copy.copy(stmt)
        new.body = inside
        return [*body[:k], new, *body[k + 1 :]]
    if isinstance(stmt, gast.For | gast.While):
        inner = [j for j, s in enumerate(stmt.body) if name in scope.assigned(s)]
        simple = len(inner) == 1 and isinstance(stmt.body[inner[0]], gast.Assign)
        if not simple or len(places) > 1 and not isinstance(stmt, gast.For):
            return None
        if any(name in scope.reads(s) for s in stmt.body[inner[0] + 1 :]):
            return None  # the last value is used in the loop already
        if any(name in scope.reads(s) for s in body[:k]) or name in scope.reads(stmt.orelse):
            return None  # in case that the loop runs zero times
        if not _is_new(stmt.body[inner[0]].value):
            return None
    elif not isinstance(stmt, gast.Assign | gast.AnnAssign) or len(
        getattr(stmt, "targets", [name])
    ) > 1:  # `x += y` may change an old array, `x = y = ...` makes one value of two names
        return None
    elif _is_old(stmt.value, {n for s in body[:k] for n in scope.assigned(s)}):
        return None
    elif not _is_new(stmt.value):
        # The value may be an older one under a new name: then that name must still hold it.
        before = {n for s in body[:k] for n in scope.assigned(s)}
        after = {n for s in body[k:] for n in scope.assigned(s)}
        if scope.reads(stmt.value) & before & after:
            return None
    return [*body[: k + 1], mark, *body[k + 1 :]]


def _is_old(value: Any, made: set[str]) -> bool:
    """Whether an expression may give an object that the block has made under another name."""
    if isinstance(value, gast.Subscript) and isinstance(value.value, gast.Name):
        return value.value.id in made and not isinstance(value.slice, gast.Slice)
    return isinstance(value, gast.Name | gast.IfExp | gast.BoolOp | gast.NamedExpr)


def _is_new(value: Any) -> bool:
    """Whether an expression certainly makes an object of its own."""
    return isinstance(value, gast.BinOp) or (
        isinstance(value, gast.UnaryOp) and isinstance(value.op, gast.USub)
    )
