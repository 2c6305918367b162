"""The shape of `x[index]`."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Sequence

from s2s.analysis.fact import (
    ANY,
    NOTHING,
    NUMBER_KINDS,
    UNKNOWN,
    Contents,
    Fact,
    Join,
    as_size,
    rename,
)  # fmt: skip
from s2s.analysis.shapes import Dim, Dims, ShapeToken, Size, Sizes, another
from s2s.ir.record import replace


def getitem(x: Fact, index: Fact, sizes: Sizes) -> Fact:
    """The fact about `x[index]`."""
    if x.kind in ("tuple", "list", "dict") and x.items is not None:
        return _from_container(x, index)
    if x.contents is not None:
        return _from_contents(x, x.contents, index)
    if x.kind in ("tuple", "list") and index.kind == "slice":
        return Fact(x.kind, owned=x.kind == "list")
    dims = x.dims
    if dims is None or x.kind not in ("array", "any") or not x.numeric:
        return Fact(numeric=True) if x.kind == "array" or x.numeric else UNKNOWN
    entries = index.items if index.kind == "tuple" else (index,)
    if entries is None:
        return Fact(numeric=True)
    return _from_array(x, dims, entries, sizes)


def _from_contents(x: Fact, contents: Contents, index: Fact) -> Fact:
    """The item, or some items, of a list or dict that changes."""
    if x.kind in ("list", "tuple") and (index.kind == "slice" or index.kind not in ("int", "bool")):
        sliced = index.kind == "slice"
        if not sliced:
            return UNKNOWN
        return Fact(x.kind, contents=contents, owned=x.kind == "list")
    known = x.kind == "dict" and index.is_const and _hashable(index.const)
    return read_contents(contents, index.const if known else ANY)


def _hashable(value: object) -> bool:
    return isinstance(value, Hashable) and not isinstance(value, tuple | slice)


def read_contents(contents: Contents, key: Hashable) -> Fact:
    """The fact about an item that is read of a container, under a key or any."""
    entries = contents.entries
    facts = [f for k, f in entries if key is ANY or k is ANY or k == key]
    if not facts:
        return UNKNOWN
    joined, join = facts[0], Join()
    for other in facts[1:]:
        joined = join(joined, other)
    names: dict[Dim | ShapeToken, Dim | ShapeToken] = {}

    def renewed(d: Dim | ShapeToken) -> Dim | ShapeToken:
        if not isinstance(d, Dim | ShapeToken) or d.id < contents.made:
            return d
        if d not in names:
            names[d] = another(d)
        return names[d]

    return replace(rename(joined, renewed), owned=False)


def zeros_like(x: Fact) -> Fact:
    """The fact about what `zeros_of` makes: containers of zeros of the same structure."""
    if x.kind in ("list", "tuple", "dict"):
        items = None if x.items is None else tuple(map(zeros_like, x.items))
        contents = x.contents
        if contents is not None:
            entries = tuple((k, zeros_like(f)) for k, f in contents.entries)
            contents = replace(contents, entries=entries)
        kind = "dict" if x.kind == "dict" else "list"
        return Fact(kind, items=items, keys=x.keys, contents=contents, owned=True)
    if x.kind in NUMBER_KINDS:
        real = x.dtype is not None and x.dtype.kind == "f"
        return Fact("scalar", x.dtype if real else None, (), numeric=True)
    if not x.numeric:
        return UNKNOWN
    array = x.kind == "array" and bool(x.dims)
    inexact = array and x.dtype is not None and x.dtype.kind in "fc"
    return Fact("array" if array else "any", x.dtype if inexact else None, x.shape, numeric=True)


def _from_container(x: Fact, index: Fact) -> Fact:
    """The item of a tuple, a list or a dict whose structure is known."""
    assert x.items is not None
    if not index.is_const:  # one of them: what all have in common
        known = bool(x.items) and (x.kind == "dict" or index.kind in ("int", "bool"))
        join = Join()
        return replace(functools.reduce(join, x.items), owned=False) if known else UNKNOWN
    try:
        if x.kind == "dict":
            assert x.keys is not None
            return replace(x.items[x.keys.index(index.const)], owned=False)
        if isinstance(index.const, slice):
            part = x.items[index.const]
            const = x.const[index.const] if x.is_const else NOTHING
            return Fact(x.kind, items=part, const=const, owned=x.kind == "list")
        position: int = index.const
        return replace(x.items[position], owned=False)
    except (IndexError, TypeError, ValueError, AssertionError):
        return UNKNOWN  # the program raises here


def _from_array(x: Fact, dims: Dims, entries: Sequence[Fact], sizes: Sizes) -> Fact:
    """NumPy's rules: slices keep, ints drop, None adds, arrays broadcast among themselves."""
    unsure = Fact(numeric=True)
    expanded = _expand(dims, entries)
    if expanded is None:
        return unsure
    out: list[Size] = []
    arrays: list[Dims] = []  # shapes of the integer arrays
    advanced: list[int] = []  # positions, in the index, of what takes part in advanced indexing
    place = 0
    axis = 0
    for position, entry in enumerate(expanded):
        if entry.kind == "none":
            out.append(1)
        elif entry.kind == "slice":
            out.append(_sliced(dims[axis], entry, sizes))
            axis += 1
        else:
            found = _advanced(entry)
            if found is None:
                return unsure
            if not advanced:
                place = len(out)
            advanced.append(position)
            # A mask of rank r uses r axes and gives one dimension that is not known.
            mask = isinstance(found, int)
            arrays.append((Dim(natural=True),) if isinstance(found, int) else found)
            axis += found if isinstance(found, int) else 1
            if mask and axis > len(dims):
                return unsure
    out += dims[axis:]
    basic = all(e.kind in ("none", "slice", "int") for e in expanded)
    if advanced and not basic:
        shape = sizes.broadcast(arrays)
        if not isinstance(shape, tuple):
            return unsure
        adjacent = advanced[-1] - advanced[0] == len(advanced) - 1
        at = place if adjacent else 0
        out[at:at] = shape
    ellipsis = any(e.const is ... for e in entries)
    new = tuple(out)
    if new or (basic and ellipsis):
        return Fact("array", x.dtype, new, owned=not basic, numeric=True)
    if not basic:
        return Fact("any", None, (), owned=True, numeric=True)
    kind = (
        "any"
        if x.dtype is None
        else {"b": "bool", "i": "int", "u": "int"}.get(x.dtype.kind, "scalar")
    )
    if kind == "any":
        kind = "scalar"
    return Fact(kind, x.dtype, (), owned=True, py=False, numeric=True)


def _expand(dims: Dims, entries: Sequence[Fact]) -> list[Fact] | None:
    """The entries with `...` written out, or None where the count of axes is not known."""
    full = Fact("slice", const=slice(None))
    used = 0
    for entry in entries:
        if entry.kind == "none" or entry.const is ...:
            continue
        if entry.kind in ("slice", "int"):
            used += 1
            continue
        found = _advanced(entry)
        if found is None:
            return None
        used += found if isinstance(found, int) else 1
    if used > len(dims):
        return None
    out: list[Fact] = []
    for entry in entries:
        out += [full] * (len(dims) - used) if entry.const is ... else [entry]
    return out


def _advanced(entry: Fact) -> Dims | int | None:
    """The shape of an integer index, the rank of a mask, or None if it may be either."""
    if entry.kind == "int":
        return ()
    if entry.kind == "list" and entry.items:
        if all(f.kind == "int" for f in entry.items):
            return (len(entry.items),)
        return None
    if entry.kind in ("list", "any") and entry.contents is not None:  # a list, or a range
        counts = all(f.kind == "int" for _, f in entry.contents.entries)
        return (Dim(natural=True),) if counts and entry.contents.entries else None
    if entry.kind == "array" and entry.dtype is not None and entry.dims is not None:
        if entry.dtype.kind in "iu":
            return entry.dims
        if entry.dtype.kind == "b" and entry.dims:
            return len(entry.dims)
    return None


def _sliced(size: Size, part: Fact, sizes: Sizes) -> Size:
    """The size of a slice of a dimension."""
    size = sizes.find(size)
    if part.is_const:
        cut = part.const
        if (cut.start, cut.stop) == (None, None) and cut.step in (None, 1, -1):
            return size
        if isinstance(size, int):
            try:
                return len(range(*cut.indices(size)))
            except (TypeError, ValueError):
                return Dim(natural=True)
        bounds: tuple[Hashable, ...] = (cut.start, cut.stop, cut.step)
        trimmed = _trimmed(cut)
        if trimmed is not None:
            return sizes.shorter(size, trimmed)
        return sizes.derived(("slice", size, bounds))
    if part.items is None:
        return Dim(natural=True)
    keys = []
    for bound in part.items:
        key = None if bound.kind == "none" else as_size(bound)
        if key is None and bound.kind != "none":
            return Dim(natural=True)
        keys.append(sizes.find(key) if isinstance(key, Dim) else key)
    return sizes.derived(("slice", size, tuple(keys)))


def _trimmed(cut: slice) -> int | None:
    """How many items a slice leaves out at both ends: `x[1:]` and `x[:-1]` are as long."""
    start, stop = cut.start or 0, cut.stop or 0
    if cut.step not in (None, 1) or type(start) is not int or type(stop) is not int:
        return None
    if cut.stop == 0 or start < 0 or stop > 0:
        return None
    return start - stop


def one_of(x: Fact) -> Fact:
    """The fact about any item of a value that is gone through."""
    if x.kind in ("tuple", "list") and x.items:
        joined, join = x.items[0], Join()
        for other in x.items[1:]:
            joined = join(joined, other)
        return replace(joined, owned=False)
    if x.kind in ("list", "tuple", "any") and x.contents is not None:
        return read_contents(x.contents, ANY)
    return item_of(x)


def item_of(x: Fact) -> Fact:
    """The fact about each item of an iterable."""
    dims = x.dims
    if x.kind == "undef":
        return x
    if x.kind == "array" and dims:
        if len(dims) > 1:
            return Fact("array", x.dtype, dims[1:], numeric=True)
        if x.dtype is None:
            return Fact("scalar", None, (), py=False, numeric=True)
        kind = {"b": "bool", "i": "int", "u": "int"}.get(x.dtype.kind, "scalar")
        return Fact(kind, x.dtype, (), py=False, numeric=True)
    if x.numeric:
        return replace(UNKNOWN, numeric=True)
    return UNKNOWN


def items_of(x: Fact) -> Fact:
    """What all items of a list, a tuple or the values of a dict have in common."""
    if x.contents is not None:
        return read_contents(x.contents, ANY)
    if x.items:
        return functools.reduce(Join(), x.items)
    return item_of(x)
