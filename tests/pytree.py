"""Nested containers for the tests, written apart from the compiler's own.

A leaf is *active* when it holds real or complex floating-point numbers; anything else
(integers, strings, functions, objects without fields) is carried along untouched.

>>> leaves, rebuild = flatten({"w": 1.0, "n": 3, "b": [2.0]})
>>> leaves
[1.0, 2.0]
>>> rebuild([5.0, 6.0])
{'w': 5.0, 'n': 3, 'b': [6.0]}
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


class Inactive:
    """Stands for "no derivative is defined here" in expected gradients."""

    def __repr__(self) -> str:
        """Show the marker in assertion messages."""
        return "INACTIVE"


INACTIVE = Inactive()


def is_active(leaf: Any) -> bool:
    """Say whether a leaf holds floating-point numbers."""
    if isinstance(leaf, (bool, int, np.integer, np.bool_)):
        return False
    if isinstance(leaf, (float, complex, np.inexact)):
        return True
    return isinstance(leaf, np.ndarray) and np.issubdtype(leaf.dtype, np.inexact)


def children(tree: Any) -> list[tuple[str, Any]] | None:
    """List the parts of a container with their access text, or None for a leaf."""
    if isinstance(tree, dict):
        return [(f"[{key!r}]", value) for key, value in tree.items()]
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return [(f".{name}", getattr(tree, name)) for name in tree._fields]
    if isinstance(tree, (list, tuple)):
        return [(f"[{i}]", value) for i, value in enumerate(tree)]
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        return [
            (f".{field.name}", getattr(tree, field.name)) for field in dataclasses.fields(tree)
        ]
    return None


def with_children(tree: Any, parts: list[Any]) -> Any:
    """Build a container like `tree` with other parts."""
    if isinstance(tree, dict):
        return dict(zip(tree, parts, strict=True))
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*parts)
    if isinstance(tree, (list, tuple)):
        return type(tree)(parts)
    names = [field.name for field in dataclasses.fields(tree)]
    return dataclasses.replace(tree, **dict(zip(names, parts, strict=True)))


def walk(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every leaf with the text that reads it out of the tree."""
    parts = children(tree)
    if parts is None:
        yield path, tree
        return
    for step, part in parts:
        yield from walk(part, path + step)


def tree_map(function: Callable[[Any], Any], tree: Any) -> Any:
    """Apply a function to every leaf, active or not."""
    parts = children(tree)
    if parts is None:
        return function(tree)
    return with_children(tree, [tree_map(function, part) for _, part in parts])


def flatten(tree: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """Return the active leaves and the function that puts others in their places."""
    leaves = [leaf for _, leaf in walk(tree) if is_active(leaf)]

    def rebuild(replacements: list[Any]) -> Any:
        """Put replacements where the active leaves were."""
        remaining = iter(replacements)
        return tree_map(lambda leaf: next(remaining) if is_active(leaf) else leaf, tree)

    return leaves, rebuild


def copy_tree(tree: Any) -> Any:
    """Copy every array, so that a function under test cannot spoil the inputs."""
    return tree_map(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, tree)
