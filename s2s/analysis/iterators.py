"""What iterators and ranges of integers give, item by item.

    range(n)                              ints
    np.ndindex(x.shape)                   tuples of as many ints as `x` has axes
    itertools.product(range(n), xs)       tuples of an int and an item of `xs`
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from s2s.analysis.fact import ANY, NUMBER_KINDS, UNKNOWN, Contents, Fact
from s2s.analysis.indexing import one_of

INT = Fact("int", np.dtype(int), (), py=True, numeric=True)


def iterator(
    fn: Any, args: Sequence[Fact], kwargs: Mapping[str, Fact], item: Callable[[Fact], Fact]
) -> Fact:
    """The fact about an iterator, whose contents are its items; `item` gives those of a fact."""
    given = _item(fn, args, kwargs, item)
    return UNKNOWN if given is None else Fact(contents=Contents(((ANY, given),), 0))


def unzipped(rows: Fact) -> Fact:
    """The fact about `zip(*rows)`, whose items are tuples of an item of each row."""
    if rows.kind == "list" and rows.contents is not None:
        entry = one_of(one_of(rows))
        if entry.kind not in (*NUMBER_KINDS, "array"):
            return UNKNOWN
        column = Fact("tuple", contents=Contents(((ANY, entry),), 0))
        return Fact(contents=Contents(((ANY, column),), 0))
    if rows.kind not in ("list", "tuple") or not rows.items:
        return UNKNOWN
    return Fact(contents=Contents(((ANY, _tuple([one_of(row) for row in rows.items])),), 0))


def _item(
    fn: Any, args: Sequence[Fact], kwargs: Mapping[str, Fact], item: Callable[[Fact], Fact]
) -> Fact | None:
    if fn is range:
        return INT
    if fn is zip and args and kwargs.keys() <= {"strict"}:
        return _tuple([item(a) for a in args])
    if fn is np.ndindex and args and not kwargs:
        whole = len(args) == 1 and args[0].kind == "tuple"
        count = len(args) if not whole else _length(args[0])
        known = whole or all(a.kind == "int" for a in args)
        return _tuple([INT] * count) if known and count is not None else None
    if fn is itertools.product:
        repeat = kwargs.get("repeat", Fact.from_const(1))
        known = kwargs.keys() <= {"repeat"} and repeat.is_const and isinstance(repeat.const, int)
        return _tuple([item(a) for a in args] * repeat.const) if known else None
    if fn in (itertools.combinations, itertools.permutations) and len(args) == 2 and not kwargs:
        count = args[1].const if args[1].is_const else None
        return _tuple([item(args[0])] * count) if isinstance(count, int) else None
    return None


def _length(shape: Fact) -> int | None:
    return None if shape.items is None else len(shape.items)


def _tuple(items: list[Fact]) -> Fact:
    return Fact("tuple", items=tuple(items))
