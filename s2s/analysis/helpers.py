"""What the helpers give that derivatives call, known by their names in `s2s.runtime`.

>>> from s2s import runtime
>>> x = Fact.from_value(np.ones((2, 3)))
>>> found = helper_fact(runtime.softmax_share, [x, x], Standins(), Sizes())
>>> found.kind, str(found.dtype), found.dims == x.dims
('array', 'float64', True)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2s.analysis.fact import NOTHING, NUMBER_KINDS, UNKNOWN, Fact
from s2s.analysis.gradients import gradient_fact
from s2s.analysis.indexing import getitem, zeros_like
from s2s.analysis.shapes import Dim, Sizes
from s2s.analysis.standins import Standins
from s2s.ir.record import replace

_INT = np.dtype(np.int64)
_FLOAT = np.dtype(float)
# Slopes, and shares of a reduction: shape and dtype follow from those of the arguments, whatever
# the values.  The letters are those of `Standins`: data, options.
_FOLLOWS = {
    "softmax_share": "dd", "arctan2_slope": "dd", "power_log": "dd", "power_slope": "dd",
    "phase": "d", "exclusive_product": "do", "centered": "doo",
}  # fmt: skip


def helper_fact(
    fn: Callable[..., Any], args: Sequence[Fact], standins: Standins, sizes: Sizes
) -> Fact:
    """The fact about a call of a helper with positional arguments."""
    name = fn.__name__
    if name in _FOLLOWS:
        return _followed(fn, args, standins, sizes)
    if name == "written" and args[0].kind == "array":
        return replace(getitem(args[0], args[1], sizes), owned=True)
    if name in ("unarray", "split_like"):
        return _taken_apart(name, args)
    if name == "pick_share" and args[0].items is not None:
        share = Fact("scalar", _FLOAT, (), py=True, numeric=True)
        return Fact("list", items=(share,) * len(args[0].items))
    if name == "outer_column" and all(a.kind == "array" and a.dims for a in args):
        dims = (*(args[0].dims or ()), *(1 for _ in args[1].dims or ()))
        return Fact("array", args[0].dtype, dims, numeric=True)
    if name == "take_along_adjoint" and args[1].kind == "array" and args[1].dims:
        return Fact("array", args[0].dtype, args[1].shape, owned=True, numeric=True)
    return _runtime(name, args)


def _followed(
    fn: Callable[..., Any], args: Sequence[Fact], standins: Standins, sizes: Sizes
) -> Fact:
    """What stand-ins show of a function whose values do not matter."""
    letters = _FOLLOWS[fn.__name__]
    if len(args) > len(letters):
        return UNKNOWN
    if all(a.kind == "scalar" and a.dtype == _FLOAT for a in args):
        return Fact("scalar", _FLOAT, (), numeric=True)
    data = [a for letter, a in zip(letters, args, strict=False) if letter == "d"]
    if not any(a.kind == "array" and a.dims for a in data):
        return UNKNOWN
    found = standins.call(fn.__name__, fn, list(zip(letters, args, strict=False)), {}, sizes)
    return UNKNOWN if found is None or found.kind != "array" else found


def _taken_apart(name: str, args: Sequence[Fact]) -> Fact:
    """The parts of the adjoint of what was put together from known items."""
    g, whole = args[:2]
    if g.kind != "array" or whole.kind not in ("list", "tuple") or not whole.items:
        return UNKNOWN
    if name == "split_like" and all(f.kind == "array" and f.dims for f in whole.items):
        return Fact("list", items=tuple(_part(f, g) for f in whole.items))
    if name == "unarray" and len(g.dims or ()) == 1 and (
        all(f.kind in NUMBER_KINDS for f in whole.items)
    ):  # fmt: skip
        one = Fact("scalar", g.dtype, (), py=False, numeric=True)
        return Fact("list", items=(one,) * len(whole.items))
    return UNKNOWN


def _part(like: Fact, g: Fact) -> Fact:
    return Fact("array", g.dtype, like.shape, numeric=True)


def _runtime(name: str, args: Sequence[Fact]) -> Fact:
    """Helpers that derivatives call: they fit one argument to the shape of another."""
    if name in ("unbroadcast", "spread_to") and len(args) == 2:
        g, x = args
        array = x.kind == "array" and bool(x.dims)
        known = array or x.kind in NUMBER_KINDS
        return Fact(
            "array" if array else "any", g.dtype if known else None, x.shape, numeric=True
        )
    if name in ("tie_share", "extreme_share"):
        like = args[2] if name == "tie_share" else args[0]
        return replace(like, owned=True) if like.kind == "array" and like.dims else UNKNOWN
    if name == "inside" and args[0].kind == "array" and args[0].dims:
        plain = all(b.kind in NUMBER_KINDS or b.kind == "none" for b in args[1:])
        return Fact("array", np.dtype(bool), args[0].shape, numeric=True) if plain else UNKNOWN
    if name == "stacked_rows" and args[0].kind == "array" and args[0].dims:
        return Fact("array", args[0].dtype, (Dim(natural=True), args[0].dims[-1]), numeric=True)
    if name == "inverse_permutation" and _axes(args[0]):
        axes = [k % len(args[0].const) for k in args[0].const]
        return Fact.from_const(tuple(axes.index(k) for k in range(len(axes))))
    everywhere = len(args) < 3 or (args[2].is_const and args[2].const is True)
    if name == "reduced_size" and everywhere and args[0].kind == "array":
        return Fact("int", _INT, (), size=Dim(natural=True), numeric=True)
    if name in ("cholesky_adjoint", "cofactors", "lower_inverse") and args[0].kind == "array":
        return replace(args[0], owned=True)
    if name == "put_diagonal" and args[1].kind == "array":
        return replace(args[1], dtype=args[0].dtype, owned=True)
    if name == "add_at" and args:
        return replace(args[0], owned=False)
    if name == "as_gradient" and len(args) == 2:
        return gradient_fact(args[1])
    if name == "copy_of" and args and (args[0].numeric or args[0].kind in NUMBER_KINDS):
        return replace(args[0], owned=True, const=NOTHING, size=None)
    if name == "written":
        return Fact(numeric=True, owned=True)
    if name == "with_part" and args and args[0].kind == "array":
        return replace(args[0], owned=True)
    if name == "zeros_of" and args:
        return zeros_like(args[0])
    if name == "splice_place":
        return Fact("slice")
    if name == "insertion_place":
        return Fact("int", _INT, (), py=True, numeric=True)
    if name in ("list_of", "repeated_sum"):
        return Fact("list", owned=True)
    if name == "copied" and args and args[0].kind in ("list", "dict", "tuple"):
        return replace(args[0], owned=True)
    if name == "copy_of" and args and args[0].kind in ("list", "dict"):
        return replace(args[0], owned=True)
    if name in ("tensordot_adjoint_a", "tensordot_adjoint_b") and len(args) >= 3:
        g, a, b = args[:3]
        x, other = (a, b) if name.endswith("a") else (b, a)
        if x.kind == "array" and x.dims and g.dtype is not None and other.dtype is not None:
            return Fact("array", np.result_type(g.dtype, other.dtype), x.shape, owned=True,
                        numeric=True)  # fmt: skip
    return UNKNOWN


def _axes(fact: Fact) -> bool:
    """Whether a value is a permutation of axes, known when compiling."""
    axes = fact.const
    if not isinstance(axes, tuple) or not axes or any(type(k) is not int for k in axes):
        return False
    return sorted(k % len(axes) for k in axes) == list(range(len(axes)))
