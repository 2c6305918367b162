"""Objects that stand for those of a class, and what is known of their attributes."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from s2s.analysis.fact import NOTHING, UNKNOWN, Fact
from s2s.ir.record import replace


@cache
def witness_of(cls: type) -> object:
    """An empty instance of a class, which stands for those that the program makes."""
    if issubclass(cls, np.random.Generator):
        return np.random.default_rng(0)
    own = issubclass(cls, dict | np.random.RandomState)  # `object` cannot make these
    made: object = cls.__new__(cls) if own else object.__new__(cls)
    return made


def attribute_of(obj: Any, name: Fact) -> Fact:
    """What is known of a data attribute of an object like `obj`."""
    held = getattr(obj, "__dict__", None)
    if not isinstance(held, dict) or name.const not in held:
        return UNKNOWN
    if isinstance(getattr(type(obj), str(name.const), None), property):
        return UNKNOWN
    return replace(Fact.from_value(held[name.const]), const=NOTHING)
