"""What a function promises of its arguments by annotations."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Mapping
from typing import Any

import numpy as np

from s2s.analysis.fact import Fact
from s2s.analysis.shapes import Dim

_NUMBERS: Mapping[Any, Any] = {bool: True, int: 1, float: 1.0, complex: 1j}


def annotated(fn: Any) -> dict[str, tuple[Fact, str]]:
    """What the annotations of a function say: by parameter, a fact and a kind in words.

    Understood are `bool`, `int`, `float`, `complex`, NumPy's scalar types, `np.ndarray`,
    `npt.NDArray[np.float64]` and `np.ndarray[tuple[int, int], np.dtype[np.float64]]`. All else
    says nothing.

    Examples
    --------
    >>> def loss(w: np.ndarray[tuple[int, int], np.dtype[np.float64]], b: float, x): ...
    >>> {name: kind for name, (_, kind) in annotated(loss).items()}
    {'w': 'float64[?, ?]', 'b': 'float'}
    """
    try:
        hints = inspect.get_annotations(fn, eval_str=True)
    except Exception:  # noqa: BLE001 - the text of an annotation may be anything
        return {}
    found = {name: _meaning(hint) for name, hint in hints.items() if name != "return"}
    return {name: meaning for name, meaning in found.items() if meaning is not None}


def _meaning(hint: Any) -> tuple[Fact, str] | None:
    """What one annotation says."""
    hint = _spelled_out(hint)
    if isinstance(hint, type) and hint in _NUMBERS:
        return Fact.from_value(_NUMBERS[hint]), hint.__name__
    if isinstance(hint, type) and issubclass(hint, np.generic):
        dtype = _dtype(np.dtype[hint])
        return None if dtype is None else (Fact.from_value(dtype.type(1)), dtype.name)
    if hint is np.ndarray:
        return Fact("array", numeric=True), "array[...]"
    if typing.get_origin(hint) is not np.ndarray:
        return None
    shape, dtype_hint = typing.get_args(hint)
    dtype = _dtype(dtype_hint)
    sizes = typing.get_args(shape)
    word = "array" if dtype is None else dtype.name
    if typing.get_origin(shape) is not tuple or ... in sizes:
        return Fact("array", dtype, numeric=True), f"{word}[...]"
    dims = tuple(Dim(natural=True) for _ in sizes)
    return Fact("array", dtype, dims, numeric=True), f"{word}[{', '.join('?' for _ in sizes)}]"


def _spelled_out(hint: Any) -> Any:
    """What a name that `type` gave stands for: NumPy's `NDArray` is one from Python 3.12 on."""
    for _ in range(8):
        origin = typing.get_origin(hint)
        if hasattr(origin, "__value__"):
            hint = origin.__value__[typing.get_args(hint)]
        elif hasattr(hint, "__value__"):
            hint = hint.__value__
    return hint


def _dtype(hint: Any) -> np.dtype[Any] | None:
    """The dtype that `np.dtype[np.float64]` names; None for an abstract one or a variable."""
    args = typing.get_args(hint)
    if not args or isinstance(args[0], types.GenericAlias) or not isinstance(args[0], type):
        return None
    try:
        dtype = np.dtype(args[0])
    except TypeError:  # abstract, as np.floating is
        return None
    return dtype if dtype.kind in "biufc" and dtype.type is args[0] else None
