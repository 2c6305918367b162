"""The generator functions that a definition names, and the names of the ways to call them."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gast

from s2s.frontend.desugar.yields import fresh_name, own_nodes

Lookup = Callable[[str], Any]


@dataclass(frozen=True)
class Way:
    """A generator function of a module, and how it is to be called: each, until or listed."""

    fn: types.FunctionType
    kind: str
    text: str  # what the user calls it


def object_named(node: Any, lookup: Lookup) -> Any:
    """What a name, or an attribute of a module, denotes."""
    if isinstance(node, gast.Name):
        return lookup(node.id)
    if isinstance(node, gast.Attribute):
        base = object_named(node.value, lookup)
        return getattr(base, node.attr, None) if isinstance(base, types.ModuleType) else None
    return None


def dotted(node: Any) -> str:
    """The text of a name, or of an attribute of a module."""
    if isinstance(node, gast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return str(node.id)


def is_generator_function(obj: Any) -> bool:
    """Whether an object is a generator function written in Python."""
    return isinstance(obj, types.FunctionType) and bool(obj.__code__.co_flags & 0x20)


class Shared:
    """What all scopes of one definition have in common."""

    def __init__(self, lookup: Lookup, tree_of: Callable[..., Any], names: set[str]) -> None:
        self.lookup, self.tree_of, self.names = lookup, tree_of, names
        self.ways: dict[str, Way] = {}

    def fresh(self, stem: str) -> str:
        """A name that nothing has yet."""
        return fresh_name(stem, self.names)

    def way(self, fn: types.FunctionType, kind: str, text: str) -> str:
        """The name of a way to call a generator function of a module."""
        for name, way in self.ways.items():
            if way == Way(fn, kind, text):
                return name
        name = self.fresh(f"{fn.__name__}_{kind}")
        self.ways[name] = Way(fn, kind, text)
        return name

    def recursive(self, fn: types.FunctionType, above: tuple[Any, ...] = ()) -> bool:
        """Whether a generator function comes to call itself."""
        if fn in above:
            return True
        called = (
            object_named(n.func, fn.__globals__.get) for n in own_nodes(self.tree_of(fn).body)
            if isinstance(n, gast.Call)
        )  # fmt: skip
        return any(is_generator_function(g) and self.recursive(g, (*above, fn)) for g in called)
