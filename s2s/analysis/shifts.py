"""Finds extremes that are subtracted for the sake of rounding only: the result is the same anyway.

    top = np.max(x, axis=1, keepdims=True)
    w = np.exp(x - top)                      # scaled, a row by one factor
    p = w / np.sum(w, axis=1, keepdims=True)     # the factor is gone

The proof moves `top` by a small amount, of its own in each entry, and follows what that does to
all that is computed from it: a value is *shifted* by a multiple of the amount, or *scaled* by a
power of its exponential, or stays.  Where the result stays, whatever the amount, the derivative
with respect to `top` is 0 for all values that it may have, and so are those of any order.

>>> from s2s.analysis.facts import Facts
>>> from s2s.analysis.fact import Fact
>>> from s2s.frontend.lower import lower
>>> def softmax(x):
...     top = x.max(axis=-1, keepdims=True)
...     w = np.exp(x - top)
...     return w / w.sum(axis=-1, keepdims=True)
>>> function = lower(softmax)
>>> facts = Facts()
>>> facts.give(function.params[0].value, Fact.from_value(np.ones((2, 3))))
>>> facts.run(function.body)
>>> sorted(v.name for v in idle_shifts(function, facts))
['top']
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s.ir.effects import lookup
from s2s.ir.nodes import Apply, Block, Const, Function, If, Let, Method, Ref, Star, Value
from s2s.ir.walk import atoms_of, blocks_of, own_atoms, statements
from s2s.rules.ask import Ask

_NAMES: dict[Any, str] = {
    np.max: "max", np.amax: "max", np.min: "max", np.amin: "max", np.sum: "sum",
    np.mean: "mean", np.exp: "exp", np.log: "log", operator.add: "add", np.add: "add",
    operator.sub: "sub", np.subtract: "sub", operator.mul: "mul", np.multiply: "mul",
    operator.truediv: "div", np.divide: "div", operator.neg: "neg", np.negative: "neg",
    operator.getitem: "item", operator.matmul: "matmul", np.matmul: "matmul",
}  # fmt: skip
_METHODS = {"max": "max", "min": "max", "sum": "sum", "mean": "mean"}


class _Moves(Exception):
    """Something depends on the shift in a way that is not understood."""


@dataclass(frozen=True)
class _Response:
    """How a value answers: `v + k * d`, or `v * exp(k * d)`.

    `layout` says for each axis which axis of the amounts `d` runs along it, or None.
    """

    kind: str  # "shift" | "scale"
    k: float
    layout: tuple[int | None, ...]


def idle_shifts(function: Function, facts: Ask) -> frozenset[Value]:
    """The extremes on which the result of a function does not depend."""
    found = set()
    for stmt in statements(function.body):
        if isinstance(stmt, Let) and len(stmt.targets) == 1 and _operation(stmt.expr) == "max":
            start = _extreme(stmt.expr, facts)  # type: ignore[arg-type]
            if start is not None and _stays(function.body, stmt.targets[0], start, facts):
                found.add(stmt.targets[0])
    return frozenset(found)


def _operation(expr: Any) -> str | None:
    """What an expression does, of what is understood here."""
    if not isinstance(expr, Apply) or any(isinstance(a, Star) for a in expr.args):
        return None
    if isinstance(expr.fn, Method):
        return _METHODS.get(expr.fn.name)
    return lookup(_NAMES, expr.fn.obj) if isinstance(expr.fn, Ref) else None


def _extreme(expr: Apply, facts: Ask) -> _Response | None:
    """The extreme itself: shifted by the amounts."""
    rank = facts.ndim(expr.args[0])  # type: ignore[arg-type]
    reduced = None if not rank else _reduced(expr, rank)
    if reduced is None:
        return None
    axes, keep = reduced
    assert rank is not None
    layout = tuple(None if k in axes else k for k in range(rank) if keep or k not in axes)
    return _Response("shift", 1, layout)


def _reduced(expr: Apply, rank: int) -> tuple[frozenset[int], bool] | None:
    """The axes of a reduction, and whether they are kept."""
    options: dict[str | None, Any] = dict(expr.kwargs)
    if len(expr.args) == 2:
        options["axis"] = expr.args[1]
    if len(expr.args) > 2 or not options.keys() <= {"axis", "keepdims"}:
        return None
    values = [options.get("axis", Const(None)), options.get("keepdims", Const(False))]
    if not all(isinstance(v, Const) for v in values):
        return None
    axis, keep = (v.value for v in values)
    if axis is None:
        return frozenset(range(rank)), bool(keep)
    if type(axis) is not int or not -rank <= axis < rank:
        return None
    return frozenset({axis % rank}), bool(keep)


def _stays(body: Block, shift: Value, start: _Response, facts: Ask) -> bool:
    """Whether a shift changes nothing that can be seen."""
    try:
        walk = _Walk(shift, start, facts)
        walk.block(body)
        walk.still(body.outs)
    except _Moves:
        return False
    return True


class _Walk:
    """What answers to a shift, statement by statement."""

    def __init__(self, shift: Value, start: _Response, facts: Ask) -> None:
        self.shift, self.start, self.facts = shift, start, facts
        self.moved: dict[Value, _Response] = {}

    def still(self, atoms: Any) -> None:
        """Nothing that answers may be among these."""
        if any(isinstance(a, Value) and a in self.moved for a in atoms):
            raise _Moves

    def block(self, block: Block) -> None:
        """The statements of a block."""
        for stmt in block.stmts:
            if isinstance(stmt, Let):
                self._let(stmt)
                continue
            self.still(own_atoms(stmt))
            for inner in blocks_of(stmt):
                self.block(inner)
            if isinstance(stmt, If):
                self._join(stmt)
            else:
                for inner in blocks_of(stmt):
                    self.still(inner.outs)

    def _join(self, stmt: If) -> None:
        """Both ways have to answer alike."""
        for r, a, b in zip(stmt.results, stmt.then.outs, stmt.orelse.outs, strict=True):
            one, other = self._of(a), self._of(b)
            if one != other:
                raise _Moves
            if one is not None:
                self.moved[r] = one

    def _of(self, atom: Any) -> _Response | None:
        return self.moved.get(atom) if isinstance(atom, Value) else None

    def _let(self, stmt: Let) -> None:
        if stmt.targets == (self.shift,):
            self.moved[self.shift] = self.start
            return
        if not any(self._of(a) for a in atoms_of(stmt.expr)):
            return
        if len(stmt.targets) != 1 or stmt.unpack:
            raise _Moves
        target = stmt.targets[0]
        if isinstance(stmt.expr, Value):
            self.moved[target] = self.moved[stmt.expr]
            return
        name = _operation(stmt.expr)
        handler = None if name is None else _HANDLERS.get(name)
        rank = self.facts.ndim(target)
        if handler is None or rank is None:
            raise _Moves
        answer = handler(self, stmt.expr, rank)
        if answer.k:
            self.moved[target] = answer

    # Operations ----------------------------------------------------------------------------

    def _wide(self, atom: Any, rank: int) -> _Response | None:
        """The response of an operand that is broadcast to a rank."""
        one = self._of(atom)
        if one is None:
            return None
        return _Response(one.kind, one.k, (None,) * (rank - len(one.layout)) + one.layout)

    def _both(self, expr: Apply, rank: int) -> tuple[_Response | None, _Response | None]:
        if expr.kwargs or len(expr.args) != 2:
            raise _Moves
        a, b = (self._wide(x, rank) for x in expr.args)
        if a is not None and b is not None and a.layout != b.layout:
            raise _Moves
        return a, b

    def sum_(self, expr: Apply, rank: int, sign: int) -> _Response:
        """Shifts add up; two that are scaled alike are scaled alike together."""
        a, b = self._both(expr, rank)
        one = a or b
        assert one is not None
        if a is not None and b is not None and a.kind == b.kind == "scale" and a.k == b.k:
            return a
        if any(r is not None and r.kind != "shift" for r in (a, b)):
            raise _Moves
        k = (a.k if a else 0) + sign * (b.k if b else 0)
        return _Response("shift", k, one.layout)

    def product(self, expr: Apply, rank: int, sign: int) -> _Response:
        """Powers of the factor add up; a literal factor multiplies a shift."""
        a, b = self._both(expr, rank)
        one = a or b
        assert one is not None
        if one.kind == "shift":
            literal = next((x for x in expr.args if isinstance(x, Const)), None)
            if literal is None or type(literal.value) not in (int, float) or (
                sign < 0 and (a is None or not literal.value)
            ):
                raise _Moves
            k = one.k * literal.value if sign > 0 else one.k / literal.value
            return _Response("shift", k, one.layout)
        if any(r is not None and r.kind != "scale" for r in (a, b)):
            raise _Moves
        return _Response("scale", (a.k if a else 0) + sign * (b.k if b else 0), one.layout)

    def negative(self, expr: Apply, rank: int) -> _Response:
        """The opposite shift, the same factor."""
        one = self._only(expr)
        return _Response(one.kind, -one.k if one.kind == "shift" else one.k, one.layout)

    def changed(self, expr: Apply, before: str, after: str) -> _Response:
        """`exp` makes a factor of a shift, `log` a shift of a factor."""
        one = self._only(expr)
        if one.kind != before:
            raise _Moves
        return _Response(after, one.k, one.layout)

    def reduction(self, expr: Apply, name: str) -> _Response:
        """Along axes on which the amount is the same: as for each entry."""
        one = self._of(expr.args[0])
        reduced = None if one is None else _reduced(expr, len(one.layout))
        if one is None or reduced is None or (name == "sum" and one.kind == "shift"):
            raise _Moves
        axes, keep = reduced
        if any(one.layout[k] is not None for k in axes):
            raise _Moves
        left = tuple(a for k, a in enumerate(one.layout) if keep or k not in axes)
        return _Response(one.kind, one.k, left)

    def item(self, expr: Apply) -> _Response:
        """New axes, whole axes, and one entry where all have the same amount."""
        one = self._of(expr.args[0])
        known, index = self.facts.constant(expr.args[1])  # type: ignore[arg-type]
        if one is None or not known:
            raise _Moves
        return _Response(one.kind, one.k, tuple(_picked(one.layout, index)))

    def matmul(self, expr: Apply, rank: int) -> _Response:
        """Rows of the left matrix, each with a factor of its own."""
        a, b = (self._of(x) for x in expr.args)
        if expr.kwargs or a is None or b is not None or a.kind != "scale" or rank < 2:
            raise _Moves
        if len(a.layout) != rank or a.layout[-1] is not None:
            raise _Moves
        return a

    def _only(self, expr: Apply) -> _Response:
        one = self._of(expr.args[0])
        if one is None or len(expr.args) != 1 or expr.kwargs:
            raise _Moves
        return one


def _picked(layout: tuple[int | None, ...], index: Any) -> Iterator[int | None]:
    """The layout of what an index picks."""
    parts = list(index) if isinstance(index, tuple) else [index]
    left = len(layout) - sum(p is not None and p is not ... for p in parts)
    if sum(p is ... for p in parts) > 1 or left < 0:
        raise _Moves
    if ... not in parts:
        parts.append(...)
    axes = iter(layout)
    for part in parts:
        if part is None:
            yield None
        elif part is ...:
            yield from (next(axes) for _ in range(left))
        else:
            axis = next(axes)
            if isinstance(part, slice) and (axis is None or part == slice(None)):
                yield axis
            elif axis is not None or type(part) is not int:
                raise _Moves


_HANDLERS: dict[str, Any] = {
    "add": lambda w, e, rank: w.sum_(e, rank, 1),
    "sub": lambda w, e, rank: w.sum_(e, rank, -1),
    "mul": lambda w, e, rank: w.product(e, rank, 1),
    "div": lambda w, e, rank: w.product(e, rank, -1),
    "neg": _Walk.negative,
    "exp": lambda w, e, rank: w.changed(e, "shift", "scale"),
    "log": lambda w, e, rank: w.changed(e, "scale", "shift"),
    "max": lambda w, e, rank: w.reduction(e, "max"),
    "sum": lambda w, e, rank: w.reduction(e, "sum"),
    "mean": lambda w, e, rank: w.reduction(e, "mean"),
    "item": lambda w, e, rank: w.item(e),
    "matmul": _Walk.matmul,
}
