"""Which expressions may be computed where the program would not have computed them.

In front of a loop stands what each of its iterations would compute anew.  The loop may have no
iterations, so that must not raise, nor warn of something that never happens.  Nor must what a
mask leaves out.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from s2s.analysis.facts import Facts
from s2s.errors import Origin
from s2s.ir.effects import member
from s2s.ir.nodes import Apply, Atom, Const, Expr, Let, Ref, Star, Stmt, Value
from s2s.ir.record import replace

_ARITHMETIC: frozenset[Any] = frozenset({
    operator.add, operator.sub, operator.mul, operator.neg, operator.truediv,
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne,
})  # fmt: skip
_UFUNCS: frozenset[Any] = frozenset({
    np.tanh, np.abs, np.sign, np.square, np.maximum, np.minimum, np.negative, np.add,
    np.subtract, np.multiply, np.arctan,
})  # fmt: skip
_MADE: frozenset[Any] = frozenset({np.eye, np.zeros, np.ones, np.identity})
# Which operand is kept out of the mask because the function or its slope may be infinite, and
# what stands for it there: the derivative raises no more warnings than the program.
_HARMLESS: dict[Any, tuple[int, float]] = {
    np.divide: (1, 1.0), np.remainder: (1, 1.0), np.fmod: (1, 1.0), np.reciprocal: (0, 1.0),
    np.log: (0, 1.0), np.log2: (0, 1.0), np.log10: (0, 1.0), np.log1p: (0, 1.0),
    np.sqrt: (0, 1.0), np.cbrt: (0, 1.0), np.power: (0, 1.0), np.float_power: (0, 1.0),
    np.arcsin: (0, 0.0), np.arccos: (0, 0.0), np.arctanh: (0, 0.0), np.arccosh: (0, 2.0),
}  # fmt: skip
_METADATA = ("shape", "ndim", "size")


def is_safe(expr: Expr, facts: Facts) -> bool:
    """Whether computing an expression raises nothing, warns of nothing and changes nothing."""
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref) or expr.kwargs:
        return False
    args, obj = expr.args, expr.fn.obj
    if any(isinstance(a, Star) for a in args):
        return False
    if member(_MADE, obj):
        return all(isinstance(a, Const) and type(a.value) is int and a.value >= 0 for a in args)
    if obj is len:
        return bool(facts.is_array(args[0])) and bool(facts.of(args[0]).dims)  # type: ignore[arg-type]
    if obj is getattr:
        known = isinstance(args[1], Const) and args[1].value in _METADATA
        return known and facts.is_array(args[0]) is True  # type: ignore[arg-type]
    if not (member(_ARITHMETIC, obj) or member(_UFUNCS, obj)):
        return False
    if not all(_plain_number(a, facts) or _plain_array(a, facts) for a in args):
        return False
    if obj is operator.truediv and not (isinstance(args[1], Const) and args[1].value):
        return False
    arrays = [a for a in args if _plain_array(a, facts)]
    return all(facts.same_shape(arrays[0], a) for a in arrays[1:])  # type: ignore[arg-type]


def outside_mask(
    call: Apply, where: Atom, origin: Origin | None
) -> tuple[list[Stmt], Apply]:
    """A call for the entries of a mask as one for all, after statements that make it harmless."""
    obj = call.fn.obj if isinstance(call.fn, Ref) else None
    place = next((p for fn, p in _HARMLESS.items() if fn is obj), None)
    if place is None or any(isinstance(a, Star) for a in call.args):
        return [], call
    args: list[Any] = [a for a in call.args if a != Const(None)]
    kept = Value("t")
    pick = Apply(Ref("np.where", np.where), (where, args[place[0]], Const(place[1])))
    args[place[0]] = kept
    kwargs = tuple((k, a) for k, a in call.kwargs if k not in ("where", "out"))
    return [Let((kept,), pick, origin)], replace(call, args=tuple(args), kwargs=kwargs)


def _plain_number(atom: Any, facts: Facts) -> bool:
    fact = facts.of(atom)
    return fact.kind in ("scalar", "int") and fact.dtype is not None and fact.dtype.kind in "fiuc"


def _plain_array(atom: Any, facts: Facts) -> bool:
    fact = facts.of(atom)
    real = fact.dtype is not None and fact.dtype.kind in "fciu"
    return isinstance(atom, Value) and fact.kind == "array" and real
