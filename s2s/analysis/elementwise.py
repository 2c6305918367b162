"""Operators and ufuncs: shapes by the rules of broadcasting, dtypes by asking NumPy."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from s2s.analysis import callables as table
from s2s.analysis.fact import NUMBER_KINDS, UNKNOWN, Fact, const_key
from s2s.analysis.shapes import Dim, ShapeToken, Sizes
from s2s.analysis.standins import Kept, has_type, is_option, scalar_of
from s2s.ir.record import replace

_OPTIONS = {
    "dtype",
    "decimals",
    "rtol",
    "atol",
    "equal_nan",
    "nan",
    "posinf",
    "neginf",
    "copy",
    "deg",
}
_NEVER = {"str", "dict", "object", "function", "slice"}
_KEPT = Kept()
_BIGGEST = 1 << 40  # of an int that is computed when compiling
_SIZE_OPS: dict[Any, bool] = {  # may the result be taken for natural when the operands are
    operator.add: True, operator.mul: True, operator.floordiv: True, operator.sub: False,
    operator.mod: False,
}  # fmt: skip


@dataclass(frozen=True)
class _Either:
    """A number that is one of Python's or one of NumPy's, of the same dtype."""

    value: Any


class Elementwise:
    """Inference for what works element by element."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes

    def apply(self, fn: Any, args: Sequence[Fact], kwargs: dict[str, Fact]) -> Fact:
        """The fact about `fn(*args, **kwargs)`."""
        ufunc = fn not in table.OPERATORS
        arity = fn.nin if isinstance(fn, np.ufunc) else table.ELEMENTWISE.get(fn, len(args))
        if len(args) > arity or (fn is np.where and len(args) != 3):
            return UNKNOWN
        masks: list[Fact] = []
        if kwargs and isinstance(fn, np.ufunc):
            masks = [f for k, f in kwargs.items() if k == "where"]
            if all(m.kind == "array" for m in masks):
                said = ("where", *(k for k, f in kwargs.items() if k == "out" and f.kind == "none"))
                kwargs = {k: f for k, f in kwargs.items() if k not in said}
        if kwargs and any(k not in _OPTIONS or not f.is_const for k, f in kwargs.items()):
            return Fact(numeric=True) if isinstance(fn, np.ufunc) and fn.nout == 1 else UNKNOWN
        args = [a for a in args if a.kind != "none"] if fn is np.clip else args
        kinds = {a.kind for a in args}
        if kinds & _NEVER or "none" in kinds:
            return UNKNOWN
        folded = self._fold(fn, args) if not ufunc else None
        if folded is not None:
            return folded
        if kinds & {"tuple", "list"}:
            return self._containers(fn, args, ufunc)
        if not (ufunc or _gives_number(fn, args)):
            return UNKNOWN
        shape = self.sizes.broadcast([a.shape for a in (*args, *masks)])
        found = self._types(fn, args, kwargs)
        owned = fn not in (np.real, np.imag) and "copy" not in kwargs
        size = self._size(fn, args)
        if isinstance(found, list):
            return Fact("tuple", items=tuple(_result(f, shape, owned, None) for f in found))
        if isinstance(fn, np.ufunc) and fn.nout > 1:
            return UNKNOWN
        return _result(found, shape, owned, size, fn in table.COMPARE)

    def inplace(self, fn: Any, args: Sequence[Fact]) -> Fact:
        """The fact about what `x += y` leaves in `x`."""
        x = args[0]
        if fn is operator.matmul:
            return replace(x, owned=False) if x.kind == "array" else UNKNOWN
        result = self.apply(fn, args, {})
        if x.kind == "array":  # written into: keeps its shape and dtype
            if isinstance(x.shape, tuple) and isinstance(args[1].shape, tuple):
                for a, b in zip(x.shape[::-1], args[1].shape[::-1], strict=False):
                    if not self.sizes.may_be_one(b):
                        self.sizes.unify(a, b)
            return replace(x, owned=False)
        if x.kind in NUMBER_KINDS:
            return result
        if x.numeric:
            return replace(result, kind="any", dtype=None, owned=False, size=None, py=None)
        return UNKNOWN

    # Parts ---------------------------------------------------------------------------------

    def _fold(self, fn: Any, args: Sequence[Fact]) -> Fact | None:
        """The value itself, where all arguments are small constants."""
        values = [a.const for a in args]
        for v in values:
            if type(v) not in (bool, int, float):  # most often it is not known
                return None
        if any(isinstance(v, int) and abs(v) > _BIGGEST for v in values):
            return None
        if (
            fn in (operator.pow, operator.lshift)
            and isinstance(values[1], int)
            and abs(values[1]) > 64
        ):
            return None
        try:
            return Fact.from_const(fn(*values))
        except (ArithmeticError, ValueError, TypeError):
            return None  # the program raises here

    def _containers(self, fn: Any, args: Sequence[Fact], ufunc: bool) -> Fact:
        """Operands among which there is a tuple or a list."""
        if fn is operator.add and len(args) == 2 and all(a.kind == "tuple" for a in args):
            left, right = args
            items = (
                None if left.items is None or right.items is None else left.items + right.items
            )
            return Fact("tuple", items=items)
        if ufunc or any(a.kind == "array" for a in args):
            if getattr(fn, "nout", 1) > 1:
                return UNKNOWN
            return Fact(numeric=True, owned=True)
        return UNKNOWN

    def _size(self, fn: Any, args: Sequence[Fact]) -> Dim | None:
        """The size that the result is, for arithmetic on ints that are sizes."""
        if fn not in _SIZE_OPS or not all(a.kind == "int" for a in args):
            return None
        sizes = [int(a.const) if a.is_const else a.size for a in args]
        if not all(isinstance(s, int | Dim) for s in sizes):
            return None
        found = [self.sizes.find(s) for s in sizes if isinstance(s, int | Dim)]
        natural = _SIZE_OPS[fn] and all(
            s.natural if isinstance(s, Dim) else s >= 0 for s in found
        )
        if fn is operator.mul and natural:
            product = self.sizes.product(found)
            return product if isinstance(product, Dim) else None
        return self.sizes.derived((fn, *found), natural)

    def _types(self, fn: Any, args: Sequence[Fact], kwargs: dict[str, Fact]) -> Any:
        """The result on arrays of two ones and on numbers, or None where types are missing."""
        unsure = [k for k, a in enumerate(args) if _unsure(a)]
        if unsure:
            return _agreed([
                self._types(fn, _decided(args, unsure, ways), kwargs)
                for ways in product((True, False), repeat=len(unsure))
            ])  # fmt: skip
        if not all(a.is_const or (has_type(a) and a.kind != "any") for a in args):
            return None
        if fn is operator.pow and all(a.kind in NUMBER_KINDS for a in args):
            # Python's `**` gives ints, floats or complex numbers, depending on the values.
            power = args[1].const
            natural = isinstance(args[0].size, Dim) and args[0].size.natural
            root = natural and isinstance(power, float) and power > 0
            root |= _positive(args[0]) and args[1].dtype == np.float64
            root |= any(a.dtype is not None and a.dtype.kind == "c" for a in args)
            if args[0].py is not False and not root and (
                not (isinstance(power, int) and power >= 0)
            ):
                return None
        if fn is operator.pow and not args[1].is_const and args[0].dtype is not None:
            # NumPy takes short cuts for some exponents, which show in the dtype of ints.
            if args[0].dtype.kind not in "fc":
                return None
        key = (fn, *map(_type_key, args), *((k, const_key(f.const)) for k, f in kwargs.items()))

        def ask() -> Any:
            try:
                options = {k: f.const for k, f in kwargs.items()}
                with np.errstate(all="ignore"), warnings.catch_warnings():
                    warnings.simplefilter("error")
                    result = fn(*map(_stand_in, args), **options)
            except Exception:  # whatever NumPy has against it: nothing is known
                return None
            return list(result) if isinstance(result, tuple) else result

        return _KEPT.get(key, ask)


def _positive(fact: Fact) -> bool:
    """Whether a number is written out, and more than 0."""
    return fact.is_const and isinstance(fact.const, int | float) and fact.const > 0


def _unsure(fact: Fact) -> bool:
    """Whether a number of known dtype is of Python or of NumPy."""
    number = fact.kind in NUMBER_KINDS and not fact.is_const
    return number and fact.py is None and fact.dtype is not None


def _decided(args: Sequence[Fact], places: Sequence[int], ways: Sequence[bool]) -> list[Fact]:
    """The arguments with numbers that are certainly of Python, or certainly of NumPy."""
    chosen = dict(zip(places, ways, strict=True))
    return [replace(a, py=chosen[k]) if k in chosen else a for k, a in enumerate(args)]


def _agreed(found: list[Any]) -> Any:
    """The one result of several ways, where they have the same type but for whose number it is."""
    if any(f is None or isinstance(f, list) for f in found):
        return None
    plain = [f.value if isinstance(f, _Either) else f for f in found]
    arrays = [isinstance(f, np.ndarray) for f in plain]
    if len({np.asarray(f).dtype for f in plain}) > 1 or len(set(arrays)) > 1:
        return None
    return plain[0] if len(set(map(type, found))) == 1 else _Either(plain[0])


def _type_key(fact: Fact) -> Hashable:
    """What the type of a result depends on."""
    if fact.is_const:
        return const_key(fact.const)
    return fact.kind, bool(fact.shape), fact.dtype, fact.py


def _stand_in(fact: Fact) -> Any:
    """A value of the type of the argument."""
    if fact.is_const and is_option(fact.const):
        return fact.const
    if fact.kind in NUMBER_KINDS:
        return scalar_of(fact)
    return np.ones((2,) if fact.shape != () else (), fact.dtype)


def _result(
    found: Any, shape: Any, owned: bool, size: Dim | None, compare: bool = False
) -> Fact:
    """The fact about a result of this shape and of the type of `found`."""
    ranked = shape.axes if isinstance(shape, ShapeToken) else bool(shape)
    py = None if isinstance(found, _Either) else not isinstance(found, np.generic)
    found = found.value if isinstance(found, _Either) else found
    if found is None:
        dtype = np.dtype(bool) if compare else None
        if ranked:
            return Fact("array", dtype, shape, owned=owned, numeric=True)
        return Fact("any", dtype, shape, owned=owned, numeric=True)
    dtype = found.dtype if isinstance(found, np.ndarray) else np.asarray(found).dtype
    if not ranked and not isinstance(shape, tuple):  # an array or, where the rank is 0, a number
        return Fact("any", dtype, shape, owned=owned, numeric=True)
    if ranked or isinstance(found, np.ndarray):
        return Fact("array", dtype, shape, owned=owned, numeric=True)
    if dtype.kind not in "biufc":
        return UNKNOWN
    kind = {"b": "bool", "i": "int", "u": "int"}.get(dtype.kind, "scalar")
    return Fact(
        kind,
        dtype,
        shape,
        owned=owned,
        size=size if kind == "int" else None,
        py=py,
        numeric=True,
    )


def _gives_number(fn: Any, args: Sequence[Fact]) -> bool:
    """Whether an operator is sure to give an array or a number: lists have some of them too."""
    if fn in table.NUMBERS_ONLY or all(a.numeric for a in args):
        return True
    if fn in (operator.add, operator.lt, operator.le, operator.gt, operator.ge):
        return any(a.numeric for a in args)
    if fn is operator.mul:  # a list times an int is a longer list
        return any(
            a.numeric and (bool(a.dims) or (a.dtype is not None and a.dtype.kind in "fc"))
            for a in args
        )
    return False
