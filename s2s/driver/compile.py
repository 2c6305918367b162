"""Text of a program to functions: what each name of the text denotes, and the module."""

from __future__ import annotations

import builtins
import importlib
import linecache
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from s2s.backend.module import module_text
from s2s.errors import Unsupported
from s2s.frontend import scope
from s2s.frontend.resolve import MISSING, Resolver
from s2s.ir.nodes import Closure, Function, Let, Ref
from s2s.ir.walk import all_atoms, statements
from s2s.rules import HelperFunction
from s2s.transform.pipeline import Program
from s2s.transform.unit import Generated

_SYNTAX = ("_operator", "operator", "s2s.ir.prims")
_serial = iter(range(1, 1 << 60))


@dataclass
class Module:
    """A generated module: its text, its names, and the data to read anew at each call."""

    text: str
    names: dict[str, Any]
    live: tuple[tuple[str, Resolver], ...]

    def refresh(self) -> None:
        """Read the user's global and captured data again."""
        for name, resolver in self.live:
            self.names[name] = resolver.lookup(name)


def build(program: Program, resolver: Resolver, name: str) -> Module:
    """Write a program as text and compile that text."""
    text = module_text(program.functions)
    names: dict[str, Any] = {"__name__": f"s2s.generated.{name}"}
    live: dict[str, Resolver] = {}
    for ref in references(program.functions, resolver):
        _bind(ref, resolver, names, live)
    filename = f"<s2s {name} {next(_serial)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(compile(text, filename, "exec"), names)
    return Module(text, names, tuple(live.items()))


def references(functions: Iterable[Function], resolver: Resolver) -> Iterator[Ref]:
    """Every object that the functions name, nested functions kept as written included."""
    for function in functions:
        for p in function.params:
            if isinstance(p.default, Ref):
                yield p.default
        for atom in all_atoms(function.body):
            if isinstance(atom, Ref):
                yield atom
        for stmt in statements(function.body):
            if isinstance(stmt, Let) and isinstance(stmt.expr, Closure):
                held = {name for name, _ in stmt.expr.captures} | {stmt.expr.node.name}
                for name in scope.ordered_reads(stmt.expr.node):
                    if name not in held and resolver.lookup(name) is not MISSING:
                        yield resolver.name(name)


def _bind(ref: Ref, resolver: Resolver, names: dict[str, Any], live: dict[str, Resolver]) -> None:
    """Give the root name of a reference its object."""
    obj = ref.obj
    if isinstance(obj, Generated | HelperFunction):
        return
    if getattr(obj, "__module__", None) in _SYNTAX and callable(obj):
        return
    root = ref.text.partition(".")[0]
    if root != ref.text:
        value = ref.root if ref.root is not None else _root(root, resolver)
    else:
        if getattr(builtins, root, MISSING) is obj and obj is not MISSING:
            return
        value = obj
    if root in names and names[root] is not value:
        raise Unsupported(
            f"two different objects are called `{root}` in functions of this derivative",
            advice=("rename one of them",),
        )
    names[root] = value
    if ref.live:
        live[root] = ref.home or resolver


def _root(root: str, resolver: Resolver) -> Any:
    """The object behind the first part of a dotted name."""
    value = resolver.lookup(root)
    if value is not MISSING:
        return value
    return importlib.import_module({"np": "numpy"}.get(root, root))


def imports_of(module: Module) -> list[str]:
    """The import statements that make the text of a module importable."""
    lines, helpers = [], []
    for name, obj in sorted(module.names.items()):
        if isinstance(obj, types.ModuleType):
            whole = obj.__name__
            lines.append(f"import {whole}" if whole == name else f"import {whole} as {name}")
        elif str(getattr(obj, "__module__", "")).startswith("s2s.runtime"):
            helpers.append(name)
    if helpers:
        lines.append(f"from s2s.runtime import {', '.join(helpers)}")
    return lines
