"""Computes equal operations once.

    y = np.sin(x) * w                     t = np.sin(x)
                                          y = t * w
    w_bar = y_bar * np.sin(x)             w_bar = y_bar * t

Only numbers and arrays that are computed without effects, from values that nothing writes into,
and only within a block and the blocks inside it.  What the user wrote twice stays: the forward
sweep is the user's text.

>>> import numpy as np, s2s
>>> def f(x):
...     return np.sum(np.sin(x) * np.cos(x))
>>> args = (np.ones(3),)
>>> derivative = s2s.grad(f, tuple(range(len(args))))
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[2])
    # return np.sum(np.sin(x) * np.cos(x))
    x_bar = f_bar * (t2 * t2 - t * t)
    return (x_bar,)
"""

from __future__ import annotations

import operator
from collections.abc import Hashable
from functools import partial
from typing import Any

import numpy as np

from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.effects import member, pure
from s2s.ir.nodes import Apply, Atom, Block, Const, Function, Let, Ref, Star, Stmt, Value
from s2s.ir.record import replace
from s2s.ir.walk import atoms_of, map_expr, map_stmt, with_expr, with_stmts
from s2s.transform.simplify.scene import Scene, generated, is_gap, scene_of

# Objects with an identity of their own, and what is as cheap as a name for it.
_NEW = frozenset({prims.build_list, prims.build_dict, prims.build_set, list, dict, set, id,
                  prims.build_tuple, slice, getattr, len})  # fmt: skip
_ARRAYS = frozenset({"zeros", "zeros_like", "ones", "ones_like", "empty", "empty_like", "full",
                     "full_like", "copy", "zeros_of", "copy_of", "copied", "as_gradient", "eye",
                     "identity", "arange"})  # fmt: skip


_ARITHMETIC = frozenset({operator.add, operator.sub, operator.mul, operator.truediv})
_EXACT = 2**53  # whole numbers below this are floats
_GETATTR = Ref("getattr", getattr)
_INDICES = (Ref("slice", slice), Ref("tuple", prims.build_tuple))


def common(function: Function, facts: Facts) -> Function:
    """The function without repeated operations."""
    scene = scene_of(function, facts)
    table: dict[Value, Atom] = {}
    made_of: dict[Value, Hashable] = {}  # slices, tuples and transposes

    def swap(atom: Any) -> Any:
        while isinstance(atom, Value) and atom in table:
            atom = table[atom]
        return atom

    def key(expr: Apply, late: bool) -> Hashable:
        args = tuple(made_of.get(a, a) for a in _as_floats(expr, facts))
        return expr.fn, args, expr.kwargs, late

    def run(block: Block, seen: dict[Hashable, Value], user: bool) -> Block:
        seen = dict(seen)
        out: list[Stmt] = []
        for stmt in block.stmts:
            user = user and not is_gap(stmt)
            if not isinstance(stmt, Let) or not isinstance(stmt.expr, Apply) or (
                len(stmt.targets) != 1 or stmt.unpack
            ):
                out.append(map_stmt(stmt, swap, partial(run, seen=seen, user=user)))
                continue
            target = stmt.targets[0]
            expr = map_expr(stmt.expr, swap)
            assert isinstance(expr, Apply)
            stmt = with_expr(stmt, expr)
            if not expr.kwargs and (expr.fn in _INDICES or _turned(expr, facts)):
                made_of[target] = key(expr, False)
            if _repeatable(expr, target, scene) and facts.of(target).numeric:
                # What was computed before a write is not what is computed after it.
                late = target in scene.backward and not all(map(scene.steady, atoms_of(expr)))
                first = seen.get(key(expr, late))
                mine = target.name.endswith("_dot") or not user
                if first is not None and mine and (not target.user or _dear(expr, target, first)):
                    table[target] = first
                    continue
                seen.setdefault(key(expr, late), target)
            out.append(stmt)
        return with_stmts(block, out, map(swap, block.outs))

    sweeps = any(map(is_gap, function.body.stmts))
    body = run(function.body, {}, sweeps)
    return replace(function, body=body) if table else function


def _as_floats(expr: Apply, facts: Facts) -> tuple[Any, ...]:
    """The arguments, whole numbers as floats where they meet one: `2 * x` is `2.0 * x`."""
    obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
    if not member(_ARITHMETIC, obj) or len(expr.args) != 2:
        return expr.args
    if not any(isinstance(a, Value) and facts.of(a).dtype == np.float64 for a in expr.args):
        return expr.args
    return tuple(
        Const(float(a.value)) if isinstance(a, Const) and type(a.value) is int
        and abs(a.value) < _EXACT else a
        for a in expr.args
    )  # fmt: skip


def _repeatable(expr: Apply, target: Value, scene: Scene) -> bool:
    """Whether the same operation again gives the same value, and no second one is wanted."""
    if not pure(expr) or not isinstance(expr.fn, Ref) or any(
        isinstance(a, Star) for a in expr.args
    ):
        return False
    if expr.fn.obj is operator.getitem and scene.facts.is_array(expr.args[0]) is not True:  # type: ignore[arg-type]
        return False
    if member(_NEW, expr.fn.obj) or getattr(expr.fn.obj, "__name__", "") in _ARRAYS:
        return False
    if (getattr(expr.fn.obj, "__module__", None) or "").startswith("numpy.random"):
        return False
    if not (scene.calm(target) if target in scene.backward else scene.steady(target)):
        return False
    atoms = list(atoms_of(expr))
    return scene.still(atoms, target) and not any(map(_is_live, atoms))


def _dear(expr: Apply, target: Value, first: Value) -> bool:
    """Whether an adjoint may lose its name, so that no system is solved a second time."""
    module = getattr(getattr(expr.fn, "obj", None), "__module__", None) or ""
    return generated(target) and not first.user and module.startswith("numpy.linalg")


def _turned(expr: Apply, facts: Facts) -> bool:
    """Whether an expression is the transpose of an array, which is another name for it."""
    return expr.fn == _GETATTR and expr.args[1] == Const("T") and (
        facts.is_array(expr.args[0]) is True  # type: ignore[arg-type]
    )


def _is_live(atom: Any) -> bool:
    return isinstance(atom, Ref) and atom.live
