"""Answers to the questions of the rules, from the values that a program has at run time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from s2s.analysis.fact import Fact
from s2s.ir.nodes import Const, Ref, Value
from s2s.rules.ask import Nothing


class Live(Nothing):
    """Answers questions about values from the values themselves."""

    def __init__(self, env: Mapping[Value, Any]) -> None:
        self.env = env

    def value(self, a: Any) -> tuple[bool, Any]:
        """What an atom holds, if it is there yet."""
        match a:
            case Const(value):
                return True, value
            case Ref():
                return True, a.obj
            case Value() if a in self.env:
                return True, self.env[a]
        return False, None

    def constant(self, a: Any) -> tuple[bool, Any]:
        """Literals, and what is no number."""
        known, value = self.value(a)
        if known and isinstance(a, Value) and not callable(value):
            return False, None
        return known, value

    def of(self, a: Any) -> Fact:
        """The class of an object, the fields of a tuple."""
        known, value = self.value(a)
        if known and not isinstance(value, np.ndarray | np.generic):
            return Fact.from_value(value)
        return Fact()

    def ndim(self, a: Any) -> int | None:
        """The rank."""
        known, value = self.value(a)
        return np.ndim(value) if known and isinstance(value, np.ndarray | np.generic) else None

    def is_scalar(self, a: Any) -> bool | None:
        """Whether it is a number."""
        known, value = self.value(a)
        return isinstance(value, int | float | complex | np.generic) if known else None

    def is_array(self, a: Any) -> bool | None:
        """Whether it is an array."""
        known, value = self.value(a)
        return isinstance(value, np.ndarray) if known else None

    def dtype(self, a: Any) -> Any:
        """The dtype."""
        known, value = self.value(a)
        return getattr(value, "dtype", None) if known else None
