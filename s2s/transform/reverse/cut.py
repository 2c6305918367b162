"""Reverses `maximum`, `minimum` and `clip` where the adjoint may be infinite.

    y = np.maximum(x, 0.0)             y_bar = root_bar / (2 * root)
    root = np.sqrt(y)                  x_bar = np.where(x >= 0.0, y_bar, 0.0)

0 times infinity is not a number: what was cut off is left out first (`analysis/poles.py`).
"""

from __future__ import annotations

import operator

import numpy as np

from s2s import runtime
from s2s.analysis.poles import LOWER, UPPER
from s2s.ir.nodes import Apply, Atom, Block, Const, If, Ref, Star, Value
from s2s.rules import Bound, adjoint
from s2s.transform.reverse.sweep import Sweep


def reverse_cut(
    target: Value, expr: Apply, bound: Bound, bar: Atom, sweep: Sweep
) -> list[tuple[Atom, Atom]]:
    """The adjoints of the arguments, each of what is left of that of the result."""
    parts: list[tuple[Atom, Atom]] = []
    for k, a in enumerate(dict.fromkeys(expr.args)):
        if isinstance(a, Value) and sweep.wanted(a):
            left = _left(expr, k, bar, target, sweep)
            parts += adjoint(bound, target, left, lambda v, a=a: v is a, sweep.facts,  # type: ignore[misc]
                             sweep.build)  # fmt: skip
    return parts


def _left(expr: Apply, k: int, bar: Atom, target: Value, sweep: Sweep) -> Atom:
    """The adjoint of the result where it is argument `k`."""
    build, facts = sweep.build, sweep.facts
    args: list[Atom] = [a for a in expr.args if not isinstance(a, Star)]
    obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
    if obj in UPPER or obj in LOWER:
        order = operator.ge if obj in UPPER else operator.le
        test = build.call(order, args[k], args[1 - k], name="kept")
    elif k == 0:
        inside = Ref("inside", runtime.inside)
        test = build.call(inside, *args, name="kept")
    else:
        return bar
    if facts.is_scalar(target):
        left = Value("left")
        build.emit(If(test, Block((), (bar,)), Block((), (Const(0.0),)), (left,), build.origin,
                      "ifexp"))  # fmt: skip
        facts.give(left, facts.of(target))
        return left
    if facts.is_array(target):
        return build.call(np.where, test, bar, Const(0.0), name="left")
    return build.call(Ref("kept", runtime.kept), bar, test, name="left")
