"""The names that a template may use, and evaluation of dotted names and literal defaults.

Nothing of a template is executed: a decorator's `np.linalg.solve` is looked up name by name.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import math
import operator
import sys
from collections.abc import Mapping
from typing import Any, TypeAlias

import gast
import numpy as np

from s2s.ir.nodes import Ref

__all__ = [
    "MISSING", "Names", "base_names", "dotted", "imported_names", "literal", "resolve",
    "runtime_part", "runtime_ref",
]  # fmt: skip

Names: TypeAlias = dict[str, tuple[Any, str]]  # name -> (object, how generated code writes it)

# By name only: generated code and templates speak of the runtime, the compiler never uses it.
RUNTIME = "s2s.runtime"
PRIMS = "s2s.ir.prims"

# Packages whose rules wait until the user has imported them: s2s never does so itself.
LAZY = ("scipy",)

_STANDARD = frozenset(
    "numpy math cmath operator functools itertools statistics copy bisect heapq builtins typing "
    "random __future__".split()
)
MISSING = object()


def runtime_ref(name: str) -> Ref:
    """A function of the runtime, written by its bare name."""
    return Ref(name, getattr(importlib.import_module(RUNTIME), name))


def runtime_part(name: str) -> Any:
    """A module of the runtime, by name."""
    return importlib.import_module(f"{RUNTIME}.{name}")


def base_names() -> Names:
    """What every template sees without an import."""
    names: Names = {k: (v, k) for k, v in vars(builtins).items() if not k.startswith("_")}
    runtime, prims = importlib.import_module(RUNTIME), importlib.import_module(PRIMS)
    for key, value in vars(runtime).items():
        if callable(value) and not key.startswith("_"):
            names[key] = (value, key)
    for module in ("programs", "polynomials", "sequences", "ufuncs", "moments", "heaps"):
        names[module] = (runtime_part(module), "")
    names |= {
        "np": (np, "np"),
        "numpy": (np, "np"),
        "math": (math, "math"),
        "operator": (operator, "operator"),
        "functools": (functools, "functools"),
        "builtins": (builtins, ""),
        "runtime": (runtime, ""),
        "prims": (prims, "prims"),
    }
    return names


def imported_names(statement: Any) -> Names:
    """What an import at the head of a template file adds; absent packages add nothing."""
    names: Names = {}
    for alias in statement.names:
        if isinstance(statement, gast.Import):
            path = alias.name if alias.asname else alias.name.split(".")[0]
            module = _module(path)
            if module is not None:
                names[alias.asname or path] = (module, _written(path))
            continue
        module = _module(statement.module or "")
        if module is None:
            continue
        found = getattr(module, alias.name, MISSING)
        if found is MISSING:
            found = _module(f"{statement.module}.{alias.name}") or MISSING
        if found is not MISSING:
            prefix = _written(statement.module)
            text = f"{prefix}.{alias.name}" if prefix else alias.name
            if getattr(found, "__name__", "") == RUNTIME:
                text = ""
            names[alias.asname or alias.name] = (found, text)
    return names


def _module(path: str) -> Any:
    """A module that templates may name, or None."""
    root = path.split(".")[0]
    if path == "s2s":
        return importlib.import_module(path)
    if root in _STANDARD:
        return importlib.import_module(path)
    if path in (RUNTIME, PRIMS):
        return importlib.import_module(path)
    return sys.modules.get(path) if root in LAZY and root in sys.modules else None


def _written(path: str) -> str:
    """How generated code writes a module."""
    if path in (RUNTIME, "builtins"):
        return ""
    return "np" + path[5:] if path.split(".")[0] == "numpy" else path


def dotted(node: Any) -> tuple[str, ...] | None:
    """The parts of `a.b.c`, or None for another expression."""
    parts: list[str] = []
    while isinstance(node, gast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, gast.Name):
        return None
    return (node.id, *reversed(parts))


def resolve(parts: tuple[str, ...], names: Mapping[str, tuple[Any, str]]) -> tuple[Any, str]:
    """The object behind a dotted name and its text; `MISSING` when there is none."""
    obj, text = names.get(parts[0], (MISSING, parts[0]))
    for part in parts[1:]:
        if obj is MISSING:
            break
        # Looking up `np.linalg.x` may not exist in this NumPy: such names are skipped.
        obj = getattr(obj, part, MISSING)
        text = f"{text}.{part}" if text else part
    return obj, text


def literal(node: Any, names: Mapping[str, tuple[Any, str]]) -> tuple[Any, str | None]:
    """The value of a default: a literal, or a dotted name with its text."""
    match node:
        case gast.Constant():
            return node.value, None
        case gast.UnaryOp() if isinstance(node.op, gast.USub):
            return -literal(node.operand, names)[0], None
        case gast.Tuple():
            return tuple(literal(e, names)[0] for e in node.elts), None
    parts = dotted(node)
    found, text = resolve(parts, names) if parts else (MISSING, "")
    if found is MISSING:
        raise ValueError("neither a literal nor a known name")
    return found, text
