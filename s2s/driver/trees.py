"""Nested arguments: which leaves have a derivative, and structures made of new leaves.

>>> leaves, rebuild = flatten({"w": 1.0, "n": 3, "b": [2.0]})
>>> leaves
[1.0, 2.0]
>>> rebuild([5.0, 6.0])
{'w': 5.0, 'n': 3, 'b': [6.0]}
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

_PLAIN = (bool, int, str, bytes, type(None), np.integer, np.bool_, np.str_, np.bytes_)


def is_float(x: Any) -> bool:
    """Whether a leaf holds real or complex floating-point numbers."""
    if isinstance(x, float | complex | np.inexact):
        return True
    dtype = getattr(x, "dtype", None)
    return dtype is not None and hasattr(x, "shape") and getattr(dtype, "kind", "") in ("f", "c")


def parts(tree: Any) -> dict[str, Any] | None:
    """The parts of a container by the text that reads them; None for a leaf."""
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return {f".{name}": getattr(tree, name) for name in tree._fields}
    if isinstance(tree, list | tuple):
        return {f"[{k}]": item for k, item in enumerate(tree)}
    if isinstance(tree, dict):
        return {f"[{key!r}]": value for key, value in tree.items()}
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        return {f".{f.name}": getattr(tree, f.name) for f in dataclasses.fields(tree)}
    return None


def with_parts(tree: Any, new: list[Any]) -> Any:
    """A container like `tree` around other parts."""
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*new)
    if isinstance(tree, list | tuple):
        return type(tree)(new)
    if isinstance(tree, dict):
        return dict(zip(tree, new, strict=True))
    fresh = copy.copy(tree)  # a dataclass, which may be frozen and may check its arguments
    for field, value in zip(dataclasses.fields(tree), new, strict=True):
        object.__setattr__(fresh, field.name, value)
    return fresh


def tree_map(f: Callable[[Any], Any], tree: Any) -> Any:
    """The structure with `f` applied to every leaf."""
    inner = parts(tree)
    if inner is None:
        return f(tree)
    return with_parts(tree, [tree_map(f, part) for part in inner.values()])


def walk(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with the text that reads it out of the structure."""
    inner = parts(tree)
    if inner is None:
        yield path, tree
        return
    for step, part in inner.items():
        yield from walk(part, path + step)


def flatten(tree: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """The floating-point leaves, and the function that puts others in their places."""

    def rebuild(leaves: list[Any]) -> Any:
        rest = iter(leaves)
        return tree_map(lambda leaf: next(rest) if is_float(leaf) else leaf, tree)

    return [leaf for _, leaf in walk(tree) if is_float(leaf)], rebuild


def has_gradient(x: Any, depth: int = 8) -> bool:
    """Whether an argument is, or holds, floating-point numbers."""
    if is_float(x):
        return True
    inner = parts(x)
    if inner is not None:
        return any(has_gradient(part, depth) for part in inner.values())
    if isinstance(x, _PLAIN) or callable(x) and not hasattr(x, "__dict__"):
        return False
    if isinstance(x, type) or hasattr(x, "__code__") or hasattr(x, "dtype") or not depth:
        return False
    return any(has_gradient(v, depth - 1) for v in getattr(x, "__dict__", {}).values())


def zeros(tree: Any) -> Any:
    """A zero tangent: zeros for floating-point leaves, other leaves as they are."""
    return tree_map(lambda leaf: leaf * 0 if is_float(leaf) else leaf, tree)


def entries(leaf: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Each index of a leaf, and the leaf that is 1 there and 0 elsewhere."""
    for index in np.ndindex(np.shape(leaf)):
        unit = np.zeros_like(leaf)
        unit[index] = 1
        yield index, unit if hasattr(leaf, "shape") and np.ndim(leaf) else type(leaf)(1)


def check_alike(x: Any, other: Any, what: str) -> None:
    """Refuse a tangent or cotangent without the structure and shapes of what it belongs to.

    Raises
    ------
    ValueError
        Naming the place at which they differ.
    """
    mine = parts(x)
    if mine is None:
        if not is_float(x):
            return
        if parts(other) is not None or other is None or isinstance(other, str):
            raise ValueError(f"{what} must be a number or an array, not a {_kind(other)}")
        if np.shape(x) != np.shape(other):
            raise ValueError(f"{what} has shape {np.shape(other)} where {np.shape(x)} is needed")
        if np.iscomplexobj(other) and not np.iscomplexobj(x):
            raise ValueError(f"{what} is complex where a real one is needed")
        return
    theirs = parts(other)
    if theirs is None or list(map(str, mine)) != list(map(str, theirs)):
        if isinstance(x, dict) and isinstance(other, dict) and set(x) == set(other):
            theirs = {step: other[key] for step, key in zip(mine, x, strict=True)}
        elif isinstance(x, tuple) and isinstance(other, list | tuple) and len(x) == len(other):
            theirs = dict(zip(mine, other, strict=True))
        else:
            raise ValueError(f"{what} must be a {_shown(x)}, not a {_shown(other)}")
    for step, part in mine.items():
        check_alike(part, theirs[step], what + step)


def _kind(x: Any) -> str:
    return "None" if x is None else type(x).__name__


def _shown(x: Any) -> str:
    """A structure in few words."""
    inner = parts(x)
    if inner is None:
        return _kind(x)
    if isinstance(x, dict):
        return f"dict with the keys {', '.join(map(repr, x))}"
    return f"{_kind(x)} of {len(inner)}"
