"""Helper functions as they are pulled into a block: generators as lists, counters left out.

    def powers(x, n):                   def powers(x, n):
        global calls                        yielded = []
        calls += 1                          p = x
        p = x                               for _ in range(n):
        for _ in range(n):                      yielded.append(p)
            yield p                             p = p * x
            p = p * x                       return yielded
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from s2s.frontend import scope
from s2s.tape.syntax import load, store


def is_generator(tree: Any) -> bool:
    """Whether a function yields, in loops that end by themselves."""
    own = [n for s in tree.body for n in _own_nodes(s)]
    yields = [n for n in own if isinstance(n, gast.Yield)]
    other = (gast.YieldFrom, gast.While, gast.Try, gast.Return, gast.Await)
    alone = sum(
        isinstance(n, gast.Expr) and isinstance(n.value, gast.Yield) for n in own
    ) == len(yields)  # fmt: skip
    return bool(yields) and alone and not any(isinstance(n, other) for n in own)


def as_list(tree: Any) -> Any:
    """A generator function as one that returns the list of its items."""
    name = "yielded"
    while name in scope.assigned(tree.body) | scope.reads(tree.body):
        name += "_"
    new = copy.copy(tree)
    new.body = [
        store(name, gast.List([], gast.Load())), *(_collect(s, name) for s in tree.body),
        gast.Return(load(name)),
    ]  # fmt: skip
    for node in gast.walk(new):
        if isinstance(node, gast.stmt | gast.expr) and not hasattr(node, "lineno"):
            gast.copy_location(node, tree)
    return new


def without_counters(tree: Any) -> Any:
    """A function without the global names that it only counts in."""
    names = scope.globals_declared(tree.body)
    counters = {n for n in names if _only_counts(tree, n)}
    if not counters or counters != names:
        return tree
    new = copy.copy(tree)
    new.body = [s for s in tree.body if not _counts(s, counters)] or [gast.Pass()]
    return new


def _only_counts(tree: Any, name: str) -> bool:
    """Whether all that a function does with a name is to add constants to it, at its top."""
    seen = [n for n in gast.walk(tree) if isinstance(n, gast.Name) and n.id == name]
    counted = [s for s in tree.body if isinstance(s, gast.AugAssign) and _counts(s, {name})]
    return len(seen) == len(counted)


def _counts(stmt: Any, names: set[str]) -> bool:
    if isinstance(stmt, gast.Global):
        return set(stmt.names) <= names
    return (
        isinstance(stmt, gast.AugAssign) and isinstance(stmt.target, gast.Name)
        and stmt.target.id in names and isinstance(stmt.value, gast.Constant)
    )  # fmt: skip


def _own_nodes(node: Any) -> list[Any]:
    """The nodes of a statement, without those of nested functions."""
    if isinstance(node, gast.FunctionDef | gast.Lambda | gast.ClassDef):
        return []
    inner = [n for child in gast.iter_child_nodes(node) for n in _own_nodes(child)]
    return [node, *inner]


def _collect(stmt: Any, name: str) -> Any:
    """A statement with `name.append(item)` for every `yield item`."""
    if isinstance(stmt, gast.Expr) and isinstance(stmt.value, gast.Yield):
        item = stmt.value.value or gast.Constant(None, None)
        append = gast.Attribute(load(name), "append", gast.Load())
        return gast.copy_location(gast.Expr(gast.Call(append, [item], [])), stmt)
    new = copy.copy(stmt)
    for field, value in gast.iter_fields(stmt):
        if isinstance(value, list) and value and isinstance(value[0], gast.stmt):
            setattr(new, field, [_collect(s, name) for s in value])
    return new
