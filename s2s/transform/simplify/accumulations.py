"""Writes sums into items as Python does, where an index picks no item twice.

    add_at(x_bar, (i, slice(1, None)), t)      x_bar[i, 1:] += t
    add_at(x_bar, rows, t)                     np.add.at(x_bar, rows, t)      (integers)
    x_bar[i] += -t                             x_bar[i] -= t
    x_bar = np.zeros_like(x)                   x_bar = np.zeros_like(x)
    x_bar[0] += t                              x_bar[0] = t
    x_bar[1] += u                              x_bar[1] = u
    x_bar[1:] += spread_to(t, y)               x_bar[1:] += t

`add_at` asks at run time what it adds into and whether integers repeat in the index.  Where facts
say that the sum is an array, and the index of integers and slices only, nothing is left to ask.

>>> import numpy as np, s2s
>>> def f(x):
...     return np.sum((x[1:] - x[:-1]) ** 2)
>>> args = (np.ones(3),)
>>> derivative = s2s.grad(f, tuple(range(len(args))))
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[2])
    # return np.sum((x[1:] - x[:-1]) ** 2)
    t_bar = 2 * f_bar * (x[1:] - x[:-1])
    x_bar = np.zeros(x.shape)
    x_bar[:-1] -= t_bar
    x_bar[1:] += t_bar
    return (x_bar,)
"""

from __future__ import annotations

import operator
from typing import Any, TypeGuard

import numpy as np

from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.ir.build import Builder
from s2s.ir.effects import is_add_at
from s2s.ir.nodes import Apply, Block, Const, Expr, Function, Let, Ref, Star, Stmt, Value, Write
from s2s.ir.record import replace
from s2s.ir.walk import (
    all_atoms,
    blocks_of,
    defs_of,
    map_stmt,
    own_atoms,
    with_body,
    with_stmts,
)  # fmt: skip
from s2s.transform.simplify.algebra import signless
from s2s.transform.simplify.broadcasts import uniform
from s2s.transform.simplify.scene import Scene, generated, rewrite, scene_of

_AT = Ref("np.add.at", np.add.at)


def accumulations(function: Function, facts: Facts) -> Function:
    """The function with augmented assignments for additions at certain places."""

    def rule(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
        if not is_add_at(expr.fn):
            return None
        shadow, index, v = expr.args
        if isinstance(v, Star) or not isinstance(shadow, Value) or not facts.is_array(shadow):
            return None
        if not _keeps(facts.of(shadow), facts.of(v)):
            return None
        v = _one(v, scene)
        if basic(index):
            build.emit(Write("item", shadow, index, v, build.origin, (), "Add"))  # type: ignore[arg-type]
            return shadow
        kind = getattr(facts.dtype(index), "kind", "")  # type: ignore[arg-type]
        if facts.is_array(index) and kind in "iu" and kind:  # type: ignore[arg-type]
            build.emit(Write("at", shadow, index, v, build.origin, (_AT,), "Add"))  # type: ignore[arg-type]
            return shadow
        return None

    def basic(index: Any) -> bool:
        fact = facts.of(index)
        parts = fact.items if fact.kind == "tuple" else (fact,)
        return parts is not None and all(
            p.kind in ("int", "slice", "none") or (p.is_const and p.const is ...) for p in parts
        )

    function = rewrite(function, facts, rule)
    return _signs(replace(function, body=_first(function.body, facts)), facts)


def _first(block: Block, facts: Facts) -> Block:
    """What is first added to zeros is put there; a negative is subtracted, as one operation."""
    out: list[Stmt] = []
    negative: set[Any] = set()
    zeros: dict[Value, set[Any]] = {}  # that nothing has looked at yet -> the items set so far
    for stmt in block.stmts:
        found: set[Any] | None = None
        if _adds(stmt) and stmt.kind == "item" and _still_zero(stmt, zeros):
            target, value = facts.of(stmt.target), facts.of(stmt.value)
            same = target.dtype is not None and target.dtype == value.dtype
            if same and stmt.value not in negative:
                stmt = replace(stmt, op=None)
                found = {*zeros[stmt.target], stmt.key}  # type: ignore[index]
        elif isinstance(stmt, Let) and _is_call(stmt.expr, np.zeros_like):
            zeros.update((v, set()) for v in stmt.targets if facts.is_array(v))
            out.append(stmt)
            continue
        elif isinstance(stmt, Let) and _is_call(stmt.expr, operator.neg):
            negative.update(stmt.targets)
        if zeros:
            seen = {*own_atoms(stmt), *(a for b in blocks_of(stmt) for a in all_atoms(b))}
            zeros = {v: keys for v, keys in zeros.items() if v not in seen}
        if found is not None and isinstance(stmt, Write):
            zeros[stmt.target] = found  # type: ignore[index]
        out.append(map_stmt(stmt, lambda a: a, lambda b: _first(b, facts)))
    return with_stmts(block, out)


def _still_zero(stmt: Write, zeros: dict[Value, set[Any]]) -> bool:
    """Whether a place of an array of zeros was not set yet."""
    keys = zeros.get(stmt.target) if isinstance(stmt.target, Value) else None
    if keys is None or not keys:
        return keys is not None
    return stmt.key not in keys and all(map(_counted, (stmt.key, *keys)))


def _counted(key: Any) -> bool:
    """Whether an index is a number that counts from the beginning."""
    return isinstance(key, Const) and type(key.value) is int and key.value >= 0


def _is_call(expr: Any, fn: Any) -> bool:
    return isinstance(expr, Apply) and isinstance(expr.fn, Ref) and expr.fn.obj is fn


def _one(v: Any, scene: Scene) -> Any:
    """The number that is added to every entry, where it was spread out for that."""
    number = None if scene.facts.is_scalar(v) else uniform(v, scene)
    return v if number is None else number


def _keeps(shadow: Fact, v: Fact) -> bool:
    """Whether no imaginary part has to be dropped."""
    if shadow.dtype is not None and shadow.dtype.kind == "c":
        return True
    return v.dtype is not None and v.dtype.kind in "fiub"


def _signs(function: Function, facts: Facts) -> Function:
    """Adding a negative to an adjoint is subtracting."""
    scene = scene_of(function, facts)

    def run(block: Block) -> Block:
        out: list[Stmt] = []
        here = {v for stmt in block.stmts for v in defs_of(stmt)}
        for stmt in block.stmts:
            if _adds(stmt) and _adjoint(stmt.target):
                if facts.is_array(stmt.target):
                    stmt = replace(stmt, value=_one(stmt.value, scene))
                build = Builder(stmt.origin, facts)
                positive = signless(stmt.value, scene, build, here=here)
                if positive is not None:
                    out += build.stmts
                    stmt = replace(stmt, op="Sub", value=positive)
            out.append(map_stmt(stmt, lambda a: a, run))
        return with_stmts(block, out)

    return with_body(function, run(function.body))


def _adds(stmt: Stmt) -> TypeGuard[Write]:
    """Whether a statement is written as `+=`; the functions that add have no opposite."""
    return isinstance(stmt, Write) and stmt.op == "Add" and stmt.kind in ("item", "whole")


def _adjoint(target: Any) -> bool:
    return isinstance(target, Value) and generated(target)
