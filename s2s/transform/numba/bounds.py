"""How large an array has to be, from what is known before a loop.

    for i in range(n):                     at most `n`
        t = np.empty(i + 1)
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Iterator, Mapping
from typing import Any

from s2s.analysis.shapes import Dim
from s2s.ir.build import Builder, getattribute, getitem
from s2s.ir.nodes import Apply, Atom, Block, Const, For, Function, Ref, Stmt, Value
from s2s.ir.walk import blocks_of, defs_of, iter_items
from s2s.transform.numba.kinds import Kinds
from s2s.transform.numba.views import Along, Views

Chain = tuple[tuple[Block, Stmt], ...]  # from the body of a function to a statement


class Bounds:
    """How large an array has to be, from what is there before a loop."""

    def __init__(
        self, facts: Kinds, views: Views, build: Builder, scope: Mapping[Value, None]
    ) -> None:
        self.facts, self.views, self.build, self.scope = facts, views, build, scope
        self.stops: dict[Value, Atom] = {}  # of a counter: what it never reaches

    def extent(self, loop: For) -> Atom | None:
        """More than a counter of a loop ever is."""
        start, stop, step = range_of(loop)
        top = self.most(stop) if step == 1 else self.most(start)
        if top is None:
            return None
        if step == -1:
            top = Const(top.value + 1) if isinstance(top, Const) else self._call(
                operator.add, top, Const(1)
            )  # fmt: skip
        if loop.iter.item is not None:
            self.stops[loop.iter.item] = top
        return top if self.views.natural(top) else self._call(max, top, Const(0))

    def most(self, a: Atom, depth: int = 6) -> Atom | None:
        """An int that is at least as large, where there is one."""
        if isinstance(a, Const):
            return a
        if not isinstance(a, Value) or depth == 0:
            return None
        if a in self.scope:
            return a
        if a in self.stops:
            return self.stops[a]
        match self.views.made.get(a):
            case Value() | Const() as other:
                return self.most(other, depth - 1)
            case Apply(fn=Ref(obj=operator.add), args=(x, y)):
                p, q = self.most(x, depth - 1), self.most(y, depth - 1)  # type: ignore[arg-type]
                return None if p is None or q is None else self._call(operator.add, p, q)
            case Apply(fn=Ref(obj=operator.sub), args=(x, y)):
                p = self.most(x, depth - 1)  # type: ignore[arg-type]
                if p is None or isinstance(y, Const):
                    return p if p is None else self._call(operator.sub, p, y)  # type: ignore[arg-type]
                return p if self.views.natural(y) else None  # type: ignore[arg-type]
            case Apply(fn=Ref(obj=builtins.max), args=args) if args:
                tops = [self.most(x, depth - 1) for x in args]  # type: ignore[arg-type]
                known = [top for top in tops if top is not None]
                return self._call(max, *known) if len(known) == len(args) else None
            case Apply(fn=Ref(obj=operator.getitem), args=(Value() as shape, Const(int() as k))):
                found = self._part(shape, k)
                if found is not None:
                    return found
        facts = self.facts.raw or self.facts
        size = facts.of(a).size
        return self.size(size) if isinstance(size, Dim) else None

    def _part(self, shape: Value, k: int) -> Atom | None:
        """A part of an array is no longer than the array."""
        expr = self.views.made.get(shape)
        if not isinstance(expr, Apply) or expr.args[1:] != (Const("shape"),):
            return None
        x = expr.args[0]
        view = self.views.of.get(x) if isinstance(x, Value) and x not in self.scope else None
        if view is None:
            return None
        raw = self.facts.raw_dims(view.base)
        for j, entry in enumerate(view.entries):
            if isinstance(entry, Along) and entry.axis == k and raw is not None:
                return self.size(raw[j])
        return None

    def size(self, size: Any) -> Atom | None:
        """A size of an array that is there, which is the same by construction."""
        facts = self.facts.raw or self.facts
        size = facts.sizes.find(size)
        if not isinstance(size, Dim):
            return Const(size)
        for v in self.scope:
            fact = facts.of(v)
            if fact.kind == "int" and isinstance(fact.size, Dim):
                if facts.sizes.equal(fact.size, size):
                    return v
            for k, other in enumerate((fact.dims or ()) if fact.kind == "array" else ()):
                if facts.sizes.equal(other, size):
                    shape = getattribute(self.build, v, "shape", name="shape")
                    return getitem(self.build, shape, Const(k), name="n")
        whole, cut = facts.sizes.whole_of(size)
        above = self.size(whole) if cut else None
        if above is None:
            return None
        return self._call(max, self._call(operator.sub, above, Const(cut)), Const(0))

    def _call(self, fn: Any, *args: Atom) -> Value:
        value = self.build.call(fn, *args, name="n")
        self.views.made[value] = Apply(Ref(fn.__name__, fn), args)
        return value


def chains_of(block: Block, above: Chain = ()) -> Iterator[Chain]:
    """Every statement with the blocks and the statements that it stands in."""
    for stmt in block.stmts:
        chain = (*above, (block, stmt))
        yield chain
        for inner in blocks_of(stmt):
            yield from chains_of(inner, chain)


def scope_of(function: Function, chain: Chain) -> dict[Value, None]:
    """What is bound before the last statement of a chain."""
    found: dict[Value, None] = {p.value: None for p in function.params}
    for k, (block, stmt) in enumerate(chain):
        for before in block.stmts:
            if before is stmt:
                break
            found.update(dict.fromkeys(defs_of(before)))
        if isinstance(stmt, For) and k + 1 < len(chain):
            found.update(dict.fromkeys((*stmt.params, *iter_items(stmt.iter))))
    return found


def range_of(loop: For) -> tuple[Atom, Atom, int]:
    """First, end and step of a range; a step of 0 where it is not known."""
    args = loop.iter.args
    step: Atom = args[2] if len(args) == 3 else Const(1)
    start: Atom = args[0] if len(args) > 1 else Const(0)
    known = step.value if isinstance(step, Const) and isinstance(step.value, int) else 0
    return start, args[0] if len(args) == 1 else args[1], known
