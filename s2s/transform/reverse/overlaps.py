"""Copies of one part of an array to another part of it, which NumPy may make item by item.

    x[1:] = x[:-1]             the same step: NumPy goes from the end that nothing is lost at
    x[1:3, :] = x[:2, :]       more than one dimension: NumPy copies first
    z[i, :i] = z[:i, i]        one below the other: no item is read after it is written
    x[::2] = x[:n]             steps differ: `x[2]` may be read when it is overwritten already
    z[i] = z[:, j]             so are those of a row and a column

The last two have no meaning but what the implementation makes of them.  Whether they overlap so
shows when the program runs, and it is refused then; updates (`+=`) are ufuncs, which copy.
"""

from __future__ import annotations

import functools
import operator

from s2s import runtime
from s2s.analysis.buffers import Buffers
from s2s.analysis.facts import Facts
from s2s.analysis.regions import Linear, Region, Regions
from s2s.analysis.sharing import is_advanced
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Block, Const, For, Let, Ref, Stmt, Value, Write
from s2s.ir.walk import statements

_ALL = Const(...)
_GETITEM = Ref("getitem", operator.getitem)
_AXIS = (Linear(), None)


class Overlaps:
    """The order of copies within one array, in one function."""

    def __init__(self, block: Block, buffers: Buffers, facts: Facts) -> None:
        self.block, self.buffers, self.facts = block, buffers, facts

    @functools.cached_property
    def regions(self) -> Regions:
        """What the indices of the function say: few functions have copies that ask for it."""
        made = {
            s.targets[0]: s.expr for s in statements(self.block)
            if isinstance(s, Let) and len(s.targets) == 1 and isinstance(s.expr, Apply)
        }  # fmt: skip
        regions = Regions(self.facts, made, {})
        for s in statements(self.block):
            if isinstance(s, For):
                regions.loop(s.iter)
        return regions

    def check(self, stmt: Write) -> list[Stmt]:
        """What checks the order of a copy when the program runs, where it may matter."""
        value, home = stmt.value, self.buffers.home(stmt.target)
        if stmt.kind != "item" or stmt.op is not None or home is None:
            return []
        if not isinstance(value, Value) or self.buffers.home(value) is not home or value is home:
            return []
        if self.facts.is_array(stmt.key) is True or is_advanced(stmt.key, self.facts):
            return []
        target, source = self._steps(stmt.target), self._steps(value)
        if [*target, *self._strides(stmt.key)] == source or self._harmless(stmt, value):
            return []
        build = Builder(stmt.origin, self.facts)
        part: Atom = stmt.target
        if stmt.key != _ALL:
            part = build.call(_GETITEM, stmt.target, stmt.key, name="part")
        dims = self.facts.of(part).dims
        if dims is not None and len(dims) != 1 or self.facts.is_array(part) is False:
            return []
        check = Ref("require_in_order", runtime.require_in_order)
        return [*build.stmts, Let((), Apply(check, (part, value)), stmt.origin)]

    def _harmless(self, stmt: Write, value: Value) -> bool:
        """Whether two parts of one array have nothing in common, or are a row and its column."""
        made = self.buffers.made[value].expr if value in self.buffers.made else None
        if not isinstance(made, Apply) or made.fn != _GETITEM or made.args[0] is not stmt.target:
            return False
        here, there = (self.regions.dims(k) for k in (stmt.key, made.args[1]))  # type: ignore[arg-type]
        if self.facts.ndim(stmt.target) == 2:
            here, there = (tuple((*d, _AXIS, _AXIS)[:2]) for d in (here, there))
            if here == there[::-1]:
                return True
        own = frozenset({value})
        return self.regions.apart(Region(own, here), Region(own, there))

    def _steps(self, view: Atom) -> list[object]:
        """What decides the strides of a view of an array, from the array on."""
        if not isinstance(view, Value) or view not in self.buffers.made:
            return []
        expr = self.buffers.made[view].expr
        if isinstance(expr, Value):
            return self._steps(expr)
        assert isinstance(expr, Apply)
        whole, *rest = expr.args
        found = self._steps(whole)  # type: ignore[arg-type]
        if expr.fn == _GETITEM:
            return [*found, *self._strides(rest[0])]  # type: ignore[arg-type]
        return [*found, view]

    def _strides(self, key: Atom) -> list[object]:
        """What decides the strides of a part of an array, given those of the array."""
        if key == _ALL:
            return []
        fact = self.facts.of(key)
        parts = fact.items if fact.kind == "tuple" and fact.items is not None else (fact,)
        found: list[object] = []
        for p in parts:
            step = p.items[2] if p.kind == "slice" and p.items is not None else p
            if p.kind == "slice" and step.is_const:
                found.append(step.const or 1)
            else:
                found.append(p.kind if p.kind in ("int", "none") else object())
        return [tuple(found)]
