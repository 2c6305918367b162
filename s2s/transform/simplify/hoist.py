"""Computes once, in front of a loop, what each of its iterations would compute anew.

    for k in reversed(range(n)):          t = 2 * f_bar * w
        x_bar[k] += 2 * f_bar * w         for k in reversed(range(n)):
                                              x_bar[k] += t

Only in the backward sweep: the forward sweep is the user's text.  Only what reads nothing of the
loop, is not written into, and raises nothing (`safe`): the loop may have no iterations.  One
operation on numbers that is needed once stays where it is read.

What no iteration changes is not saved in the first place (`choose`): the backward sweep computes
it again, and that goes in front of the loop here.

>>> import numpy as np, s2s
>>> def f(x, c):
...     for k in range(3):
...         x = np.tanh(c) * np.sin(x)
...     return np.sum(x)
>>> derivative = s2s.grad(f)
>>> print(derivative.specialize(np.ones(3), np.ones(3)).source.partition("\\n\\n")[2])
    # return np.sum(x)
    x_bar = spread_to(f_bar, x_2)
    t = np.tanh(c)
    for _ in reversed(range(3)):
        x_2 = x_saved.pop()
        # x = np.tanh(c) * np.sin(x)
        x_bar = t * x_bar * np.cos(x_2)
    return as_gradient(x_bar, x)
"""

from __future__ import annotations

from typing import Any

from s2s.analysis.facts import Facts
from s2s.ir.nodes import Block, For, Function, Let, Note, Stmt, Value
from s2s.ir.record import replace
from s2s.ir.walk import (
    all_atoms,
    all_defs,
    atoms_of,
    blocks_of,
    inner_defs,
    map_stmt,
    own_atoms,
    with_body,
    with_stmts,
)
from s2s.transform.safe import is_safe
from s2s.transform.simplify.scene import Scene, scene_of


def hoist(function: Function, facts: Facts) -> Function:
    """The function with the loop invariants of its backward sweep in front of their loops."""
    scene = scene_of(function, facts)
    if not any(isinstance(s, For) for s in function.body.stmts):
        return function
    return with_body(function, _block(function.body, scene))


def _block(block: Block, scene: Scene) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        if blocks_of(stmt):
            stmt = map_stmt(stmt, lambda a: a, lambda b: _block(b, scene))
        if isinstance(stmt, For):
            moved = _invariant(stmt, scene)
            stmts += moved.values()
            left = tuple(s for s in stmt.body.stmts if not _binds(s, moved))
            stmt = replace(stmt, body=replace(stmt.body, stmts=left))
        stmts.append(stmt)
    return with_stmts(block, stmts)


def _binds(stmt: Stmt, moved: dict[Value, Let]) -> bool:
    return isinstance(stmt, Let) and len(stmt.targets) == 1 and stmt.targets[0] in moved


def _invariant(loop: For, scene: Scene) -> dict[Value, Let]:
    """The statements of a loop that may stand in front of it, and are worth it."""
    inside = {*all_defs(loop.body), *inner_defs(loop)}
    moved: dict[Value, Let] = {}
    places: dict[Value, int] = {}
    for k, stmt in enumerate(loop.body.stmts):
        if _may_move(stmt, inside, scene):
            assert isinstance(stmt, Let)
            value = stmt.targets[0]
            inside.discard(value)
            moved[value], places[value] = stmt, k
    kept: set[Any] = set()  # what those read that do move
    for value in reversed(list(moved)):
        parts = [a for a in atoms_of(moved[value].expr) if a in moved]
        alone = scene.uses[value] < 2 and not parts and not scene.facts.is_array(value)
        if value in kept or not alone or _apart(value, places[value], loop.body):
            kept.update(parts)
        else:
            del moved[value]
    return moved


def _may_move(stmt: Stmt, inside: set[Value], scene: Scene) -> bool:
    if not isinstance(stmt, Let) or len(stmt.targets) != 1 or stmt.unpack:
        return False
    target, atoms = stmt.targets[0], atoms_of(stmt.expr)
    if target not in scene.backward or not scene.steady(target):
        return False
    free = not any(a in inside for a in atoms) and all(map(scene.calm, atoms))
    return free and is_safe(stmt.expr, scene.facts)


def _apart(value: Value, place: int, body: Block) -> bool:
    """Whether a value needs a statement of its own: a comment or a block is between."""
    for stmt in body.stmts[place + 1 :]:
        if isinstance(stmt, Note):
            return True
        if value in own_atoms(stmt):
            return False
        if any(value in all_atoms(b) for b in blocks_of(stmt)):
            return True
    return True
