"""Values that a choice may hide: their adjoint may be exactly 0 where their slope is infinite.

    y = np.where(x > 0, np.log(x), 0)      the logarithm is hidden wherever x is not positive

An adjoint of 0 has to stay 0 there, although `0 / 0` is not a number.  Programs without such a
choice, and functions whose slope is bounded, are left alone.

A root of a sum of squares is hidden in another way: where it is 0 its slope is infinite, but all
squares have the slope 0 there, and the smallest of the subgradients is 0.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from s2s.analysis.callables import is_elementwise
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Block, Const, Let, Method, Ref, Star, Value
from s2s.ir.walk import statements
from s2s.rules import Bound, book
from s2s.rules.ask import Ask
from s2s.rules.mentions import mentioned

__all__ = ["hidden_values", "may_be_infinite", "roots_of_squares", "unbounded_values"]

# The arguments of a choice that it may leave out.
_CHOICES: dict[Any, slice] = {
    np.where: slice(1, 3), np.select: slice(1, 3), np.nan_to_num: slice(0, 1),
    np.nansum: slice(0, 1), np.nanmean: slice(0, 1), np.nanprod: slice(0, 1),
}  # fmt: skip
_BOUNDED = frozenset({
    np.add, np.subtract, np.negative, np.positive, np.where, np.sin, np.cos, np.tanh, np.arctan,
    np.absolute, np.maximum, np.minimum, np.fmax, np.fmin, np.clip, np.conjugate, np.real, np.imag,
    np.nan_to_num, np.degrees, np.radians, np.rad2deg, np.deg2rad, np.sign, np.logaddexp, np.hypot,
})  # fmt: skip
_SUMS = (np.sum, np.mean, sum)
_PRODUCTS = (operator.mul, np.multiply, operator.matmul, np.dot, np.inner, np.vdot)


def hidden_values(block: Block, facts: Ask) -> frozenset[Value]:
    """The values in a function that reach a choice element by element."""
    made: dict[Value, Apply] = {}
    found: set[Value] = set()
    todo: list[Value] = []
    for stmt in statements(block):
        if not isinstance(stmt, Let) or not isinstance(stmt.expr, Apply):
            continue
        if len(stmt.targets) == 1 and not stmt.unpack:
            made[stmt.targets[0]] = stmt.expr
        todo += [a for a in _chosen(stmt.expr, facts) if isinstance(a, Value)]
    while todo:
        value = todo.pop()
        if value in found:
            continue
        found.add(value)
        expr = made.get(value)
        if expr is not None and isinstance(expr.fn, Ref) and _spreads(expr.fn.obj):
            todo += [a for a in expr.args if isinstance(a, Value)]
    return frozenset(found)


def roots_of_squares(block: Block) -> frozenset[Value]:
    """The values that are roots of sums of squares."""
    made: dict[Value, Apply] = {}
    found: set[Value] = set()
    for stmt in statements(block):
        if not isinstance(stmt, Let) or not isinstance(stmt.expr, Apply):
            continue
        if len(stmt.targets) != 1 or stmt.unpack:
            continue
        made[stmt.targets[0]] = expr = stmt.expr
        root = isinstance(expr.fn, Ref) and expr.fn.obj in (np.sqrt, math.sqrt)
        if root and expr.args and _is_squares(expr.args[0], made):
            found.add(stmt.targets[0])
    return frozenset(found)


def _is_squares(atom: Atom | Star, made: dict[Value, Apply]) -> bool:
    """Whether a value is a sum of squares."""
    expr = made.get(atom) if isinstance(atom, Value) else None
    if expr is None or not expr.args:
        return False
    first, rest = expr.args[0], expr.args[1:]
    if isinstance(expr.fn, Method):
        return expr.fn.name in ("sum", "mean") and _is_squares(first, made)
    obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
    if obj in _SUMS:
        return _is_squares(first, made)
    if obj in (operator.add, np.add) and len(rest) == 1:
        return _is_squares(first, made) and _is_squares(rest[0], made)
    if obj in (operator.pow, np.power):
        return bool(rest) and isinstance(rest[0], Const) and rest[0].value == 2
    if obj in _PRODUCTS:
        return len(rest) == 1 and rest[0] is first
    return obj is np.square


def _chosen(expr: Apply, facts: Ask) -> Iterator[Atom]:
    """What an expression may leave out, entry by entry."""
    obj = expr.fn.obj if isinstance(expr.fn, Ref) and not expr.fn.live else None
    args = [a for a in expr.args if not isinstance(a, Star)]
    if obj is operator.getitem and len(args) == 2:
        dtype = facts.dtype(args[1])
        if dtype is not None and dtype.kind == "b":
            yield args[0]
        return
    try:
        part = _CHOICES.get(obj)
    except TypeError:  # an unhashable callable
        return
    if part is not None:
        yield from args[part]


def _spreads(obj: Any) -> bool:
    """Whether a function works element by element, or only lists what it is given."""
    try:
        return is_elementwise(obj) or obj in (prims.build_list, prims.build_tuple)
    except TypeError:
        return False


def may_be_infinite(bound: Bound, unbounded: frozenset[Value]) -> bool:
    """Whether the slope of a call may be infinite where what the program is given is not."""
    rule = bound.entry.elementwise
    if rule is None or bound.mask is not None or bound.entry.obj in _BOUNDED:
        return False
    if bound.entry.obj is np.multiply:
        return any(a in unbounded for a in bound.op.args)
    return "ratio" not in mentioned(rule.body)


def unbounded_values(block: Block) -> frozenset[Value]:
    """The values that are made by functions with poles, or from such values."""
    found: set[Value] = set()
    for stmt in statements(block):
        if not isinstance(stmt, Let) or not isinstance(stmt.expr, Apply):
            continue
        fn, args = stmt.expr.fn, stmt.expr.args
        if len(stmt.targets) != 1 or not isinstance(fn, Ref) or not _spreads(fn.obj):
            continue
        entry = book().entry(fn.obj)
        tame = entry is None or entry.obj in _BOUNDED or entry.obj is np.multiply
        if not tame or any(a in found for a in args):
            found.add(stmt.targets[0])
    return frozenset(found)
