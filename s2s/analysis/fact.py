"""What may be known of one value, and what two alternatives have in common."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import numpy as np

from s2s.analysis.shapes import Dim, Dims, Shape, ShapeToken
from s2s.ir.record import record, replace


class _Nothing:
    """The type of `NOTHING`."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = _Nothing()
ANY = _Nothing()  # in place of a key that is not known

NUMBER_KINDS = frozenset({"scalar", "int", "bool"})
CONTAINERS = frozenset({"tuple", "list", "dict"})
_PYTHON_DTYPES = {bool: np.dtype(bool), int: np.dtype(np.int64), float: np.dtype(float),
                  complex: np.dtype(complex)}  # fmt: skip


@record(frozen=True, slots=True)
class Contents:
    """What is ever put into a container, by key; sizes younger than `made` differ by item."""

    entries: tuple[tuple[Hashable, Fact], ...]
    made: int


@record(frozen=True, slots=True)
class Fact:
    """What is known of a value; the default says nothing at all.

    `kind` is 'any', 'array' (exactly `np.ndarray`), 'scalar', 'int', 'bool' (numbers, of Python
    or of NumPy), 'tuple', 'list', 'dict', 'slice', 'str', 'none', 'function' or
    'object'; 'undef' on a path that does not bind it.

    A `shape` of None says nothing.  For a value that may be a list, it is what `np.shape` says.
    `items` are those of a tuple, a list or a slice, or the values of a dict with `keys`.
    `const` is the value itself, where known when compiling.
    `owned` says that the expression allocated the value: it is no view of another one.
    `size` names the value of an int as a size, and the shape that a tuple is, so that
    `np.zeros(x.shape[0])` is known to be as long as `x`.
    `py` says whether a number is one of Python, whose dtype gives way to that of an array.
    `numeric` says that the value is an array or a number, never a list.
    `contents` is what the items of a list or dict that changes have in common.
    """

    kind: str = "any"
    dtype: np.dtype[Any] | None = None
    shape: Shape | None = None
    items: tuple[Fact, ...] | None = None
    keys: tuple[Hashable, ...] | None = None
    const: Any = NOTHING
    obj: Any = None
    owned: bool = False
    size: Dim | ShapeToken | None = None
    py: bool | None = None
    numeric: bool = False
    contents: Contents | None = None

    @property
    def dims(self) -> Dims | None:
        """The dimensions, where the rank is known."""
        shape = self.shape
        return shape if isinstance(shape, tuple) else None

    @property
    def has_axes(self) -> bool:
        """Whether it is certainly not without dimensions."""
        shape = self.shape
        return shape.axes if isinstance(shape, ShapeToken) else bool(shape)

    @property
    def is_const(self) -> bool:
        """Whether the value itself is known."""
        return self.const is not NOTHING

    def and_also(self, other: Fact) -> Fact:
        """What two facts about one value say together; where both speak, it is this one."""
        if self.kind == "any" and other.kind not in ("any", "array", *NUMBER_KINDS):
            return other
        if self.kind != "any" and self.kind != other.kind and other.kind != "any":
            return self
        base = self if self.kind != "any" else other
        ranked = isinstance(self.shape, tuple) or other.shape is None
        shape = self.shape if ranked else other.shape
        dtype = self.dtype if self.dtype is not None else other.dtype
        numeric = self.numeric or other.numeric
        if base is self and shape is self.shape and dtype is self.dtype and (
            numeric == self.numeric
        ):
            return self
        return Fact(
            base.kind, dtype, shape, base.items, base.keys, base.const, base.obj, self.owned,
            base.size, base.py, numeric, base.contents,
        )  # fmt: skip

    def shaped(self, shape: Shape | None) -> Fact:
        """The same about a value of another shape: this is asked more often than all else."""
        return Fact(
            self.kind, self.dtype, shape, self.items, self.keys, self.const, self.obj, self.owned,
            self.size, self.py, self.numeric, self.contents,
        )  # fmt: skip

    @staticmethod
    def from_const(value: Any) -> Fact:
        """The fact about a value that is known when compiling."""
        match value:
            case bool() | int() | float() | complex() | np.generic():
                return replace(Fact.from_value(value), const=value, size=None)
            case str() | bytes():
                return Fact("str", const=value)
            case None:
                return Fact("none", const=None)
            case tuple():
                return Fact("tuple", items=tuple(map(Fact.from_const, value)), const=value)
            case slice():
                parts = (value.start, value.stop, value.step)
                return Fact("slice", items=tuple(map(Fact.from_const, parts)), const=value)
            case types.FunctionType() | types.BuiltinFunctionType() | np.ufunc() | type():
                return Fact("function", const=value, obj=value)
        return Fact("object", const=value, obj=value)

    @staticmethod
    def from_value(obj: Any, sizes: dict[int, Dim] | None = None) -> Fact:
        """What a signature says of an argument like `obj`: no sizes but 1, and no values.

        What is as long as an array that was seen before gets its size from `sizes`.
        """

        def inner(parts: Iterable[Any]) -> tuple[Fact, ...]:
            return tuple([Fact.from_value(part, sizes) for part in parts])

        match obj:
            case bool() | np.bool_():
                return Fact("bool", np.dtype(bool), (), py=isinstance(obj, bool), numeric=True)
            case int():
                return Fact("int", np.dtype(np.int64), (), size=Dim(), py=True, numeric=True)
            case np.integer():
                return Fact("int", obj.dtype, (), size=Dim(), py=False, numeric=True)
            case np.inexact():  # before float: np.float64 is a float
                return Fact("scalar", obj.dtype, (), py=False, numeric=True)
            case float() | complex():
                return (
                    Fact("scalar", _PYTHON_DTYPES[type(obj)], (), py=True, numeric=True)
                    if type(obj) in _PYTHON_DTYPES
                    else Fact("object", obj=obj)
                )
            case None:
                return Fact("none", const=None)
            case str() | bytes():
                return Fact("str")
            case tuple():
                named = type(obj) if hasattr(obj, "_fields") else None
                return Fact("tuple", items=inner(obj), obj=named)
            case list():
                return Fact("list", items=inner(obj))
            case dict():
                return Fact("dict", items=inner(obj.values()), keys=tuple(obj))
            case types.FunctionType() | types.BuiltinFunctionType() | np.ufunc() | type():
                return Fact("function", const=obj, obj=obj)
        if type(obj) is np.ndarray and obj.dtype.kind in "biufc":
            return Fact("array", obj.dtype, _dims(obj.shape, sizes), numeric=True)
        return Fact("object", obj=obj)


def _dims(shape: tuple[int, ...], sizes: dict[int, Dim] | None) -> Dims:
    """A shape without its sizes, but for those that are 1."""
    known = [(n, Dim(maybe_one=False, natural=True)) for n in shape]
    if sizes is not None:
        known = [(n, sizes.setdefault(n, new)) for n, new in known]
    return tuple(1 if n == 1 else dim for n, dim in known)


UNKNOWN = Fact()
NUMBER = Fact(numeric=True)
NEW_NUMBER = Fact(numeric=True, owned=True)


def _same_object(f: Fact, g: Fact) -> Any:
    """The object that stands for both: one whose attributes are of the kinds of the other's."""
    same = f.obj is g.obj or f.kind == g.kind == "object" and _alike(f.obj, g.obj)
    return f.obj if same else None


def _alike(a: Any, b: Any, depth: int = 6) -> bool:
    """Whether all that the compiler may ask of two values has the same answer."""
    if a is b:
        return True
    if type(a) is not type(b) or not depth or isinstance(a, type | types.ModuleType):
        return False
    if isinstance(a, np.ndarray):
        ones = [tuple(n == 1 for n in x.shape) for x in (a, b)]
        return bool(a.dtype == b.dtype and ones[0] == ones[1])
    if isinstance(a, bool | int | float | complex | str | bytes | np.generic):
        return True
    if isinstance(a, list | tuple | dict):
        pairs = zip(*(x.values() if isinstance(x, dict) else x for x in (a, b)), strict=False)
        same = len(a) == len(b) and (not isinstance(a, dict) or list(a) == list(b))
        return same and all(_alike(x, y, depth - 1) for x, y in pairs)
    held = [getattr(x, "__dict__", None) for x in (a, b)]
    if type(a).__module__ in ("builtins", "numpy") or hasattr(a, "dtype") or None in held:
        return False
    if hasattr(type(a), "__slots__"):
        return False
    one, other = held
    assert one is not None and other is not None
    return list(one) == list(other) and all(_alike(one[k], other[k], depth - 1) for k in one)


class Join:
    """What is true of both of two alternatives.

    One `Join` serves all values of one merge: where two values have the same two shapes in the
    two alternatives, they still have the same shape as each other.
    """

    def __init__(self) -> None:
        self._pairs: dict[Hashable, Any] = {}

    def __call__(self, f: Fact, g: Fact) -> Fact:
        """The common part of two facts."""
        if f is g or g.kind == "undef":
            return f
        if f.kind == "undef":
            return g
        number = f.kind in NUMBER_KINDS and g.kind in NUMBER_KINDS
        kind = f.kind if f.kind == g.kind else "scalar" if number else "any"
        items, keys = None, None
        if kind in CONTAINERS | {"slice"} and f.items is not None and g.items is not None:
            if len(f.items) == len(g.items) and f.keys == g.keys:
                items = tuple(map(self, f.items, g.items))
                keys = f.keys
        same = f.is_const and g.is_const and const_key(f.const) == const_key(g.const)
        return Fact(
            kind, _same_dtype(f.dtype, g.dtype), self.shape(f.shape, g.shape),
            items, keys, f.const if same else NOTHING, _same_object(f, g),
            f.owned and g.owned, self._size(f, g), f.py if f.py is g.py else None,
            f.numeric and g.numeric,
            None if items else self._contents(f, g) or _numbers(kind, f, g),
        )  # fmt: skip

    def _contents(self, f: Fact, g: Fact) -> Contents | None:
        """What the items of both have in common, under the same keys."""
        a, b = f.contents, g.contents
        if a == b or a is None or b is None or f.kind != g.kind:
            return a if a == b else None
        if [k for k, _ in a.entries] != [k for k, _ in b.entries]:
            return None
        entries = ((k, self(x, y)) for (k, x), (_, y) in zip(a.entries, b.entries, strict=True))
        return Contents(tuple(entries), min(a.made, b.made))

    def shape(self, a: Shape | None, b: Shape | None) -> Shape | None:
        """The common part of two shapes."""
        if a is None or b is None:
            return None
        if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
            return tuple(map(self._dim, a, b))
        if a == b:
            return a
        axes = all(s.axes if isinstance(s, ShapeToken) else bool(s) for s in (a, b))
        token: ShapeToken = self._pair(a, b, lambda: ShapeToken(axes))
        return token

    def _dim(self, a: int | Dim, b: int | Dim) -> int | Dim:
        """The common part of two dimensions."""
        if a == b:
            return a
        one = any(d.maybe_one if isinstance(d, Dim) else d == 1 for d in (a, b))
        natural = all(d.natural if isinstance(d, Dim) else d >= 0 for d in (a, b))
        return self._pair(a, b, lambda: Dim(maybe_one=one, natural=natural))  # type: ignore[no-any-return]

    def _size(self, f: Fact, g: Fact) -> Dim | ShapeToken | None:
        """The common part of what two ints, or two tuples, are as sizes."""
        a, b = as_size(f), as_size(g)
        if a is None or b is None:
            return None
        if isinstance(a, ShapeToken) or isinstance(b, ShapeToken):
            return a if a is b and isinstance(a, ShapeToken) else None
        joined = self._dim(a, b)
        return joined if isinstance(joined, Dim) else None

    def _pair(self, a: Hashable, b: Hashable, make: Callable[[], Any]) -> Any:
        """The symbol of two alternatives, made once."""
        key = (a, b)
        if key not in self._pairs:
            self._pairs[key] = make()
        return self._pairs[key]


def _numbers(kind: str, f: Fact, g: Fact) -> Contents | None:
    """What two lists of numbers hold that are not equally long."""
    if kind != "list":
        return None
    held = [
        h for x in (f, g) for h in (x.items if x.items is not None else (
            tuple(h for _, h in x.contents.entries) if x.contents is not None else (UNKNOWN,)
        ))
    ]  # fmt: skip
    if not held or any(h.kind not in NUMBER_KINDS for h in held):
        return None
    first = replace(held[0], const=NOTHING, size=None)
    return Contents(((ANY, functools.reduce(Join(), held[1:], first)),), 0)


def _same_dtype(a: np.dtype[Any] | None, b: np.dtype[Any] | None) -> np.dtype[Any] | None:
    """The dtype where two agree; to NumPy's `==`, None is float64."""
    return a if a is not None and b is not None and a == b else None


def as_size(fact: Fact) -> int | Dim | ShapeToken | None:
    """What an int is as a size, or a tuple as a shape."""
    if fact.kind == "int" and fact.is_const:
        return int(fact.const)
    return fact.size


def const_key(value: Any) -> Hashable:
    """A key that tells constants apart: 1, 1.0 and True, 0.0 and -0.0 are different."""
    if isinstance(value, tuple):
        return tuple(map(const_key, value))
    if isinstance(value, bool | int | float | complex | str | bytes | slice | np.generic):
        return type(value), repr(value)
    return Same(value)


@record(frozen=True, eq=False, slots=True)
class Same:
    """A key that is equal for one object only, which it keeps alive."""

    value: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


def rename(fact: Fact, table: Callable[[Any], Any]) -> Fact:
    """The fact with `table` applied to its dimensions and tokens."""
    shape: Any = fact.shape
    if isinstance(shape, tuple):
        if shape:
            new = tuple(map(table, shape))
            shape = shape if all(map(_is, new, shape)) else new
    elif shape is not None:
        shape = table(shape)
    size = fact.size if fact.size is None else table(fact.size)
    items = fact.items
    if items:
        renamed = tuple(rename(f, table) for f in items)
        items = items if all(map(_is, renamed, items)) else renamed
    if shape is fact.shape and size is fact.size and items is fact.items:
        return fact
    if isinstance(size, int):  # an int proven to be a number
        known = fact.py is True and not fact.is_const
        return replace(
            fact, shape=shape, size=None, items=items, const=size if known else fact.const
        )
    return replace(fact, shape=shape, size=size, items=items)


def _is(a: object, b: object) -> bool:
    """`a is b`."""
    return a is b


def without_items(fact: Fact, kinds: Mapping[str, bool] | frozenset[str]) -> Fact:
    """The fact without the items of containers of these kinds, at any depth."""
    if fact.kind in kinds:
        return replace(fact, items=None, keys=None, contents=None)
    if fact.items is None:
        return fact
    return replace(fact, items=tuple(without_items(f, kinds) for f in fact.items))


INDEX = Fact("int", np.dtype(np.int64), (), py=True, numeric=True)  # a position in a loop


def like(fact: Fact) -> Fact:
    """The fact about a value of the shape of another: its adjoint, its tangent.

    Nothing is said of the dtype, which need not be that of the other before the end.
    """
    if fact.kind == "tuple" and fact.items is not None:
        return Fact("tuple", items=tuple(map(like, fact.items)))
    if fact.kind == "array" and fact.dims != ():
        return Fact("array", None, fact.shape, numeric=True)
    if fact.kind in ("any", "array", *NUMBER_KINDS):
        return Fact("any", None, fact.shape, numeric=fact.numeric)
    return UNKNOWN
