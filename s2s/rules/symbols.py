"""What an expression of a template is while it is lowered: known, symbolic, or emitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from s2s.ir.nodes import Atom

__all__ = [
    "Dim", "Known", "Later", "Run", "Shape", "Slice", "Sym", "Tup", "Undecidable", "Zero",
    "foldable",
]  # fmt: skip


class Undecidable(Exception):
    """A static question has no answer here: the body becomes a helper function."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value known when compiling, with the atom or the text that writes it."""

    value: Any
    atom: Atom | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A value of the running program."""

    atom: Atom


@dataclass(frozen=True, slots=True)
class Zero:
    """The zero of a derivative that is absent; `like` is the value whose derivative it is."""

    like: Atom | None = None


@dataclass(frozen=True, slots=True)
class Tup:
    """A tuple or list whose items are symbols."""

    items: tuple[Sym, ...]
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice in a subscript."""

    lower: Sym
    upper: Sym
    step: Sym


@dataclass(frozen=True, slots=True)
class Shape:
    """`x.shape`, not emitted yet."""

    of: Atom


@dataclass(frozen=True, slots=True)
class Dim:
    """`x.shape[k]`, not emitted yet."""

    of: Atom
    index: int


@dataclass(eq=False, slots=True)
class Later:
    """A local variable of a template, lowered when it is first read: no dead code."""

    make: Callable[[], Sym]
    value: Sym | None = None


Sym: TypeAlias = "Known | Run | Zero | Tup | Slice | Shape | Dim"

_PLAIN = (int, float, complex, bool, str, bytes, type(None), type(Ellipsis))


def foldable(value: Any) -> bool:
    """Whether arithmetic on a value may be done when compiling: plain Python values only."""
    if type(value) is tuple:
        return all(foldable(v) for v in value)
    return type(value) in _PLAIN
