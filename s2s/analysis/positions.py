"""What is known of arrays of positions, and of grids of coordinates.

>>> from s2s.analysis.shapes import Sizes
>>> found = positions(np.nonzero, [Fact.from_value(np.ones((4, 6)))], {})
>>> found.kind, len(found.items), found.items[0].dtype, found.items[0].dims == found.items[1].dims
('tuple', 2, dtype('int64'), True)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from s2s.analysis.callables import hashable
from s2s.analysis.fact import NUMBER_KINDS, Fact
from s2s.analysis.shapes import Dim, Size
from s2s.ir.nodes import Apply, Ref

_INT = np.dtype(np.intp)
_TRIANGLES = (np.triu_indices, np.tril_indices, np.triu_indices_from, np.tril_indices_from)
_ALL = frozenset({np.indices, np.nonzero, np.where, np.meshgrid, *_TRIANGLES})


def positions(
    fn: Any, args: Sequence[Fact], kwargs: Mapping[str, Fact]
) -> Fact | None:
    """The arrays that such a function gives; None for another one, or where nothing is known."""
    if fn not in _ALL:
        return None
    if fn is np.indices:
        return _indices(args, kwargs)
    if fn in (np.nonzero, np.where) and len(args) == 1 and not kwargs:
        shape = args[0].dims if args[0].kind == "array" else None
        return None if not shape else _several(len(shape), (Dim(natural=True),))
    if fn is np.meshgrid:
        return _grid(args, kwargs)
    return _several(2, (Dim(natural=True),)) if fn in _TRIANGLES else None


def makes_new(expr: Apply) -> bool:
    """Whether a call of such a function gives arrays that share memory with nothing."""
    known = isinstance(expr.fn, Ref) and hashable(expr.fn.obj) and expr.fn.obj in _ALL
    return known and "copy" not in dict(expr.kwargs)


def _several(count: int, dims: tuple[Size, ...]) -> Fact:
    """A tuple of arrays of integers, all of one shape."""
    return Fact("tuple", items=(Fact("array", _INT, dims, numeric=True),) * count)


def _indices(args: Sequence[Fact], kwargs: Mapping[str, Fact]) -> Fact | None:
    """One array for each axis, in one array."""
    if len(args) != 1 or kwargs:
        return None
    items = args[0].items if args[0].kind == "tuple" else None
    if items is None:
        return None
    sizes: list[Size] = [len(items)]
    for f in items:
        sizes.append(f.const if f.is_const else f.size if isinstance(f.size, Dim) else Dim())
    return Fact("array", _INT, tuple(sizes), owned=True, numeric=True)


def _grid(args: Sequence[Fact], kwargs: Mapping[str, Fact]) -> Fact | None:
    """One array of as many axes as there are arguments for each of them."""
    for name, f in kwargs.items():
        if name != "indexing" or not isinstance(f.const, str):
            return None
    sizes: list[Size] = []
    for f in args:
        if f.kind in NUMBER_KINDS:
            sizes.append(1)
        elif f.kind == "array" and f.dims is not None and len(f.dims) == 1:
            sizes.append(f.dims[0])
        else:
            return None
    if "indexing" not in kwargs or kwargs["indexing"].const != "ij":
        sizes[:2] = reversed(sizes[:2])
    items = [Fact("array", f.dtype, tuple(sizes), numeric=True) for f in args]
    return Fact("tuple", items=tuple(items))
