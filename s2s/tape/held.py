"""Objects by the names that hold them: where each one is found, and copies that stay as they are.

>>> import numpy as np
>>> w = np.ones(2)
>>> [path.text() for path, leaf in leaves_of("p", {"w": w, "n": 3}) if leaf is w]
["p['w']"]
"""

from __future__ import annotations

import copy
import dataclasses
import types
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s.frontend.resolve import is_fixed, is_instance
from s2s.tape.variable import Variable, VariableSlice

_DEPTH = 8
_SCALARS = (bool, int, float, complex, str, bytes, type(None), np.generic)


@dataclass(frozen=True)
class Path:
    """A name and the steps from it: `("item", key)` or `("attr", name)`."""

    name: str
    steps: tuple[tuple[str, Any], ...] = ()

    def then(self, kind: str, key: Any) -> Path:
        """One step further."""
        return Path(self.name, (*self.steps, (kind, key)))

    def text(self) -> str:
        """The expression that reads it."""
        return self.name + "".join(
            f"[{key!r}]" if kind == "item" else f".{key}" for kind, key in self.steps
        )

    def read(self, root: Any) -> Any:
        """The part of a structure that the path leads to."""
        for kind, key in self.steps:
            root = getattr(root, key) if kind == "attr" else root[key]
        return root


def children(tree: Any) -> list[tuple[str, Any, Any]] | None:
    """The parts of a container or instance as (kind, key, part); None for a leaf."""
    if isinstance(tree, Variable | np.ndarray) or isinstance(tree, _SCALARS):
        return None
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return [("attr", name, getattr(tree, name)) for name in tree._fields]
    if isinstance(tree, list | tuple | deque):
        return [("item", k, part) for k, part in enumerate(tree)]
    if isinstance(tree, dict):
        return [
            ("item", key, part) for key, part in tree.items()
            if isinstance(key, str | int | float | bool | tuple | type(None))
        ]  # fmt: skip
    if is_fixed(tree) or isinstance(tree, types.MethodType):
        return None
    if is_instance(tree) and isinstance(getattr(tree, "__dict__", None), dict):
        return [("attr", key, part) for key, part in vars(tree).items() if key.isidentifier()]
    return None


def leaves_of(name: str, tree: Any) -> Iterator[tuple[Path, Any]]:
    """Every leaf below a name with its path, each container once."""
    seen: set[int] = set()

    def walk(path: Path, part: Any) -> Iterator[tuple[Path, Any]]:
        inner = children(part) if len(path.steps) < _DEPTH else None
        if inner is None:
            yield path, part
            return
        if id(part) in seen:
            return
        seen.add(id(part))
        for kind, key, below in inner:
            yield from walk(path.then(kind, key), below)

    return walk(Path(name), tree)


def holds_variables(tree: Any) -> bool:
    """Whether a structure holds a variable somewhere."""
    return any(isinstance(leaf, Variable) for _, leaf in leaves_of("_", tree))


def is_array(leaf: Any) -> bool:
    """Whether a leaf is something that a tape can watch."""
    if isinstance(leaf, Variable | np.ndarray | np.generic):
        return not isinstance(leaf, np.str_ | np.bytes_ | np.object_)
    return hasattr(leaf, "dtype") and hasattr(leaf, "shape")


def stand_in(tree: Any, memo: dict[int, Any]) -> Any:
    """A copy that later assignments and writes do not reach, with arrays for variables.

    Read-only arrays and objects that are no data stay what they are.
    """
    if id(tree) in memo:
        return memo[id(tree)]
    new = tree
    if isinstance(tree, Variable):
        new = tree._value
    elif isinstance(tree, VariableSlice):
        new = np.array(tree)[()]
    elif isinstance(tree, np.ndarray):
        # A read-only view may lie on an array that is not.
        owned = tree.base is None and not tree.flags.writeable
        new = tree if owned else tree.copy()
    elif hasattr(tree, "__cuda_array_interface__"):
        new = tree.copy()
    elif isinstance(tree, tuple) and hasattr(tree, "_fields"):
        new = type(tree)(*[stand_in(part, memo) for part in tree])
    elif type(tree) in (list, tuple):
        new = type(tree)([stand_in(part, memo) for part in tree])
    elif isinstance(tree, deque):
        new = type(tree)([stand_in(part, memo) for part in tree], tree.maxlen)
    elif isinstance(tree, set | bytearray):
        new = copy.copy(tree)
    elif type(tree) is dict:
        new = {key: stand_in(part, memo) for key, part in tree.items()}
    elif children(tree):
        return _instance(tree, memo)
    memo[id(tree)] = new
    return new


def _instance(tree: Any, memo: dict[int, Any]) -> Any:
    """A copy of an instance around copies of its attributes."""
    try:
        new = copy.copy(tree)
    except Exception:  # it does not want to be copied: it is no data
        memo[id(tree)] = tree
        return tree
    memo[id(tree)] = new
    for key, part in vars(tree).items():
        if dataclasses.is_dataclass(new):
            object.__setattr__(new, key, stand_in(part, memo))
        else:
            new.__dict__[key] = stand_in(part, memo)
    return new
