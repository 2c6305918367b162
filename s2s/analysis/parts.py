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

from s2s.analysis.fact import UNKNOWN, Fact
from s2s.analysis.indexing import getitem
from s2s.analysis.shapes import Dim, Size, Sizes
from s2s.ir.record import replace

_AXIS = {np.split: 0, np.array_split: 0, np.vsplit: 0, np.hsplit: 1, np.dsplit: 2}
_NAMES = ("ary", "indices_or_sections", "axis")
_MANY = 32


def parts(fn: Any, args: Sequence[Fact], kwargs: Mapping[str, Fact], sizes: Sizes) -> Fact | None:
    """The list of arrays that a function of the family of `np.split` gives, if it is one."""
    if fn not in _AXIS:
        return None
    given = dict(zip(_NAMES, args, strict=False)) | dict(kwargs)
    whole, where = given.get("ary", Fact()), given.get("indices_or_sections", Fact())
    along = given.get("axis", Fact.from_const(_AXIS[fn]))
    if whole.kind != "array" or not whole.dims or not (where.is_const and along.is_const):
        return Fact("list")
    axis = 0 if fn is np.hsplit and len(whole.dims) == 1 else along.const
    even = type(where.const) is int
    count = where.const if even else len(where.const) + 1 if isinstance(where.const, tuple) else 0
    if not 0 < count <= _MANY or not -len(whole.dims) <= axis < len(whole.dims):
        return Fact("list")
    size = sizes.find(whole.dims[axis])
    same: Size = size // count if isinstance(size, int) else Dim()
    items = []
    for _ in range(count):
        dims = list(whole.dims)
        dims[axis] = same if even and fn is not np.array_split else Dim()
        items.append(Fact("array", whole.dtype, tuple(dims), numeric=True))
    return Fact("list", items=tuple(items))


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
    one = UNKNOWN
    if whole.kind == "array" and whole.dims:
        one = replace(getitem(whole, Fact.from_const(0), sizes), owned=False)
    return [Fact("list", owned=True) if k == rest else one for k in range(count)]
