"""Sums what was broadcast twice in one step, so that nothing is kept for its shape alone.

    target[i:j] = a + b                   target[i:j] = a + b
    t_bar = unbroadcast(g, a + b)         a_bar = unbroadcast(g, a)
    a_bar = unbroadcast(t_bar, a)

`a` was broadcast to the shape of `a + b`, and that to the place that it was written to.  Operations
in between that are linear, and whose other operands are no larger than the sum, go along: they
commute with sums over what was broadcast.

>>> import numpy as np, s2s
>>> def f(x, k):
...     y = np.zeros(4)
...     y[k:] = (x[k:] - x[:k]) * 3.0
...     return np.sum(y * y)
>>> print(s2s.grad(f).specialize(np.ones(4), 2).source.partition("y_bar = ")[2])
2 * f_bar * y
    # y[k:] = (x[k:] - x[:k]) * 3.0
    t_bar = y_bar[k:] * 3.0
    t_bar_2 = unbroadcast(t_bar, t)
    x_bar = np.zeros(x.shape)
    x_bar[:k] = unbroadcast(-t_bar, t2)
    x_bar[k:] += t_bar_2
    return x_bar
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

from s2s import runtime
from s2s.analysis.facts import Facts
from s2s.ir.build import Builder
from s2s.ir.effects import lookup
from s2s.ir.nodes import Apply, Block, Const, Let, Ref, Stmt, Value
from s2s.ir.outputs import is_ufunc
from s2s.ir.walk import (
    Replaced,
    blocks_of,
    map_expr,
    map_stmt,
    own_atoms,
    statements,
    with_stmts,
)  # fmt: skip

_ELEMENTWISE = dict.fromkeys((
    operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pow,
), True)  # fmt: skip
_LINEAR = {operator.neg: 1, operator.mul: 2, operator.truediv: 1}  # in so many first operands
_DEEP = 20


def summed_once(forward: Block, backward: Block, facts: Facts) -> Block:
    """The backward sweep without shapes of results where those of operands are asked for, too."""
    shapes = _Shapes(forward, backward, facts)
    found = [u for u in shapes.sums if shapes.composed(u)]
    return _Composing(shapes, found).block(backward) if found else backward


class _Shapes:
    """What both sweeps compute, and which sums over broadcast axes follow each other."""

    def __init__(self, forward: Block, backward: Block, facts: Facts) -> None:
        self.facts = facts
        self.defs: dict[Value, Apply] = {}
        self.users: dict[Value, list[Stmt | None]] = {}
        self.sums: list[Value] = []
        for stmt in (*statements(forward), *statements(backward)):
            match stmt:
                case Let(targets=(target,), expr=Apply() as expr) if not stmt.unpack:
                    self.defs[target] = expr
        for stmt in statements(backward):
            for atom in own_atoms(stmt):
                if isinstance(atom, Value):
                    self.users.setdefault(atom, []).append(stmt)
            match stmt:
                case Let(targets=(target,), expr=Apply() as expr) if _sums(expr):
                    self.sums.append(target)
        for block in _blocks(backward):
            for atom in block.outs:
                if isinstance(atom, Value):
                    self.users.setdefault(atom, []).append(None)
        self.along: dict[Value, list[Value]] = {}  # a sum -> what is computed from it

    def composed(self, u: Value) -> bool:
        """Whether all that is made of a sum is summed once more, to the shapes of operands."""
        t = self.defs[u].args[1]
        if not isinstance(t, Value) or not _elementwise(self.defs.get(t)):
            return False
        along: list[Value] = []
        if not self._ends(u, self._operands(t), along, 0):
            return False
        self.along[u] = along
        return True

    def _ends(self, u: Value, below: set[Value], along: list[Value], depth: int) -> bool:
        """Whether every use of a value leads to a sum to the shape of an operand."""
        users = self.users.get(u, ())
        for stmt in users:
            if not isinstance(stmt, Let) or not isinstance(stmt.expr, Apply) or stmt.unpack:
                return False
            expr = stmt.expr
            if _sums(expr) and expr.args[0] is u and expr.args[1] in below:
                continue
            if depth >= _DEEP or not self._linear(expr, u, below):
                return False
            along.append(stmt.targets[0])
            if not self._ends(stmt.targets[0], below, along, depth + 1):
                return False
        return bool(users)

    def _linear(self, expr: Apply, u: Value, below: set[Value]) -> bool:
        """Whether an operation is linear in a value, its other operands no larger than that."""
        if not isinstance(expr.fn, Ref) or expr.kwargs:
            return False
        places = lookup(_LINEAR, expr.fn.obj) or 0
        rest = [a for a in expr.args if a is not u]
        return u in expr.args[:places] and len(rest) == len(expr.args) - 1 and all(
            self._small(a, below, 0) for a in rest
        )

    def _small(self, atom: Any, below: set[Value], depth: int) -> bool:
        """Whether an operand certainly broadcasts to the shape that operands broadcast to."""
        if isinstance(atom, Const) or atom in below or self.facts.is_scalar(atom):
            return True
        made = self.defs.get(atom) if isinstance(atom, Value) else None
        return made is not None and depth < _DEEP and _elementwise(made) and all(
            self._small(a, below, depth + 1) for a in made.args
        )

    def _operands(self, t: Value) -> set[Value]:
        """What an elementwise result is made of, at any depth: nothing of it is larger."""
        found: set[Value] = {t}
        new = [t]
        while new:
            made = self.defs.get(new.pop())
            if made is not None and _elementwise(made):
                parts = {a for a in made.args if isinstance(a, Value)} - found
                found |= parts
                new += parts
        return found


class _Composing(Replaced):
    """One walk over the backward sweep that leaves out the sums in between."""

    def __init__(self, shapes: _Shapes, sums: list[Value]) -> None:
        super().__init__()
        self.facts = shapes.facts
        self.sums = set(sums)
        self.along = {v for u in sums for v in shapes.along[u]} - self.sums

    def block(self, block: Block) -> Block:
        """A block after the walk."""
        out: list[Stmt] = []
        for stmt in block.stmts:
            target = stmt.targets[0] if isinstance(stmt, Let) and len(stmt.targets) == 1 else None
            if isinstance(stmt, Let) and target in self.sums and isinstance(stmt.expr, Apply):
                self.table[target] = stmt.expr.args[0]  # type: ignore[assignment]
            elif isinstance(stmt, Let) and target in self.along:
                build = Builder(stmt.origin, self.facts)  # larger than it was: a new value
                assert target is not None
                new = build.let(map_expr(stmt.expr, self.swap), target.name, target.user)
                self.table[target] = new
                out += build.stmts
            else:
                out.append(map_stmt(stmt, self.swap, self.block))
        return with_stmts(block, out, map(self.swap, block.outs))


def _blocks(block: Block) -> Iterable[Block]:
    yield block
    for stmt in statements(block):
        yield from blocks_of(stmt)


def _sums(expr: Any) -> bool:
    """Whether an expression undoes a broadcast."""
    return isinstance(expr, Apply) and isinstance(expr.fn, Ref) and (
        expr.fn.obj is runtime.unbroadcast and not expr.kwargs
    )


def _elementwise(expr: Any) -> bool:
    """Whether an expression gives an array of the shape that its operands broadcast to."""
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref) or expr.kwargs:
        return False
    obj = expr.fn.obj
    if lookup(_ELEMENTWISE, obj):
        return True
    return is_ufunc(obj) and obj.nout == 1 and obj.signature is None and len(expr.args) == obj.nin
