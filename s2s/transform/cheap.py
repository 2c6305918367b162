"""Which values cost next to nothing to compute again in the backward sweep."""

from __future__ import annotations

import builtins
import operator

import numpy as np

from s2s.analysis.buffers import Buffers
from s2s.analysis.fact import NUMBER_KINDS
from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.effects import pure
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Expr,
    Method,
    Ref,
    Star,
    Value,
    While,
    Write,
)  # fmt: skip
from s2s.ir.walk import atoms_of, blocks_of, statements


def is_steady(
    value: Value, expr: Expr, facts: Facts, buffers: Buffers,
    changed: frozenset[Value] | None = None,
) -> bool:  # fmt: skip
    """Whether a value costs next to nothing, and shows or does not read what is written.

    `changed` are the lists that the block of the value changes: all others have the items
    again that they had.
    """
    if not _cheap(expr, facts):
        return False
    item = value in buffers.made and buffers.base(value) in buffers.holders
    if value in buffers.made and not item or _is_metadata(expr):
        return True
    if changed is not None and _is_item(expr):
        atoms = [a for a in atoms_of(expr) if buffers.reads(a)]
        return all(a in buffers.lists and not buffers.changed(a) & changed for a in atoms)
    return not any(buffers.reads(a) for a in atoms_of(expr))


def _is_item(expr: Expr) -> bool:
    return isinstance(expr, Apply) and isinstance(expr.fn, Ref) and expr.fn.obj is operator.getitem


def changed_lists(block: Block, buffers: Buffers) -> dict[int, frozenset[Value]]:
    """The lists that each block changes, by its key."""
    found: dict[int, frozenset[Value]] = {}
    for stmt in statements(block) if buffers.lists else ():
        inner = blocks_of(stmt)
        for b in inner:
            parts = inner if isinstance(stmt, While) else (b,)
            writes = [s for p in parts for s in statements(p) if isinstance(s, Write)]
            sets = [buffers.changed(w.target) for w in writes if w.target in buffers.lists]
            found[b.key] = frozenset().union(*sets)
    return found


_CHEAP = {
    operator.getitem, slice, prims.build_tuple, operator.lt, operator.le, operator.gt,
    operator.ge, operator.eq, operator.ne, operator.is_, operator.is_not, operator.not_,
    builtins.len, builtins.isinstance, builtins.range, prims.contains, prims.not_contains,
}  # fmt: skip
_ARITHMETIC = {
    operator.add, operator.sub, operator.mul, operator.neg, operator.mod, operator.floordiv,
    operator.pos, builtins.abs, builtins.int, builtins.min, builtins.max, operator.truediv,
    operator.pow,
}  # fmt: skip
_ELEMENTWISE = {
    operator.add, operator.sub, operator.mul, operator.neg, operator.truediv,
    np.add, np.subtract, np.multiply, np.negative, np.divide, np.minimum, np.maximum, np.square,
}  # fmt: skip
_NUMERIC = ("array", *NUMBER_KINDS)
_VIEWS = {"T", "shape", "ndim", "size", "dtype", "real", "imag"}


def _cheap(expr: Expr | None, facts: Facts) -> bool:
    """Whether computing an expression again costs next to nothing."""
    match expr:
        case None:
            return False
        case Apply(fn=Ref(obj=obj), args=args):
            if not pure(expr):
                return False
            if obj is operator.getitem:
                return not _is_gather(args[1], facts)
            if _in(obj, _CHEAP):
                return True
            if obj is getattr:
                attribute = args[1]
                return isinstance(attribute, Const) and attribute.value in _VIEWS
            if obj is operator.pow and args[1] not in (Const(2), Const(3)):
                return False
            return _in(obj, _ARITHMETIC) and all(_small(a, facts) for a in args)
        case Apply(fn=Method(name)):
            return name in ("transpose", "swapaxes")
        case Apply():
            return False
        case _:
            return isinstance(expr, Value | Const | Ref)


def is_arithmetic(expr: Expr, facts: Facts) -> bool:
    """Whether an expression is one operation on each element of arrays."""
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref) or expr.kwargs:
        return False
    last = expr.args[-1] if expr.args else None
    if _in(expr.fn.obj, {operator.pow, np.power}):
        simple = isinstance(last, Const) and isinstance(last.value, int | float)
    else:
        simple = _in(expr.fn.obj, _ELEMENTWISE)
    kinds = [facts.of(a).kind for a in expr.args if not isinstance(a, Star)]
    return simple and len(kinds) == len(expr.args) and all(k in _NUMERIC for k in kinds)


def _is_metadata(expr: Expr | None) -> bool:
    """Whether an expression asks an array for its shape or the like."""
    match expr:
        case Apply(fn=Ref(obj=obj), args=(_, Const(value=name))) if obj is getattr:
            return name in ("shape", "ndim", "size", "dtype")
    return False


def _in(obj: object, group: set) -> bool:  # type: ignore[type-arg]
    try:
        return obj in group
    except TypeError:
        return False


def _is_gather(index: Atom | Star, facts: Facts) -> bool:
    """Whether an index copies (an array) rather than makes a view."""
    return not isinstance(index, Star) and facts.is_array(index) is True


def _small(atom: Atom | Star, facts: Facts) -> bool:
    return not isinstance(atom, Star) and bool(facts.is_scalar(atom))
