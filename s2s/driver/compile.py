"""Text of a program to functions: written down, compiled, and kept up to date with the user."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy

from s2s.backend.module import module_text
from s2s.driver.cache import compile_text
from s2s.driver.names import Scope, scope_of
from s2s.driver.subject import Home
from s2s.errors import Unsupported
from s2s.frontend.resolve import MISSING
from s2s.transform.pipeline import Program


@dataclass(eq=False)
class Module:
    """A generated module that is never in `sys.modules`.

    Attributes
    ----------
    text : str
        What was compiled.
    filename : str
        The file that shows the text.
    scope : Scope
        What its free names denote.
    names : dict
        The namespace.
    entry : callable
        The function that was asked for.
    """

    text: str
    filename: str
    scope: Scope
    names: dict[str, Any]
    entry: Callable[..., Any]

    def __post_init__(self) -> None:
        self._cells: list[tuple[str, Any]] = []
        self._globals: list[tuple[str, Any, str]] = []
        for name, (resolver, key) in self.scope.live.items():
            if key in resolver.cells:
                self._cells.append((name, resolver.cells[key]))
            else:
                self._globals.append((name, resolver.globals, key))
        self._guards: list[tuple[Any, str, Any]] = []
        self._guarded_cells: list[tuple[Any, Any]] = []
        for resolver, key, obj in self.scope.guards.values():
            if key in resolver.cells:
                self._guarded_cells.append((resolver.cells[key], obj))
            else:
                self._guards.append((resolver.globals, key, obj))
        self._plain = not self.scope.live and not self._guarded_cells
        self.settled = self._plain and not self._guards  # always ready

    def ready(self) -> bool:
        """Read the user's data again; false if a function or class was bound anew.

        This runs at every call.
        """
        for space, key, obj in self._guards:
            if space.get(key, MISSING) is not obj:
                return False
        if self._plain:
            return True
        for cell, obj in self._guarded_cells:
            if cell.cell_contents is not obj:
                return False
        for name, space, key in self._globals:
            try:
                self.names[name] = space[key]
            except KeyError:
                self.names.pop(name, None)  # a builtin, or the user's NameError
        for name, cell in self._cells:
            try:
                self.names[name] = cell.cell_contents
            except ValueError:
                self.names.pop(name, None)
        return True

    def function(self, name: str) -> Callable[..., Any]:
        """A function of the module."""
        found: Callable[..., Any] = self.names[name]
        return found


def _names(code: CodeType, name: str) -> bool:
    """Whether code, or a function in it, speaks of a global name."""
    inner = (c for c in code.co_consts if isinstance(c, CodeType))
    return name in code.co_names or any(_names(c, name) for c in inner)


def write(program: Program, homes: Sequence[Home]) -> tuple[Scope, str]:
    """The functions of a program as they are written, what their names denote, and the text."""
    scope = scope_of(program.functions, homes)
    return scope, module_text(scope.functions)


def build(program: Program, homes: Sequence[Home]) -> Module:
    """Write a program as text and compile that text."""
    scope, text = write(program, homes)
    try:
        code = compile_text(text, program.entry)
    except IndentationError as error:
        if "too many levels" not in str(error):
            raise
        raise Unsupported(
            f"`{program.functions[-1].name}` nests deeper than Python allows: every early exit "
            "is one more level",
            origin=program.functions[-1].origin,
            advice=("split the function in two",),
        ) from error
    if _names(code, "np") and "np" not in scope.live:
        scope.fixed.setdefault("np", numpy)  # for np.inf and np.nan, which are literals
    names: dict[str, Any] = {
        "__name__": f"s2s.generated.{program.entry}",
        "__file__": code.co_filename,
        "__package__": homes[0].fn.__globals__.get("__package__") if homes else None,
        **scope.fixed,
    }
    exec(code, names)
    return Module(text, code.co_filename, scope, names, names[program.entry])


