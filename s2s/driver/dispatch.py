"""What decides the generated code for some arguments: a key to look up, facts to compile with.

The key says the structure of containers, and of each leaf its kind, dtype, rank, which of its
dimensions are 1 and which are as long as others.  It never says a size or the value of a
number, so nothing is compiled again because a batch is longer.

Which sizes are equal takes longer to say than the sizes themselves, so a call looks first for
what was found for these very shapes.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import numpy as np

from s2s.analysis.fact import Fact
from s2s.analysis.shapes import Dim
from s2s.driver.arrays import array_module

_SCALARS = frozenset({float, int, bool, complex, str, bytes, type(None), type(...)})
_CODE = (type, types.ModuleType, types.FunctionType, types.MethodType, types.BuiltinFunctionType,
         np.ufunc)  # fmt: skip
_NOTHING = Fact()
_ARRAY = Fact("array", numeric=True)  # on a device: nothing is said of its shape


Shape = tuple[int, ...]
Token = Callable[[Shape], Hashable]


def signature(
    values: Iterable[Any], token: Token | None = None, met: tuple[int, ...] = ()
) -> tuple[Hashable, ...]:
    """The key of some values; each adds tokens that tell where it ends.

    Of the shape of an array the key holds what `token` says of it, or the shape itself. `met` are
    the objects that hold the values.
    """
    key: list[Hashable] = []
    for x in values:
        # Arrays first and without a call: this runs at every call of a derivative.
        if type(x) is np.ndarray:
            key.append(x.dtype)
            key.append(x.shape if token is None else token(x.shape))
        else:
            _other(x, key, token, met)
    return tuple(key)


def is_number(x: Any) -> bool:
    """Whether the key of a value is its type and nothing else."""
    return type(x) in _SCALARS or isinstance(x, np.generic)


def ones(shape: Shape) -> Hashable:
    """Which sizes are 1."""
    return tuple([n == 1 for n in shape])


def equal_sizes() -> Token:
    """Which sizes are 1, and which are equal to others in the same key."""
    numbers: dict[int, int] = {1: 1}
    return lambda shape: tuple([numbers.setdefault(n, -len(numbers)) for n in shape])


def _other(x: Any, key: list[Hashable], token: Token | None, met: tuple[int, ...]) -> None:
    """Add the tokens of anything but an array."""
    kind: Any = type(x)
    key.append(kind)
    if is_number(x):
        return
    if isinstance(x, list | tuple):
        key.append(len(x))
        key.append(signature(x, token, met))
    elif isinstance(x, dict):
        key.append(tuple(x))
        key.append(signature(x.values(), token, met))
    elif by_identity(x):
        key.append(id(x))
        if not isinstance(x, _CODE):  # what it holds may change
            _held(x, key, token, met)
    elif hasattr(x, "dtype") and hasattr(x, "shape"):
        key.append(str(x.dtype))
        key.append(tuple([n == 1 for n in x.shape]))
    else:
        _held(x, key, token, met)


def _held(x: Any, key: list[Hashable], token: Token | None, met: tuple[int, ...]) -> None:
    """Add the names of the attributes of an object, and the tokens of what they hold."""
    held = attributes(x)
    if held and id(x) not in met:  # objects may hold each other
        key.append(tuple(held))
        key.append(signature(held.values(), token, (*met, id(x))))


def attributes(x: Any) -> dict[str, Any]:
    """The data of an instance, which the compiler may know the kinds of."""
    held = getattr(x, "__dict__", None)
    return held if isinstance(held, dict) else {}


def by_identity(x: Any) -> bool:
    """Whether the code depends on which object it is: a function, a class, a module."""
    return isinstance(x, type | types.ModuleType) or (
        callable(x) and not hasattr(x, "__array__")
    )


def fact_of(x: Any, sizes: dict[int, Dim] | None = None) -> Fact:
    """What the key of an argument says of it, in the words of the compiler.

    `sizes` are the sizes met so far; without it nothing is said of which are equal.
    Of an object that is an instance of a class only the type may be used, and the names and
    kinds of its attributes, never their values.
    """
    if type(x) is not np.ndarray and hasattr(x, "dtype") and hasattr(x, "shape"):
        if isinstance(x, np.generic):
            return Fact.from_value(x)
        return _ARRAY if array_module((x,)) is not None else _NOTHING
    return Fact.from_value(x, sizes)


def kept(values: Iterable[Any], met: tuple[int, ...] = ()) -> list[Any]:
    """The objects that a key names by identity, to be kept alive as long as the key.

    `met` are the objects that hold the values.
    """
    found: list[Any] = []
    for x in values:
        if isinstance(x, list | tuple):
            found += kept(x, met)
        elif isinstance(x, dict):
            found += kept(x.values(), met)
        elif type(x) is not np.ndarray and type(x) not in _SCALARS:
            if by_identity(x):
                found.append(x)
            if not isinstance(x, _CODE) and id(x) not in met:
                found += kept(attributes(x).values(), (*met, id(x)))
    return found
