"""Folding while lowering: constants, facts about shapes, and symbolic zeros.

A symbolic zero stands for a derivative that is absent.  Folding it differs from multiplying by
a number: `0 * inf` never arises.  Zeros of the running program are never folded.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.ir import prims
from s2s.rules.ask import Ask
from s2s.rules.mentions import contributions, value_names
from s2s.rules.methods import aliases
from s2s.rules.symbols import Dim, Known, Run, Shape, Slice, Sym, Tup, Zero, foldable

if TYPE_CHECKING:
    from s2s.rules.expand import Expander

__all__ = ["fold_call", "fold_compare", "fold_zero", "is_plain_operator", "known_fact"]

_OPERATORS = frozenset(
    (*prims.BINARY.values(), *prims.UNARY.values(), *prims.COMPARE.values(), operator.getitem)
)
_PURE = frozenset((
    *_OPERATORS, builtins.abs, builtins.min, builtins.max, builtins.sorted, builtins.tuple,
    builtins.list, builtins.len, builtins.isinstance, builtins.int, builtins.float,
    builtins.bool, builtins.range, builtins.sum, builtins.callable,
))  # fmt: skip
# Functions of the runtime that say something about options only.
_STATIC = frozenset({"einsum_plain", "einsum_reversed"})
_LARGE = 1 << 64


def is_plain_operator(fn: Any) -> bool:
    """Whether a callable is one of the operators of the language."""
    return fn in _OPERATORS


def plain(sym: Sym) -> tuple[bool, Any]:
    """The Python value of a symbol that arithmetic may be done on."""
    match sym:
        case Known(value) if sym.text is None and (foldable(value) or isinstance(value, range)):
            return True, value
        case Known(value) if isinstance(value, type):
            return True, value
        case Tup(items):
            values = [plain(i) for i in items]
            if all(ok for ok, _ in values):
                made = [v for _, v in values]
                return True, made if sym.is_list else tuple(made)
    return False, None


def known_fact(ask: Ask, base: Sym, attribute: str) -> Sym | None:
    """`x.shape`, `x.ndim` and the like without emitting anything."""
    if isinstance(base, Known) and isinstance(base.value, np.ndarray) and base.atom is not None:
        base = Run(base.atom)
    if isinstance(base, Run):
        if attribute == "shape":
            return Shape(base.atom)
        if attribute == "ndim":
            rank = ask.ndim(base.atom)
            return None if rank is None else Known(rank)
    return None


def fold_call(ask: Ask, fn: Any, args: tuple[Sym, ...], kwargs: Mapping[str, Sym]) -> Sym | None:
    """The result of a pure call on known values, or None."""
    if fn is np.ndim or fn is np.shape or fn is np.iscomplexobj:
        return _array_fact(ask, fn, args)
    if (fn is np.conj or fn is np.real) and len(args) == 1 and not kwargs:
        return _of_real(ask, args[0])
    try:
        static = getattr(fn, "__name__", "") in _STATIC
        if not (static or fn in _PURE) or kwargs:
            return None
    except TypeError:  # unhashable
        return None
    if fn is len and len(args) == 1:
        return _length(ask, args[0])
    if fn is operator.not_ and isinstance(args[0], Known):
        return Known(not args[0].value)
    if fn is isinstance:
        return _isinstance(ask, args)
    if fn is tuple and len(args) == 1 and isinstance(args[0], Tup):
        return Tup(args[0].items)
    if fn is operator.add and all(isinstance(a, Tup) for a in args):
        left, right = args
        assert isinstance(left, Tup) and isinstance(right, Tup)
        return Tup(left.items + right.items, left.is_list)
    values = [plain(a) for a in args]
    if not all(ok for ok, _ in values):
        return None
    numbers = [v for _, v in values]
    if fn is operator.pow and any(isinstance(v, int) and abs(v) > 64 for v in numbers):
        return None
    try:
        result = fn(*numbers)
    except Exception:  # the running program raises it in its own place
        return None
    if isinstance(result, int) and abs(result) > _LARGE:
        return None
    return Known(result) if foldable(result) or isinstance(result, list | range) else None


def _array_fact(ask: Ask, fn: Any, args: tuple[Sym, ...]) -> Sym | None:
    """`np.ndim(x)`, `np.shape(x)` and `np.iscomplexobj(x)` from facts."""
    sym = args[0] if len(args) == 1 else None
    if not isinstance(sym, Run):
        return Known(fn(sym.value)) if isinstance(sym, Known) and fn is not np.shape else None
    if fn is np.ndim:
        rank = ask.ndim(sym.atom)
        return None if rank is None else Known(rank)
    if fn is np.iscomplexobj:
        dtype = ask.dtype(sym.atom)
        return None if dtype is None else Known(dtype.kind == "c")
    return None


def _of_real(ask: Ask, sym: Sym) -> Sym | None:
    """The conjugate or real part of what is certainly real: itself."""
    dtype = ask.dtype(sym.atom) if isinstance(sym, Run) else None
    return sym if dtype is not None and dtype.kind == "f" else None


def _length(ask: Ask, sym: Sym) -> Sym | None:
    """`len(x)` of tuples and shapes."""
    match sym:
        case Tup(items):
            return Known(len(items))
        case Shape(of):
            rank = ask.ndim(of)
            return None if rank is None else Known(rank)
        case Known(value) if isinstance(value, tuple | list | str):
            return Known(len(value))
        case Run(atom):
            found = ask.items(atom)
            return None if found is None else Known(len(found))
    return None


def _isinstance(ask: Ask, args: tuple[Sym, ...]) -> Sym | None:
    """`isinstance(axis, tuple)` of known values and of arrays."""
    kind = args[1]
    wanted: Any
    if isinstance(kind, Known):
        wanted = kind.value
    elif isinstance(kind, Tup) and all(isinstance(i, Known) for i in kind.items):
        wanted = tuple(i.value for i in kind.items if isinstance(i, Known))
    else:
        return None
    match args[0]:
        case Known(value):
            return Known(isinstance(value, wanted))
        case Tup():
            return Known(isinstance([] if args[0].is_list else (), wanted))
        case Run(atom) if ask.is_array(atom):
            if wanted in (tuple, list, int, float, str, (tuple, list), (list, tuple)):
                return Known(False)
            return Known(True) if wanted is np.ndarray else None
    return None


def fold_compare(ask: Ask, fn: Any, left: Sym, right: Sym) -> Sym | None:
    """The answer to a comparison that facts decide."""
    if fn in (operator.is_, operator.is_not):
        same = _identical(ask, left, right)
        return None if same is None else Known(same is (fn is operator.is_))
    equality = fn in (operator.eq, operator.ne)
    if isinstance(left, Shape) and isinstance(right, Shape) and equality:
        if ask.same_shape(left.of, right.of):
            return Known(fn is operator.eq)
        ranks = ask.ndim(left.of), ask.ndim(right.of)
        if None not in ranks and ranks[0] != ranks[1]:
            return Known(fn is operator.ne)
        return None
    if (isinstance(left, Dim) or isinstance(right, Dim)) and equality:
        a, b = _size(ask, left), _size(ask, right)
        if a is None or b is None:
            return None
        if a == b:
            return Known(fn is operator.eq)
        # Different symbols may be the same size; a symbol is never 1.
        if 1 in (a, b) or (isinstance(a, int) and isinstance(b, int)):
            return Known(fn is operator.ne)
    return None


def _size(ask: Ask, sym: Sym) -> Any:
    """The size or the symbol of a dimension."""
    if isinstance(sym, Dim):
        dims = ask.dims(sym.of)
        if dims is None or not -len(dims) <= sym.index < len(dims):
            return None
        return dims[sym.index]
    return sym.value if isinstance(sym, Known) else None


def _identical(ask: Ask, left: Sym, right: Sym) -> bool | None:
    """Whether `left is right` for a known singleton on the right."""
    if not isinstance(right, Known):
        return None
    if isinstance(left, Known):
        return left.value is right.value
    if isinstance(left, Tup | Slice | Shape | Dim | Zero):
        return False
    if right.value is None and (
        ask.is_array(left.atom) or ask.is_scalar(left.atom) or ask.items(left.atom) is not None
    ):
        return False
    return None


def fold_zero(
    ex: Expander, fn: Any, args: tuple[Sym, ...], kwargs: Mapping[str, Sym], name: str
) -> Sym | None:
    """A call with a symbolic zero among its arguments, or None to write the zero out."""
    meanings = {fn, *aliases(fn)}
    zeros = [isinstance(a, Zero) for a in args]
    if len(args) == 2 and not kwargs:
        a, b = args
        if operator.add in meanings:
            return b if zeros[0] else a
        if operator.sub in meanings:
            if zeros[1]:
                return a
            return ex.apply(Known(operator.neg), (b,), {}, name, None)
        if operator.mul in meanings or operator.matmul in meanings:
            return Zero()
        if operator.truediv in meanings and zeros[0]:
            return Zero()
        if operator.getitem in meanings and zeros[0]:
            return Zero()
    if len(args) == 1 and meanings & {operator.neg, operator.pos}:
        return Zero()
    if fn is np.where and len(args) == 3 and zeros[1] and zeros[2]:
        return Zero()
    if _linear_in_zero(ex, fn, args, kwargs):
        return Zero()
    for sym in (*args, *kwargs.values()):
        items = sym.items if isinstance(sym, Tup) else ()
        if any(isinstance(i, Zero) and i.like is None for i in items):
            raise ValueError("an absent derivative has no shape here")
    return None


def _linear_in_zero(
    ex: Expander, fn: Any, args: tuple[Sym, ...], kwargs: Mapping[str, Sym]
) -> bool:
    """Whether a function is linear in an argument that is zero."""
    if getattr(fn, "__name__", "") in ("unbroadcast", "spread_to", "as_gradient"):
        return isinstance(args[0], Zero)
    entry = ex.book.entry(fn)
    signature = entry.signature() if entry else None
    if entry is None or signature is None:
        return False
    given = {**dict(zip(signature.names(), args)), **kwargs}
    for key, sym in given.items():
        inner = sym.items if isinstance(sym, Tup) else (sym,)
        if not inner or not all(isinstance(i, Zero) for i in inner):
            continue
        if entry.linear_in(key):
            return True
        rule = entry.elementwise
        if rule is not None and len(rule.params) == 1:
            for _, expr in contributions(rule.body):
                if not value_names(expr, rule.body) & {key, *rule.results}:
                    return True
    return False
