"""Callables that stand for Python syntax where `operator` has none.

Each is an ordinary function with the meaning of the syntax, so that an analysis can run it on
stand-in values; the emitter prints the syntax instead.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterable
from typing import Any


def build_tuple(*items: Any) -> tuple[Any, ...]:
    """`(a, b)`."""
    return items


def build_list(*items: Any) -> list[Any]:
    """`[a, b]`."""
    return list(items)


def build_dict(*pairs: Any) -> dict[Any, Any]:
    """`{k: v, ...}` from `k, v, k, v, ...`."""
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


def build_set(*items: Any) -> set[Any]:
    """`{a, b}`."""
    return set(items)


def unpack_star(iterable: Iterable[Any], before: int, after: int) -> tuple[Any, ...]:
    """The parts of `a, *rest, b = iterable`."""
    items = list(iterable)
    if len(items) < before + after:
        raise ValueError(f"not enough values to unpack (expected at least {before + after})")
    end = len(items) - after
    return (*items[:before], items[before:end], *items[end:])


def list_append(items: list[Any], item: Any) -> list[Any]:
    """`items.append(item)`: consumes `items` and gives the longer list."""
    items.append(item)
    return items


def dict_put(entries: dict[Any, Any], key: Any, item: Any) -> dict[Any, Any]:
    """`entries[key] = item` in a comprehension: consumes `entries` and gives the larger dict."""
    entries[key] = item
    return entries


CELLS = "s2s_cells"  # the variable of an object of class `Cells`


class Cells:
    """Holds the variables of a function that functions nested in it assign."""


def new_object(cls: Any) -> Any:
    """An object of a class before `__init__` has run."""
    return object.__new__(cls)


def caught() -> BaseException | None:
    """The exception of the handler that runs: `except E as error`."""
    return sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1]


def went_well() -> None:
    """What follows in the body of a `try` is not guarded by it: `else:`."""


def truth(x: Any) -> bool:
    """The truth value of `x`, as `if` takes it."""
    return bool(x)


def contains(item: Any, container: Any) -> bool:
    """`item in container`."""
    return operator.contains(container, item)


def not_contains(item: Any, container: Any) -> bool:
    """`item not in container`."""
    return not operator.contains(container, item)


BINARY = {
    "Add": operator.add, "Sub": operator.sub, "Mult": operator.mul, "Div": operator.truediv,
    "FloorDiv": operator.floordiv, "Mod": operator.mod, "Pow": operator.pow,
    "MatMult": operator.matmul, "LShift": operator.lshift, "RShift": operator.rshift,
    "BitAnd": operator.and_, "BitOr": operator.or_, "BitXor": operator.xor,
}  # fmt: skip

INPLACE = {
    "Add": operator.iadd, "Sub": operator.isub, "Mult": operator.imul,
    "Div": operator.itruediv, "FloorDiv": operator.ifloordiv, "Mod": operator.imod,
    "Pow": operator.ipow, "MatMult": operator.imatmul, "LShift": operator.ilshift,
    "RShift": operator.irshift, "BitAnd": operator.iand, "BitOr": operator.ior,
    "BitXor": operator.ixor,
}  # fmt: skip

OUT_OF_PLACE = {INPLACE[name]: BINARY[name] for name in BINARY}

UNARY = {
    "USub": operator.neg, "UAdd": operator.pos, "Invert": operator.invert, "Not": operator.not_,
}  # fmt: skip

COMPARE = {
    "Eq": operator.eq, "NotEq": operator.ne, "Lt": operator.lt, "LtE": operator.le,
    "Gt": operator.gt, "GtE": operator.ge, "Is": operator.is_, "IsNot": operator.is_not,
    "In": contains, "NotIn": not_contains,
}  # fmt: skip
