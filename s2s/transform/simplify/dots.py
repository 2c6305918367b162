"""Sums of products are inner products, and a column times a row is never made for one.

    c_bar = np.sum(x_bar * p)             c_bar = x_bar @ p           (vectors)
    c_bar = np.sum(a_bar * b)             c_bar = np.vdot(a_bar, b)   (real matrices)
    m_bar = y_bar[:, None] * x            a_bar = (c * y_bar)[:, None] * x
    a_bar = c * m_bar                     c_bar = y_bar @ a @ x
    c_bar = np.sum(m_bar * a)

One pass over the data instead of two, and no temporary array.

>>> import numpy as np, s2s
>>> def f(c, x, p):
...     return np.sum(np.sin(x + c * p))
>>> args = (0.5, np.ones(3), np.ones(3))
>>> derivative = s2s.grad(f, tuple(range(len(args))))
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[2])
    # return np.sum(np.sin(x + c * p))
    t_bar = f_bar * np.cos(x + c * p)
    c_bar = t_bar @ p
    p_bar = c * t_bar
    return float(c_bar), t_bar, p_bar
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import Any

import numpy as np

from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Block, Const, Function, Let, Ref, Stmt, Value
from s2s.ir.walk import map_stmt, with_stmts
from s2s.transform.simplify.scene import Scene, generated

_MUL, _MATMUL = Ref("mul", operator.mul), Ref("matmul", operator.matmul)
_VDOT = Ref("np.vdot", np.vdot)
_FULL = Apply(Ref("slice", slice), (Const(None), Const(None), Const(None)))
_TUPLE = prims.build_tuple


def dots(function: Function, facts: Facts) -> Function:
    """The function with inner products in its backward sweep."""
    scene = Scene(function, facts)
    body = _block(function.body, scene)
    return function if body is function.body else replace(function, body=body)


def _block(block: Block, scene: Scene) -> Block:
    sums = {
        s.expr.args[0]: s for s in block.stmts
        if isinstance(s, Let) and len(s.targets) == 1 and not s.unpack
        and isinstance(s.expr, Apply) and _is_sum(s.expr)
    }  # fmt: skip
    gone: set[int] = set()
    stmts: list[Stmt] = []
    changed = False
    for stmt in block.stmts:
        new = map_stmt(stmt, lambda a: a, lambda b: _block(b, scene))
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and len(stmt.targets) == 1:
            target = stmt.targets[0]
            build = Builder(stmt.origin, scene.facts)
            total = sums.get(target)
            made = None
            if not (generated(target) or target in scene.backward) or stmt.expr.fn != _MUL:
                pass
            elif total is not None and scene.uses[target] == 1:
                made = _inner(stmt.expr, scene, build)
                if made is not None:
                    gone.add(id(total))
                    new = replace(total, expr=made)
            else:
                made = _scaled(stmt.expr, scene, build)
                if made is not None:
                    new = replace(stmt, expr=made)
            if made is not None:
                stmts += build.stmts
                changed = True
        if id(stmt) not in gone:
            stmts.append(new)
            changed |= new is not stmt
    return with_stmts(block, stmts) if changed else block


def _is_sum(expr: Apply) -> bool:
    """Whether an expression sums all entries."""
    alone = len(expr.args) == 1 and not expr.kwargs and isinstance(expr.args[0], Value)
    return alone and isinstance(expr.fn, Ref) and expr.fn.obj is np.sum


def _inner(product: Apply, scene: Scene, build: Builder) -> Apply | None:
    """The sum of a product as an inner product."""
    a, b = product.args
    dims, dtype = scene.dims(a), scene.facts.dtype(a)  # type: ignore[arg-type]
    if not dims or dims != scene.dims(b) or dtype is None or dtype.kind not in "fc":
        return None
    if dtype != scene.facts.dtype(b) or not all(map(scene.facts.is_array, (a, b))):  # type: ignore[arg-type]
        return None
    if len(dims) == 1:
        return Apply(_MATMUL, (a, b))
    for one, other in ((a, b), (b, a)):
        outer = _outer(one, scene)
        if outer is not None and len(dims) == 2:
            row = build.let(Apply(_MATMUL, (outer[0], other)))
            return Apply(_MATMUL, (row, outer[1]))
    return Apply(_VDOT, (a, b)) if dtype.kind == "f" else None


def _scaled(product: Apply, scene: Scene, build: Builder) -> Apply | None:
    """A number times a column times a row: the number goes to the column."""
    for k, number in enumerate(product.args):
        outer = _outer(product.args[1 - k], scene)
        if outer is None or not scene.facts.is_scalar(number):  # type: ignore[arg-type]
            continue
        column = build.let(Apply(_MUL, (number, outer[0])))
        index = build.let(Apply(Ref("tuple", _TUPLE), (build.let(_FULL), Const(None))))
        upright = build.let(Apply(Ref("getitem", operator.getitem), (column, index)))
        return Apply(_MUL, (upright, outer[1]))
    return None


def _outer(atom: Any, scene: Scene) -> tuple[Atom, Atom] | None:
    """The two vectors of which an array is the outer product."""
    made = scene.made(atom, operator.mul)
    if made is None or len(scene.dims(atom) or ()) != 2:
        return None
    column, row = made.args
    upright = scene.made(column, operator.getitem)
    if upright is None or len(scene.dims(row) or ()) != 1:
        return None
    u, index = upright.args
    known, value = scene.facts.constant(index)  # type: ignore[arg-type]
    if not known or value != (slice(None), None) or len(scene.dims(u) or ()) != 1:
        return None
    still = scene.still((u,), column) and scene.still((row,), atom)
    return (u, row) if still else None  # type: ignore[return-value]
