"""What the rules engine may ask about a value, and the answer of one who knows nothing."""

from __future__ import annotations

import numbers
from collections.abc import Hashable
from typing import Any, Protocol

import numpy as np

from s2s.ir.nodes import Atom, Const, Ref

__all__ = ["Ask", "Nothing"]


class Ask(Protocol):
    """Static questions about the values of a program; None or False means "not known"."""

    def constant(self, a: Atom) -> tuple[bool, Any]:
        """(True, value) when the value is known when compiling."""

    def ndim(self, a: Atom) -> int | None:
        """The rank."""

    def dims(self, a: Atom) -> tuple[Hashable, ...] | None:
        """The sizes: 1, another int, or a symbol; equal symbols are equal sizes, not 1."""

    def summed(self, g: Atom, x: Atom) -> tuple[int, tuple[int, ...]] | None:
        """How `g` is summed to the shape of `x`: over so many leading axes, then over these."""

    def same_shape(self, a: Atom, b: Atom) -> bool:
        """Whether the shapes are provably the same."""

    def is_scalar(self, a: Atom) -> bool | None:
        """Whether it is a Python or NumPy scalar or a 0-d array."""

    def is_array(self, a: Atom) -> bool | None:
        """Whether it is an ndarray, neither a scalar object nor a container."""

    def dtype(self, a: Atom) -> np.dtype[Any] | None:
        """The dtype."""

    def items(self, a: Atom) -> tuple[Atom, ...] | None:
        """The items of a value built as a tuple or list display."""

    def class_of(self, a: Atom) -> type | None:
        """The class of an object that is neither an array, a number nor a container."""


class Nothing:
    """The `Ask` of a generic helper: only literals speak for themselves."""

    def constant(self, a: Atom) -> tuple[bool, Any]:
        """Literals and references are constants."""
        match a:
            case Const(value):
                return True, value
            case Ref() if not a.live:
                return True, a.obj
        return False, None

    def ndim(self, a: Atom) -> int | None:
        """Numbers have rank 0."""
        return 0 if self.is_scalar(a) else None

    def dims(self, a: Atom) -> tuple[Hashable, ...] | None:
        """Numbers have no dimensions."""
        return () if self.is_scalar(a) else None

    def summed(self, g: Atom, x: Atom) -> tuple[int, tuple[int, ...]] | None:
        """Not known."""
        return None

    def same_shape(self, a: Atom, b: Atom) -> bool:
        """A value has the shape of itself."""
        return a is b

    def is_scalar(self, a: Atom) -> bool | None:
        """Literal numbers are scalars."""
        known, value = self.constant(a)
        return True if known and isinstance(value, numbers.Number) else None

    def is_array(self, a: Atom) -> bool | None:
        """Literal numbers are not arrays."""
        return False if self.is_scalar(a) else None

    def dtype(self, a: Atom) -> np.dtype[Any] | None:
        """Not known."""
        return None

    def items(self, a: Atom) -> tuple[Atom, ...] | None:
        """Not known."""
        return None

    def class_of(self, a: Atom) -> type | None:
        """That of an object known by name, such as a distribution."""
        obj = a.obj if isinstance(a, Ref) else None
        plain = obj is None or isinstance(obj, _PLAIN)
        return None if plain else type(obj)


_PLAIN = (np.ndarray, np.generic, numbers.Number, str, bytes, tuple, list, dict)
