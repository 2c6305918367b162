"""What is known of the parts that an array or container is split into or taken apart as.

>>> from s2s.analysis.shapes import Sizes
>>> whole = Fact.from_value(np.ones((4, 6)))
>>> three = parts(np.split, [whole, Fact.from_const(3), Fact.from_const(-1)], {}, Sizes())
>>> three.kind, len(three.items), three.items[0].dims[0] is whole.dims[0]
('list', 3, True)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from s2s.analysis.fact import ANY, UNKNOWN, Contents, Fact
from s2s.analysis.indexing import getitem, one_of
from s2s.analysis.shapes import Dim, Size, Sizes, watermark
from s2s.ir.record import replace

_AXIS = {np.split: 0, np.array_split: 0, np.vsplit: 0, np.hsplit: 1, np.dsplit: 2}
_JOINING = {np.concatenate: 0, np.stack: 0, np.vstack: 0, np.hstack: 1}
_NAMES = ("ary", "indices_or_sections", "axis")
_MANY = 32


def parts(fn: Any, args: Sequence[Fact], kwargs: Mapping[str, Fact], sizes: Sizes) -> Fact | None:
    """The list of arrays that a function of the family of `np.split` gives, if it is one."""
    if fn not in _AXIS:
        return None
    given = dict(zip(_NAMES, args, strict=False)) | dict(kwargs)
    whole, where = given.get("ary", Fact()), given.get("indices_or_sections", Fact())
    along = given.get("axis", Fact.from_const(_AXIS[fn]))
    if whole.kind != "array" or not whole.dims or not along.is_const:
        return Fact("list")
    axis = 0 if fn is np.hsplit and len(whole.dims) == 1 else along.const
    even = type(where.const) is int
    count = where.const if even else len(where.const) + 1 if isinstance(where.const, tuple) else 0
    if not -len(whole.dims) <= axis < len(whole.dims):
        return Fact("list")
    if not where.is_const:  # nobody knows how many; of a count, all are alike
        dims, before = list(whole.dims), watermark()
        dims[axis] = Dim()
        one = Fact("array", whole.dtype, tuple(dims), numeric=True)
        alike = where.kind == "int" and fn is not np.array_split
        return Fact("list", contents=Contents(((ANY, one),), watermark() if alike else before))
    if not 0 < count <= _MANY:
        return Fact("list")
    size = sizes.find(whole.dims[axis])
    same: Size = size // count if isinstance(size, int) else Dim()
    items = []
    for _ in range(count):
        dims = list(whole.dims)
        dims[axis] = same if even and fn is not np.array_split else Dim()
        items.append(Fact("array", whole.dtype, tuple(dims), numeric=True))
    return Fact("list", items=tuple(items))


def joined(fn: Any, args: Sequence[Fact], kwargs: Mapping[str, Fact]) -> Fact | None:
    """The array that a list of arrays is put together to, however many they are."""
    if fn not in _JOINING or not args or args[0].kind not in ("list", "tuple"):
        return None
    if args[0].contents is None or not kwargs.keys() <= {"axis"} or len(args) > 2:
        return None
    one = one_of(args[0])
    along = kwargs.get("axis", args[1] if len(args) > 1 else Fact.from_const(_JOINING[fn]))
    if one.kind != "array" or not one.dims or type(along.const) is not int:
        return None
    dims, axis = list(one.dims), along.const
    if fn is np.hstack and len(dims) == 1:
        axis = 0
    if fn is np.vstack and len(dims) == 1:
        dims.insert(0, 1)
    if fn is np.stack:
        dims.insert(axis if axis >= 0 else len(dims) + 1 + axis, 1)
    if not -len(dims) <= axis < len(dims):
        return None
    dims[axis] = Dim(natural=True)
    return Fact("array", one.dtype, tuple(dims), owned=True, numeric=True)


def taken(whole: Fact, count: int, rest: int | None, sizes: Sizes) -> list[Fact]:
    """The items of `a, b = whole`; number `rest`, if any, is the list of `a, *rest, b`."""
    if whole.kind == "undef":
        return [whole] * count
    items = whole.items if whole.kind in ("tuple", "list") else None
    if items is not None and rest is not None and len(items) >= count - 1:
        end = len(items) - (count - 1 - rest)
        items = (*items[:rest], Fact("list", items=items[rest:end]), *items[end:])
    if items is not None and len(items) == count:
        return [replace(item, owned=k == rest) for k, item in enumerate(items)]
    if whole.contents is not None:  # what differs from item to item differs here, too
        return [Fact("list", owned=True) if k == rest else one_of(whole) for k in range(count)]
    one = UNKNOWN
    if whole.kind == "array" and whole.dims:
        one = replace(getitem(whole, Fact.from_const(0), sizes), owned=False)
    return [Fact("list", owned=True) if k == rest else one for k in range(count)]
