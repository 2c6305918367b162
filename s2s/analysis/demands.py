"""Sizes that must be equal for an operation not to raise.

Only demands that are exact belong here: where a size of 1 would broadcast instead, `Sizes.
broadcast` decides.  A demand that is missing costs precision, never truth.
"""

from __future__ import annotations

from collections.abc import Sequence

from s2s.analysis.fact import Fact
from s2s.analysis.shapes import Dims, Sizes

_SQUARE = {
    "linalg.inv", "linalg.det", "linalg.slogdet", "linalg.cholesky", "linalg.eigh",
    "linalg.eigvalsh", "linalg.eig", "linalg.eigvals", "linalg.matrix_power", "linalg.solve",
}  # fmt: skip


def demand(name: str, args: Sequence[Fact], options: dict[str, object], sizes: Sizes) -> None:
    """Note the equalities without which `name(*args)` raises."""
    shapes = [a.dims for a in args]
    first = shapes[0] if shapes else None
    second = shapes[1] if len(shapes) > 1 else None
    if name in _SQUARE and first and len(first) >= 2:
        sizes.unify(first[-1], first[-2])
    if name in ("matmul", "linalg.matmul") and first and second:
        sizes.unify(first[-1], second[max(len(second) - 2, 0)])
        if len(first) > 2 and len(second) > 2:
            sizes.broadcast([first[:-2], second[:-2]])
    elif name == "dot" and first and second:
        sizes.unify(first[-1], second[max(len(second) - 2, 0)])
    elif name == "inner" and first and second:
        sizes.unify(first[-1], second[-1])
    elif name == "vdot" and first and second and len(first) == len(second) == 1:
        sizes.unify(first[0], second[0])
    elif name == "linalg.solve" and first and second and len(first) == 2:
        sizes.unify(first[-1], second[0] if len(second) == 1 else second[-2])
    elif name == "interp" and second and len(shapes) > 2 and shapes[2]:
        sizes.unify(second[0], shapes[2][0])
    elif name in ("tensordot", "linalg.tensordot") and first is not None and second is not None:
        _tensordot(first, second, options.get("axes", 2), sizes)
    elif name == "einsum" and args and isinstance(args[0].const, str):
        _einsum(args[0].const, shapes[1:], sizes)
    elif args and args[0].kind in ("tuple", "list") and args[0].items:
        _joined(name, [f.dims for f in args[0].items], options.get("axis", 0), sizes)


def _tensordot(a: Dims, b: Dims, axes: object, sizes: Sizes) -> None:
    """The contracted axes of `tensordot`."""
    if isinstance(axes, int):
        pairs = list(zip(range(-axes, 0), range(axes), strict=True))
    elif isinstance(axes, tuple | list) and len(axes) == 2:
        left, right = ((x,) if isinstance(x, int) else tuple(x) for x in axes)
        pairs = list(zip(left, right, strict=False))
    else:
        return
    for i, j in pairs:
        if -len(a) <= i < len(a) and -len(b) <= j < len(b):
            sizes.unify(a[i], b[j])


def _einsum(subscripts: str, shapes: Sequence[Dims | None], sizes: Sizes) -> None:
    """One letter is one size, except that a size of 1 broadcasts."""
    terms = subscripts.replace(" ", "").split("->")[0].split(",")
    if "." in subscripts or len(terms) != len(shapes):
        return
    letters: dict[str, Dims] = {}
    for term, shape in zip(terms, shapes, strict=True):
        # Twice the same letter in one term demands nothing: NumPy lets 0 pass beside any size.
        if shape is not None and len(shape) == len(term) == len(set(term)):
            for letter, size in zip(term, shape, strict=True):
                seen = letters.get(letter)
                now = (size,) if seen is None else sizes.broadcast([seen, (size,)])
                if isinstance(now, tuple):
                    letters[letter] = now


def _joined(name: str, shapes: list[Dims | None], axis: object, sizes: Sizes) -> None:
    """`stack`, `concatenate` and the like want equal sizes but along one axis."""
    if name not in ("concatenate", "hstack", "vstack", "stack", "array", "asarray"):
        return
    known = [s for s in shapes if s is not None]
    if len(known) != len(shapes) or len({len(s) for s in known}) != 1:
        return
    rank = len(known[0])
    free: int | None = None
    if name == "concatenate":
        if not isinstance(axis, int) or isinstance(axis, bool) or not -rank <= axis < rank:
            return
        free = axis % rank
    elif name == "hstack":
        free = 1 if rank > 1 else 0
    elif name == "vstack" and rank > 1:
        free = 0
    for shape in known[1:]:
        for k, (a, b) in enumerate(zip(known[0], shape, strict=True)):
            if k != free:
                sizes.unify(a, b)
