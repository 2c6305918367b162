"""Guards of generated code, and copies of gradients."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def require_scalar(y: Any) -> None:
    """Refuse to take the gradient of a function whose result is not one real number.

    Raises
    ------
    TypeError
        Where `y` is not a real scalar.
    """
    if isinstance(y, list | tuple | dict | str | type(None)) or np.size(y) != 1 or np.ndim(y) != 0:
        what = f"shape {np.shape(y)}" if isinstance(y, np.ndarray) else f"type {type(y).__name__}"
        raise TypeError(
            f"grad needs a function with a scalar result, this one has {what}: "
            "sum it, or use s2s.vjp"
        )
    if np.iscomplexobj(y):
        raise TypeError("grad needs a real result, this one is complex: use s2s.vjp")


def require_empty(*stacks: Any) -> None:
    """Check that a backward sweep has taken back all that its forward sweep saved.

    Raises
    ------
    AssertionError
        Where something is left.
    """
    for k, stack in enumerate(stacks):
        if len(stack):
            raise AssertionError(f"S2S_CHECK: {len(stack)} values are left on saved list {k}")


def copy_of(g: Any) -> Any:
    """A gradient of the same structure that shares no memory with `g`."""
    if isinstance(g, list | tuple):
        return [copy_of(item) for item in g]
    if isinstance(g, dict):
        return {key: copy_of(item) for key, item in g.items()}
    return g.copy() if hasattr(g, "copy") else g


def own_objects(x: Any) -> Any:
    """A copy of objects of the caller, and of the arrays that they hold, to be written into."""
    return copy.deepcopy(x)


def is_sequence(x: Any) -> bool:
    """Whether a pattern such as `[a, *rest]` may match."""
    return isinstance(x, Sequence) and not isinstance(x, str | bytes | bytearray)


def is_mapping(x: Any) -> bool:
    """Whether a pattern such as `{"w": w}` may match."""
    return isinstance(x, Mapping)


def unmasked(data: Any, mask: Any, axis: Any) -> Any:
    """What a reduction of a masked array takes: the opposite of the mask.

    Raises
    ------
    ValueError
        If all entries of a result are masked: it is masked itself then, and no number.
    """
    kept = ~np.broadcast_to(mask, np.shape(data))
    if not np.all(np.any(kept, axis=axis)):
        raise ValueError("all entries are masked: the derivative of a masked result is not known")
    return kept


def list_of(g: Any) -> list[Any]:
    """The gradient of a list, to be taken apart: an array may stand for a list of numbers."""
    return [copy_of(item) for item in g]


def require_separate(given: Any, *names: str) -> None:
    """Refuse objects that are given twice, or whose attributes are the same memory.

    Raises
    ------
    ValueError
        Where one object stands at two places, or two of the attributes that are updated in
        place are, or may be, parts of one array.
    """
    found: list[Any] = []
    for item in given:
        found += item if isinstance(item, list | tuple) else [item]
    if len({id(o) for o in found}) < len(found):
        raise ValueError("one object stands at two places of the arguments: pass a copy of it")
    arrays = [(o, n, getattr(o, n)) for o in found for n in names if hasattr(o, n)]
    memory = [a for a in arrays if isinstance(a[2], np.ndarray)]
    for k, (_, name, x) in enumerate(memory):
        for _, other, y in memory[:k]:
            if np.may_share_memory(x, y):
                raise ValueError(
                    f"the attributes `{other}` and `{name}` of two objects may share memory and"
                    " are updated in place: pass copies"
                )


def require_no_array(x: Any) -> None:
    """Refuse an array as the left operand of an object: NumPy would go through its entries.

    Raises
    ------
    TypeError
        Where `x` is an array.
    """
    if isinstance(x, np.ndarray):
        raise TypeError("an array is combined with an object: write the object first")


def require_no_numpy(x: Any) -> None:
    """Refuse a value of NumPy as the left operand of an object that is like a sequence.

    Raises
    ------
    TypeError
        Where `x` is an array or a number of NumPy: it would go through the items.
    """
    if isinstance(x, np.ndarray | np.generic):
        raise TypeError("a value of NumPy is combined with an object: write the object first")


def require_kinds(kinds: str, *values: Any) -> None:
    """Refuse arguments that are not of the kinds that a derivative was written for.

    Parameters
    ----------
    kinds : str
        As in `"w: float64[:, 1]; b: float"`: a name and a kind for each of the values, see
        `kind_of`. `?` stands for a size of which nothing is said, `...` for any number of them,
        `array` for any dtype. A number fits where a wider one is expected; of a dtype only its
        kind counts.
    *values
        What to look at.

    Raises
    ------
    TypeError
        Where a value is of another kind.

    Examples
    --------
    >>> require_kinds("w: float64[:, 1]; b: float", np.ones((3, 1)), 2)
    >>> require_kinds("w: float64[:, 1]; b: float", np.ones((3, 1)), np.ones(3))
    Traceback (most recent call last):
    TypeError: `b` is float64[:], and this derivative was written for float
    """
    for part, x in zip(kinds.split("; "), values, strict=True):
        name, _, kind = part.partition(": ")
        if not _is_kind(x, kind):
            raise TypeError(
                f"`{name}` is {kind_of(x)}, and this derivative was written for {kind}"
            )


def kind_of(x: Any) -> str:
    """What an argument is, as far as generated code depends on it, in words.

    Sizes do not count, but for 1, which broadcasts; nor do values.

    Examples
    --------
    >>> kind_of({"w": np.ones((3, 1)), "b": [0.5, 1]})
    "{'w': float64[:, 1], 'b': [float, int]}"
    """
    if isinstance(x, dict):
        return "{" + ", ".join(f"{key!r}: {kind_of(item)}" for key, item in x.items()) + "}"
    if type(x) in (list, tuple):
        left, right = "[]" if isinstance(x, list) else "()"
        return left + ", ".join(map(kind_of, x)) + right
    if _has_sizes(x):
        return f"{x.dtype}[{', '.join('1' if n == 1 else ':' for n in x.shape)}]"
    return "None" if x is None else type(x).__name__


def _has_sizes(x: Any) -> bool:
    """Whether a value is an array, on whatever device, and no number."""
    return hasattr(x, "dtype") and hasattr(x, "shape") and not isinstance(x, np.generic)


def _is_kind(x: Any, kind: str) -> bool:
    """Whether a value fits a kind."""
    if kind[0] in "[({":
        return kind_of(x) == kind
    dtype, bracket, sizes = kind.rstrip("]").partition("[")
    if not bracket:
        group = "O" if kind == "None" else np.dtype(kind).kind
        if group in ("i", "u"):
            return isinstance(x, int | np.integer)
        if group == "f":
            return isinstance(x, int | float | np.integer | np.floating)
        if group == "c":
            return isinstance(x, int | float | complex | np.number)
        return kind_of(x) == kind
    if not _has_sizes(x):
        return False
    if dtype != "array" and np.dtype(dtype).kind != x.dtype.kind:
        return False
    if sizes == "...":
        return True
    wanted = sizes.split(", ") if sizes else []
    fits = [w == "?" or (w == "1") == (n == 1) for w, n in zip(wanted, x.shape)]
    return len(wanted) == len(x.shape) and all(fits)
