"""Values that are cut off, and then given to a function whose slope may be infinite there.

    np.sqrt(np.maximum(x, 0.0))        for x < 0 the slope of the root is infinite, and x has none
    np.arccos(np.clip(x, -1.0, 1.0))
    np.log(np.maximum(p, 1e-12))       the logarithm never gets to its pole

An adjoint that is infinite has to be dropped where nothing depends on the value, not multiplied
by 0.  What is known of a value is the interval that it is in.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Hashable
from typing import Any

import numpy as np

from s2s.analysis.callables import is_elementwise
from s2s.ir.nodes import Apply, Atom, Block, Const, Let, Ref, Star, Value
from s2s.ir.walk import statements
from s2s.rules.ask import Ask

Interval = tuple[float, float]

UPPER = (np.maximum, np.fmax, max)  # what gives the larger of two
LOWER = (np.minimum, np.fmin, min)
_ANY: Interval = (-math.inf, math.inf)
_POLES: dict[Any, tuple[float, ...]] = {
    **dict.fromkeys((np.sqrt, math.sqrt, np.cbrt, math.cbrt, np.reciprocal, np.log, math.log,
                     np.log2, math.log2, np.log10, math.log10), (0.0,)),
    np.log1p: (-1.0,), math.log1p: (-1.0,), np.arccosh: (1.0,), math.acosh: (1.0,),
    **dict.fromkeys((np.arcsin, np.arccos, np.arctanh, math.asin, math.acos, math.atanh),
                    (-1.0, 1.0)),
}  # fmt: skip
_QUOTIENTS = (operator.truediv, np.divide)
_POWERS = (operator.pow, np.power, np.float_power, pow, math.pow)
_SUMS = (operator.add, np.add, operator.sub, np.subtract)


def cut_values(block: Block, facts: Ask) -> frozenset[Value]:
    """The results of `maximum`, `minimum` and `clip` that reach a pole, element by element."""
    walk = _Walk(facts)
    for stmt in statements(block):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and isinstance(stmt.expr.fn, Ref):
            if len(stmt.targets) == 1 and not stmt.unpack:
                walk.learn(stmt.targets[0], stmt.expr.fn.obj, stmt.expr)
    return frozenset(walk.found)


class _Walk:
    """What is known of the values that come from some that were cut off."""

    def __init__(self, facts: Ask) -> None:
        self.facts = facts
        self.found: set[Value] = set()
        self.within: dict[Value, Interval] = {}
        self.cuts: dict[Value, frozenset[Value]] = {}  # where a value comes from

    def learn(self, target: Value, obj: Any, expr: Apply) -> None:
        """What an expression gives, and whether it has a pole within reach."""
        starred = any(isinstance(a, Star) for a in expr.args)
        if starred or not isinstance(obj, Hashable):
            return
        above: frozenset[Value] = frozenset()
        for a in expr.args:
            above |= self.cuts.get(a, frozenset()) if isinstance(a, Value) else frozenset()
        cuts = obj in UPPER or obj in LOWER or obj is np.clip
        if not above and not cuts:
            return  # most are neither
        args = [self._known(a) for a in expr.args]  # type: ignore[arg-type]
        cut = interval(obj, args) if cuts else None
        if cut is not None:
            self.within[target], self.cuts[target] = cut, above | {target}
            return
        if not above or not (obj in _POLES or callable(obj) and is_elementwise(obj)):
            return
        self.cuts[target] = above
        self.within[target] = self._result(obj, args)
        for k, a in enumerate(args):
            if isinstance(a, Value) and a in self.cuts:
                low, high = self.within[a]
                if any(low <= pole <= high for pole in poles(obj, args, k)):
                    self.found |= self.cuts[a]

    def _known(self, atom: Atom) -> Atom:
        """A number that is computed of numbers."""
        known, value = self.facts.constant(atom)
        return Const(value) if known and type(value) in (int, float) else atom

    def _of(self, atom: Atom) -> Interval:
        if isinstance(atom, Const) and isinstance(atom.value, int | float):
            return float(atom.value), float(atom.value)
        return self.within.get(atom, _ANY) if isinstance(atom, Value) else _ANY

    def _result(self, obj: Any, args: list[Atom]) -> Interval:
        """The interval of a sum, a difference, or an opposite."""
        if obj in (operator.neg, np.negative) and len(args) == 1:
            low, high = self._of(args[0])
            return -high, -low
        if obj not in _SUMS or len(args) != 2:
            return _ANY
        (a, b), (c, d) = self._of(args[0]), self._of(args[1])
        return (a + c, b + d) if obj in _SUMS[:2] else (a - d, b - c)


def interval(obj: Any, args: list[Atom]) -> Interval | None:
    """What a function that cuts off leaves; None for all others."""
    bounds = [a.value if isinstance(a, Const) else None for a in args]
    known = [float(b) for b in bounds if type(b) in (int, float)]  # type: ignore[arg-type]
    if obj in UPPER and len(args) == 2:
        return max(known, default=-math.inf), math.inf
    if obj in LOWER and len(args) == 2:
        return -math.inf, min(known, default=math.inf)
    if obj is np.clip and len(args) == 3:
        low, high = (
            float(b) if type(b) in (int, float) else end  # type: ignore[arg-type]
            for b, end in zip(bounds[1:], _ANY, strict=True)
        )
        return low, high
    return None


def poles(obj: Any, args: list[Atom], k: int) -> tuple[float, ...]:
    """Where the slope of a function by its argument `k` is infinite."""
    if obj in _QUOTIENTS:
        return (0.0,) if k == 1 else ()
    if obj in _POWERS and len(args) == 2:
        power = args[1]
        tame = isinstance(power, Const) and isinstance(power.value, int | float)
        return () if k == 1 or tame and power.value >= 1 else (0.0,)  # type: ignore[union-attr]
    return _POLES.get(obj, ())
