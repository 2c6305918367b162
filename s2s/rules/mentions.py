"""Which names a template's syntax reads, and which it reads for their value.

`x.shape` mentions `x` for its shape only: an expression in which a tangent appears that way is
still linear in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import gast

__all__ = [
    "contributions", "derivative_names", "derivative_of", "mentioned", "value_names",
]  # fmt: skip

_SHAPE_ATTRIBUTES = frozenset({"shape", "ndim", "size", "dtype", "itemsize"})
_SHAPE_CALLS = frozenset({
    "ndim", "shape", "size", "is_scalar", "is_array", "needs", "zeros_of", "zeros_like",
    "ones_like", "empty_like", "same_shape", "iscomplexobj", "isrealobj",
})  # fmt: skip
# Calls that read the value of their first argument and the shape of the second.
_LIKE_CALLS = frozenset({"sum_to", "part_to", "spread", "spread_to", "unbroadcast",
                         "as_gradient"})  # fmt: skip


def derivative_of(node: Any) -> str | None:
    """The name in `d[name]`, or None for another expression."""
    match node:
        case gast.Subscript(value=gast.Name(id="d"), slice=gast.Name(id=name)):
            return str(name)
    return None


@cache
def derivative_names(body: tuple[Any, ...]) -> frozenset[str]:
    """The names under `d[...]` anywhere in a body."""
    return frozenset(n for s in body for node in gast.walk(s) if (n := derivative_of(node)))


@cache
def mentioned(body: tuple[Any, ...]) -> frozenset[str]:
    """Every name in a body."""
    names = {n.id for s in body for n in gast.walk(s) if isinstance(n, gast.Name)}
    return frozenset(names)


@cache
def contributions(body: tuple[Any, ...]) -> tuple[tuple[str, Any], ...]:
    """The pairs of name and expression in `d[name] = expression`, under any `if`."""
    return tuple(_contributions(body))


def _contributions(body: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """The pairs, in order."""
    for statement in body:
        for node in gast.walk(statement):
            if isinstance(node, gast.Assign):
                name = derivative_of(node.targets[0])
                if name is not None:
                    yield name, node.value
            elif isinstance(node, gast.AugAssign):
                name = derivative_of(node.target)
                if name is not None:
                    yield name, node.value


@cache
def value_names(node: Any, body: tuple[Any, ...] = ()) -> frozenset[str]:
    """The names whose value an expression reads, local variables of the body followed."""
    local: dict[str, list[Any]] = {}
    for statement in body:
        for inner in gast.walk(statement):
            if isinstance(inner, gast.Assign):
                for target in inner.targets:
                    for name in _bound(target):
                        local.setdefault(name, []).append(inner.value)
    found: set[str] = set()
    todo, seen = [node], set()
    while todo:
        for name in _values(todo.pop()):
            if name in local and name not in seen:
                seen.add(name)
                todo += local[name]
            found.add(name)
    return frozenset(found)


def _bound(target: Any) -> Iterator[str]:
    """The names that a target binds."""
    if isinstance(target, gast.Name):
        yield target.id
    elif isinstance(target, gast.Tuple):
        for element in target.elts:
            yield from _bound(element)


def _values(node: Any) -> Iterator[str]:
    """The names read for their value in one expression; `d[...]` counts as none."""
    if derivative_of(node) is not None:
        return
    match node:
        case gast.Name():
            yield node.id
            return
        case gast.Attribute() if node.attr in _SHAPE_ATTRIBUTES:
            return
        case gast.Call():
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in _SHAPE_CALLS:
                return
            if name in _LIKE_CALLS and len(node.args) > 1:
                for arg in (node.args[0], *node.args[2:]):
                    yield from _values(arg)
                return
    for child in gast.iter_child_nodes(node):
        yield from _values(child)
