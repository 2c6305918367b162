"""Which NumPy function a method, an attribute or an operator is, unless a template says so."""

from __future__ import annotations

import builtins
import operator
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

__all__ = ["ATTRIBUTES", "METHODS", "PACKED_METHODS", "aliases"]

_SAME = (
    "all any argmax argmin argpartition argsort choose clip conj conjugate copy cumprod "
    "cumsum diagonal dot max mean min nonzero prod ptp ravel repeat reshape round searchsorted "
    "squeeze std sum swapaxes take trace transpose var"
).split()

# Methods of arrays as functions whose first parameter is the array.
METHODS: dict[str, Any] = {name: getattr(np, name) for name in _SAME if hasattr(np, name)}

# `x.reshape(2, 3)` and `x.transpose(1, 0)` mean `x.reshape((2, 3))`: method -> parameter.
PACKED_METHODS = frozenset({"reshape", "transpose"})

# Attributes of arrays: a function of the array, or None for facts that have no derivative.
ATTRIBUTES: dict[str, Any] = {
    "T": np.transpose, "mT": np.matrix_transpose, "real": np.real, "imag": np.imag,
    "flat": np.ravel,
    "shape": None, "ndim": None, "size": None, "dtype": None, "itemsize": None, "nbytes": None,
    "strides": None, "flags": None, "device": None,
}  # fmt: skip

_GROUPS: tuple[tuple[Any, ...], ...] = (
    (operator.add, np.add), (operator.sub, np.subtract), (operator.mul, np.multiply),
    (operator.truediv, np.divide), (operator.pow, np.power, builtins.pow),
    (operator.neg, np.negative), (operator.pos, np.positive),
    (operator.abs, np.absolute, builtins.abs), (operator.matmul, np.matmul),
    (operator.floordiv, np.floor_divide), (operator.mod, np.remainder),
    (operator.invert, np.invert), (operator.and_, np.bitwise_and),
    (operator.or_, np.bitwise_or), (operator.xor, np.bitwise_xor),
    (operator.lshift, np.left_shift), (operator.rshift, np.right_shift),
    (operator.eq, np.equal), (operator.ne, np.not_equal), (operator.lt, np.less),
    (operator.le, np.less_equal), (operator.gt, np.greater), (operator.ge, np.greater_equal),
    (builtins.divmod, np.divmod),
)  # fmt: skip

_DUNDERS = (
    "add sub mul truediv pow neg pos abs matmul floordiv mod invert and or xor lshift rshift "
    "eq ne lt le gt ge getitem"
).split()


def _operator(name: str) -> Any:
    """The function of `operator` behind a special method."""
    return getattr(operator, name, None) or getattr(operator, name + "_")


_ALIASES: dict[Any, tuple[Any, ...]] = {f: group for group in _GROUPS for f in group}
for _name in _DUNDERS:
    _fn = _operator(_name)
    _method = getattr(np.ndarray, f"__{_name}__")
    _ALIASES[_method] = (_fn, *_ALIASES.get(_fn, ()))
for _name, _fn in METHODS.items():
    if hasattr(np.ndarray, _name):
        _ALIASES[getattr(np.ndarray, _name)] = (_fn,)


def aliases(obj: Any) -> Iterator[Any]:
    """The hashable callables that mean the same as one."""
    try:
        yield from _ALIASES.get(obj, ())
        if "cupy" in sys.modules:
            yield from _of_cupy().get(obj, ())
    except TypeError:  # an unhashable callable has no alias
        return


@cache
def _of_cupy() -> dict[Any, tuple[Any, ...]]:
    """The functions of CuPy, which mean what those of NumPy with their name mean."""
    table: dict[Any, tuple[Any, ...]] = {}
    for part in ("", "linalg", "fft"):
        theirs = getattr(sys.modules["cupy"], part) if part else sys.modules["cupy"]
        ours = getattr(np, part) if part else np
        for name in dir(ours):
            found, same = getattr(theirs, name, None), getattr(ours, name)
            if callable(found) and callable(same) and not isinstance(same, type):
                table[found] = (same, *_ALIASES.get(same, ()))
    return table
