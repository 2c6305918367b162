"""Copies nothing that is new or only a number, and copies arrays by their own method.

    u_bar = y_bar * w                     u_bar = y_bar * w
    u_bar = copy_of(u_bar)
    t = copy_of(u_bar[1:])                t = u_bar[1:].copy()

`copy_of` copies whatever it is given.  What an operation has just made, and nothing else reads,
is as good as its copy; a number cannot change; and an array has a method.

>>> import numpy as np, s2s
>>> def f(x):
...     y = x.copy()
...     for k in range(3):
...         y[1:] *= x[1:]
...     return np.sum(y)
>>> args = (np.ones(3),)
>>> derivative = s2s.grad(f)
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[0])
def f_grad(x, f_bar=1.0):
    \"\"\"Gradient of `f` with respect to x.\"\"\"
    y = x.copy()
    y_old_saved = []
    for _ in range(3):
        y_old_saved.append(y[1:].copy())
        y[1:] *= x[1:]
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from s2s import runtime
from s2s.analysis.fact import NUMBER_KINDS
from s2s.analysis.facts import Facts
from s2s.ir.build import Builder
from s2s.ir.effects import fresh, in_place
from s2s.ir.nodes import Apply, Block, Expr, Function, Let, Method, Ref, Stmt, Value
from s2s.ir.walk import map_stmt, with_stmts
from s2s.transform.simplify.scene import Scene, rewrite, scene_of


def copies(function: Function, facts: Facts) -> Function:
    """The function with the copies that it needs."""
    scene = scene_of(function, facts)
    body = _block(function.body, scene)
    if body is not function.body:
        function = replace(function, body=body)
    return rewrite(function, facts, _rule)


def _block(block: Block, scene: Scene) -> Block:
    """The block without copies of what was made for them."""
    made: dict[Value, int] = {}
    stmts: list[Stmt | None] = []
    for stmt in block.stmts:
        stmt = map_stmt(stmt, lambda a: a, lambda b: _block(b, scene))
        match stmt:
            case Let(targets=(target,), expr=Apply(fn=Ref(obj=runtime.copy_of), args=(old,))) if (
                isinstance(old, Value) and old in made and scene.uses[old] == 1
            ):
                place = made[target] = made.pop(old)
                first = stmts[place]
                assert isinstance(first, Let)
                stmts[place], stmt = replace(first, targets=(target,)), None  # type: ignore[assignment]
            case Let(targets=(target,), expr=Apply() as expr) if (
                not stmt.unpack and fresh(expr) and not in_place(expr)
            ):
                made[target] = len(stmts)
        stmts.append(stmt)
    kept = tuple(s for s in stmts if s is not None)
    same = len(kept) == len(block.stmts) and all(map(_is, kept, block.stmts))
    return block if same else with_stmts(block, kept)


def _is(a: object, b: object) -> bool:
    return a is b


def _rule(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
    """A number is its own copy; an array has a method that copies it."""
    if not isinstance(expr.fn, Ref) or expr.fn.obj is not runtime.copy_of:
        return None
    x: Any = expr.args[0]
    if scene.facts.of(x).kind in NUMBER_KINDS:
        return x  # type: ignore[no-any-return]
    return Apply(Method("copy"), (x,)) if scene.facts.is_array(x) else None
