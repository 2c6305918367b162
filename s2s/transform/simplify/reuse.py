"""Works in the memory of an array that is needed no more.

    t_bar = 2 * h_bar * r                 t_bar = 2 * h_bar * r
    z_bar = t_bar * (1 - h * h)           t_bar *= 1 - h * h
    y = x * a                             y = x * a
    y = y + 1.0                           y += 1.0

Only for an array that an operation of the same block has made, that nothing views or holds, that
has the shape and the dtype of the result, and its name.  What is a part of one expression is left
to NumPy, which reuses its temporaries by itself.

>>> import numpy as np, s2s
>>> def f(x, w):
...     h = np.tanh(x @ w)
...     return np.sum((h - 1.0) ** 2)
>>> args = (np.ones((2, 3)), np.ones((3, 2)))
>>> derivative = s2s.grad(f, tuple(range(len(args))))
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[2])
    # return np.sum((h - 1.0) ** 2)
    t_bar = 2 * f_bar * (h - 1.0)
    # h = np.tanh(x @ w)
    t_bar *= 1 - h * h
    x_bar = t_bar @ w.T
    w_bar = x.T @ t_bar
    return x_bar, w_bar
"""

from __future__ import annotations

import operator
from typing import Any

from s2s.analysis.facts import Facts
from s2s.ir.effects import fresh, in_place, lookup
from s2s.ir.nodes import Apply, Block, Function, Let, Note, Ref, Stmt, Value
from s2s.ir.record import replace
from s2s.ir.walk import all_atoms, atoms_of, blocks_of, map_stmt, own_atoms, with_body, with_stmts
from s2s.transform.simplify.scene import Scene, scene_of

_IN_PLACE = {
    operator.add: (operator.iadd, True), operator.sub: (operator.isub, False),
    operator.mul: (operator.imul, True), operator.truediv: (operator.itruediv, False),
}  # fmt: skip


def reuse(function: Function, facts: Facts) -> Function:
    """The function with operations in place where nobody can tell."""
    scene = scene_of(function, facts)
    return with_body(function, _block(function.body, scene))


def _block(block: Block, scene: Scene) -> Block:
    stmts = [map_stmt(s, lambda a: a, lambda b: _block(b, scene)) for s in block.stmts]
    last = _last_reads(block)
    made: dict[Value, int] = {}  # own arrays of this block: where each was made
    names: dict[Value, tuple[Value, ...]] = {}  # and under which names it went since then
    for k, stmt in enumerate(stmts):
        if not isinstance(stmt, Let) or stmt.unpack or len(stmt.targets) != 1:
            continue
        target = stmt.targets[0]
        new = _in_place(stmt, target, k, made, names, last, stmts, scene)
        if new is not None:
            stmts[k] = stmt = replace(stmt, expr=new)
        before: Any = stmt.expr.args[0] if in_place(stmt.expr) else None  # type: ignore[union-attr]
        if before is not None and before in made:
            made[target], names[target] = made[before], (*names[before], target)
        elif before is None and fresh(stmt.expr):
            made[target], names[target] = k, (target,)
    return with_stmts(block, stmts)


def _last_reads(block: Block) -> dict[Value, int]:
    """The last statement of a block that reads each value, in it or below."""
    last: dict[Value, int] = {}
    for k, stmt in enumerate(block.stmts):
        for atom in own_atoms(stmt):
            if isinstance(atom, Value):
                last[atom] = k
        for inner in blocks_of(stmt):
            for atom in all_atoms(inner):
                if isinstance(atom, Value):
                    last[atom] = k
    for atom in block.outs:
        if isinstance(atom, Value):
            last[atom] = len(block.stmts)
    return last


def _in_place(
    stmt: Let, target: Value, k: int, made: dict[Value, int],
    names: dict[Value, tuple[Value, ...]], last: dict[Value, int], stmts: list[Stmt],
    scene: Scene,
) -> Apply | None:  # fmt: skip
    expr = stmt.expr
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref) or len(expr.args) != 2:
        return None
    found = lookup(_IN_PLACE, expr.fn.obj)
    if found is None:
        return None
    fn, commutes = found
    if not target.user and scene.uses[target] == 1:
        return None
    one, two = expr.args
    for a, b in ((one, two), (two, one))[: 2 if commutes else 1]:
        named = isinstance(a, Value) and a in made and a.name == target.name and (
            scene.uses[a] > 1 or (a.user and a not in scene.backward)
            or any(isinstance(s, Note) for s in stmts[made[a] : k])
        )  # fmt: skip
        if named and a is not b and last[a] == k and _fits(a, b, target, scene):  # type: ignore[index]
            if not _held(set(names[a]), stmts, made[a], k, scene):  # type: ignore[index]
                return Apply(Ref(fn.__name__, fn), (a, b))
    return None


def _fits(a: Any, b: Any, target: Value, scene: Scene) -> bool:
    """Whether an array has the shape and dtype of a result."""
    facts = scene.facts
    dtype = facts.dtype(a)
    return bool(
        facts.is_array(a) and facts.is_array(target) and dtype is not None and dtype.kind in "fc"
        and dtype == facts.dtype(target) and facts.same_shape(a, target)
        and facts.of(a).dims not in (None, ())
        and (facts.is_scalar(b) or facts.is_array(b))
    )  # fmt: skip


def _held(
    names: set[Value], stmts: list[Stmt], start: int, end: int, scene: Scene
) -> bool:
    """Whether anything between may keep or view an array, under any of its names."""
    for stmt in stmts[start + 1 : end]:
        if isinstance(stmt, Let):
            if names.isdisjoint(atoms_of(stmt.expr)) or fresh(stmt.expr):
                continue
            if not in_place(stmt.expr):
                return True
            into = stmt.expr.args[0]  # type: ignore[union-attr]
            if stmt.targets[0] not in names if into in names else not scene.facts.is_array(into):  # type: ignore[arg-type]
                return True
        elif not names.isdisjoint(own_atoms(stmt)) or any(
            not names.isdisjoint(all_atoms(b)) for b in blocks_of(stmt)
        ):
            return True
    return False
