"""Takes shapes from values that are at hand, where only the shape of a value is read.

    t_saved.append(t)                     (goes)
    ...
    t = t_saved.pop()
    g = unbroadcast(g, t)                 g = unbroadcast(g, u[1:-1])
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from s2s.analysis.facts import Facts
from s2s.ir.nodes import Apply, Block, Let, Ref, Stmt, Value
from s2s.ir.walk import blocks_of, statements, with_blocks, with_expr, with_stmts
from s2s.transform.writes.restores import shape_operand

_MAKE_ARRAYS = (np.array, np.asarray, np.asanyarray)
Path = tuple[tuple[int, bool], ...]


class Witnesses:
    """Values of the forward sweep that cost nothing in the mirror of their block."""

    def __init__(
        self, forward: Block, paths: Mapping[Value, Path], cheap: Callable[[Value], bool],
        facts: Facts,
    ) -> None:  # fmt: skip
        self.facts = facts
        self.arrays = {
            t for s in statements(forward)
            if isinstance(s, Let) and isinstance(s.expr, Apply) and isinstance(s.expr.fn, Ref)
            and any(s.expr.fn.obj is make for make in _MAKE_ARRAYS) for t in s.targets
        }  # fmt: skip
        self.paths = paths
        self.cheap = cheap
        self.by_block: dict[Path, list[Value]] = {}
        for v, path in paths.items():
            self.by_block.setdefault(path, []).append(v)
        self.known: dict[Value, Value] = {}

    def of(self, value: Value) -> Value:
        """A value of the same shape that is at hand, or the value itself."""
        if value not in self.known:
            self.known[value] = self._find(value)
        return self.known[value]

    def _find(self, value: Value) -> Value:
        path = self.paths.get(value)
        if not path or self.cheap(value):
            return value
        for k in range(len(path), 0, -1):  # outside of all blocks, values stay alive anyway
            for other in self.by_block.get(path[:k], ()):
                if other is not value and self.cheap(other):
                    if self.facts.same_shape(value, other):
                        return other
        for other in self.by_block.get((), ()):
            if self.facts.same_shape(value, other):
                return other
        return value

    def is_listed(self, value: Value, other: Value) -> bool:
        """Whether a value is an array that is made of something, which may be a list."""
        return value in self.arrays and not self.facts.of(other).numeric


def shapes_at_hand(block: Block, witnesses: Witnesses) -> Block:
    """The backward sweep with shapes taken from what is at hand."""
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        inner = blocks_of(stmt)
        if inner:
            stmt = with_blocks(stmt, tuple(shapes_at_hand(b, witnesses) for b in inner))
        elif isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            stmt = with_expr(stmt, _shaped(stmt.expr, witnesses))
        stmts.append(stmt)
    return with_stmts(block, stmts)


def _shaped(expr: Apply, witnesses: Witnesses) -> Apply:
    k = shape_operand(expr.fn) if isinstance(expr.fn, Ref) else None
    operand = expr.args[k] if k is not None and len(expr.args) > k else None
    if k is None or not isinstance(operand, Value):
        return expr
    other = witnesses.of(operand)
    if witnesses.is_listed(operand, other):
        return expr
    if k == 0 and not _shape_alone(expr.fn) and not _alike(operand, other, witnesses.facts):
        return expr
    args = list(expr.args)
    args[k] = other
    return replace(expr, args=tuple(args))


def _shape_alone(fn: Any) -> bool:
    """Whether a function does not read the dtype of its first operand either."""
    return any(fn.obj is f for f in (np.shape, np.size, np.ndim, len))


def _alike(one: Value, other: Value, facts: Facts) -> bool:
    """Whether zeros like the one are zeros like the other."""
    dtype = facts.dtype(one)
    arrays = facts.is_array(one) is True and facts.is_array(other) is True
    return arrays and dtype is not None and dtype == facts.dtype(other)
