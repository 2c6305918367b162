"""Generated functions as modules of their own: imports, constants, and pasted definitions.

Two kinds of text are made here.  One imports the helpers of `s2s.runtime`; the other holds all
that it needs and runs where s2s is not installed.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import math
import sys
import textwrap
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import gast
import numpy as np

from s2s.driver.names import Scope
from s2s.driver.subject import is_of_the_user
from s2s.errors import Unsupported
from s2s.frontend import scope as scopes
from s2s.frontend.resolve import MISSING

_RUNTIME = "s2s.runtime"
_LARGEST = 64  # entries of an array that is written out


def importable_text(scope: Scope, text: str) -> str:
    """The functions below imports of all that they name; captured arrays may be missing."""
    parts = Parts(paste=False)
    parts.add_scope(scope)
    return parts.text(text)


def standalone_text(scope: Scope, text: str, header: str) -> str:
    """The functions with all that they need, below a docstring.

    Raises
    ------
    Unsupported
        Where an object that they name can be neither written down nor imported.
    """
    parts = Parts(paste=True)
    parts.add_scope(scope)
    if parts.left:
        name = next(iter(parts.left))
        raise Unsupported(
            f"`{name}` is a {type(parts.left[name]).__name__} that cannot be written into a file",
            advice=[f"pass `{name}` as an argument, or give it a name in a module"],
        )
    quoted = header.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{quoted}\n"""\n\n{parts.text(text)}'


@dataclass
class Parts:
    """What goes above the functions of a module.

    `paste` says whether definitions are copied; otherwise they are imported.  `left` holds what
    can be neither written nor imported.
    """

    paste: bool
    imports: dict[str, str] = field(default_factory=dict)  # name -> statement
    helpers: list[str] = field(default_factory=list)  # names of `s2s.runtime`
    constants: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)
    _seen: dict[str, Any] = field(default_factory=dict)

    def add_scope(self, scope: Scope) -> None:
        """Add the free names of generated functions."""
        taken = {f.name for f in scope.functions}
        found = {n: (obj, "") for n, obj in scope.fixed.items()}
        for name, (resolver, key) in scope.live.items():
            inside = key not in resolver.cells and key in resolver.globals
            home = resolver.globals.get("__name__", "") if inside else ""
            found[name] = (resolver.lookup(key), home)
        for name in taken:
            self._seen[name] = None
        for name in sorted(found):
            self.add(name, *found[name])

    def add(self, name: str, obj: Any, home: str = "") -> None:
        """Add one name; `home` is the module that it is a variable of."""
        if name in self._seen:
            if self._seen[name] is not obj:
                raise Unsupported(
                    f"two different objects are called `{name}` in this module",
                    advice=["rename one of them"],
                )
            return
        if obj is MISSING or getattr(builtins, name, MISSING) is obj:
            return
        self._seen[name] = obj
        if isinstance(obj, types.ModuleType):
            whole = obj.__name__
            self.imports[name] = f"import {whole}" + ("" if whole == name else f" as {name}")
            return
        module = str(getattr(obj, "__module__", None) or "")
        ours = module.startswith("s2s.") and isinstance(obj, types.FunctionType | type)
        if ours and not self.paste:
            self._import_ours(name, obj, module)
            return
        constant = literal(obj)
        if constant is not None:
            if constant.startswith("np."):
                self.add("np", np)
            self.constants[name] = constant
            return
        if self.paste and (ours or is_of_the_user(obj)) and self._paste(name, obj):
            return
        origin = _importable(name, obj, home)
        if origin is None:
            self.left[name] = obj
        else:
            self.imports[name] = origin

    def _import_ours(self, name: str, obj: Any, module: str) -> None:
        """Import a helper."""
        if module.startswith(_RUNTIME) and obj.__name__ == name:
            self.helpers.append(name)
        else:
            renamed = "" if obj.__name__ == name else f" as {name}"
            whole = _RUNTIME if module.startswith(_RUNTIME) else module
            self.imports[name] = f"from {whole} import {obj.__name__}{renamed}"

    def _paste(self, name: str, obj: Any) -> bool:
        """Copy a definition and what it names; false where its source cannot stand alone."""
        if getattr(obj, "needs_compiler", False):
            return False
        if isinstance(obj, types.FunctionType) and (obj.__closure__ or "<" in obj.__name__):
            return False
        try:
            text = textwrap.dedent(inspect.getsource(obj)).rstrip()
            tree = gast.parse(text)
        except (OSError, TypeError, SyntaxError):
            return False
        own = obj.__name__
        if own != name:
            if own in self._seen and self._seen[own] is not obj:
                return False
            self._seen[own] = obj
        space = _globals_of(obj)
        for free in [*scopes.ordered_reads(tree.body), *_annotations(tree)]:
            found = space.get(free, MISSING)
            if free != own and found is not MISSING:
                self.add(free, found, str(space.get("__name__", "")))
        ours = str(obj.__module__).startswith("s2s.")
        self.definitions[own] = _briefly(text) if ours else text
        if own != name:
            self.constants[name] = own
        return True

    def text(self, body: str) -> str:
        """The whole module."""
        lines = [self.imports[name] for name in sorted(self.imports)]
        plain = [line for line in lines if line.startswith("import ")]
        rest = sorted(line for line in lines if not line.startswith("import "))
        head = plain + rest
        if self.helpers:
            head.append(f"from {_RUNTIME} import {', '.join(sorted(self.helpers))}")
        aliases = {n: t for n, t in self.constants.items() if t in self.definitions}
        values = [f"{n} = {t}" for n, t in self.constants.items() if n not in aliases]
        blocks = ["\n".join(head)]
        if values:
            blocks.append("\n" + "\n".join(values))
        blocks += [f"\n\n{text}" for text in self.definitions.values()]
        blocks += [f"\n\n{n} = {t}" for n, t in aliases.items()]
        return "\n".join(blocks) + "\n\n\n" + body


def _briefly(text: str) -> str:
    """A definition whose docstrings are cut down to their first lines."""
    lines = text.split("\n")
    for node in reversed(list(ast.walk(ast.parse(text)))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            head = node.body[0]
            first, last = head.lineno - 1, head.end_lineno
            if last is not None and last - 1 > first:
                rest = lines[last:]
                blank = not isinstance(node, ast.ClassDef) and rest[:1] == [""]
                lines[first:] = [lines[first] + '"""', *(rest[1:] if blank else rest)]
    return "\n".join(lines)


def literal(obj: Any) -> str | None:
    """The text of plain data, which gives the same data when it is evaluated; or None."""
    if isinstance(obj, np.ndarray) and type(obj) is np.ndarray:
        if obj.dtype.kind not in "biuf" or obj.size > _LARGEST or not np.all(np.isfinite(obj)):
            return None
        if obj.dtype.kind == "f" and obj.dtype.itemsize > 8:
            return None
        name = obj.dtype.name
        dtype = "" if name in ("float64", "int64", "bool") and obj.size else f', dtype="{name}"'
        if obj.size == 0:
            return f"np.empty({obj.shape}{dtype})"
        exact = obj.astype(float) if obj.dtype.kind == "f" else obj
        return f"np.array({exact.tolist()!r}{dtype})"
    return _plain(obj)


def _plain(obj: Any) -> str | None:
    """The text of Python's own data."""
    kind = type(obj)
    if obj is None or kind in (bool, int, str, bytes):
        return repr(obj)
    if kind is float:
        return repr(obj) if math.isfinite(obj) else f'float("{obj!r}")'
    if kind is complex:
        finite = math.isfinite(obj.real) and math.isfinite(obj.imag)
        return repr(obj) if finite else None
    if kind in (tuple, list, set):
        items = [_plain(item) for item in obj]
        if any(item is None for item in items) or (kind is set and not items):
            return None
        inner = ", ".join(str(item) for item in items)
        if kind is tuple:
            return f"({inner},)" if len(items) == 1 else f"({inner})"
        return f"[{inner}]" if kind is list else f"{{{', '.join(sorted(map(str, items)))}}}"
    if kind is dict:
        pairs = [(_plain(k), _plain(v)) for k, v in obj.items()]
        if any(k is None or v is None for k, v in pairs):
            return None
        return "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}"
    return None


def _globals_of(obj: Any) -> Mapping[str, Any]:
    """The globals that a definition sees."""
    if isinstance(obj, types.FunctionType):
        return obj.__globals__
    return vars(sys.modules[obj.__module__]) if obj.__module__ in sys.modules else {}


def _annotations(tree: Any) -> list[str]:
    """The names in annotations of parameters and results, which `def` evaluates."""
    found = []
    for node in gast.walk(tree):
        places = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        for place in places:
            if place is not None:
                found += [n.id for n in gast.walk(place) if isinstance(n, gast.Name)]
    return found


def _importable(name: str, obj: Any, home: str) -> str | None:
    """The statement that imports an object under a name."""
    candidates = []
    module = getattr(obj, "__module__", None)
    own = getattr(obj, "__qualname__", None) or getattr(obj, "__name__", None)
    if type(obj).__name__ == "ufunc":
        candidates.append(("numpy", obj.__name__))
        if "scipy.special" in sys.modules:
            candidates.append(("scipy.special", obj.__name__))
    if isinstance(module, str) and isinstance(own, str):
        candidates.append((module, own))
    candidates.append((home, name))
    for where, which in candidates:
        if not where or where == "__main__" or not which.isidentifier():
            continue
        if where.partition(".")[0] == "s2s":  # what is ours is pasted, or not there
            continue
        try:
            found = getattr(importlib.import_module(where), which, MISSING)
        except ImportError:
            continue
        if found is obj:
            return f"from {where} import {which}" + ("" if which == name else f" as {name}")
    return None
