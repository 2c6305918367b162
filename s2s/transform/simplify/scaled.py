"""Multiplies a vector by a number, not the matrix that it is multiplied by.

    x_bar = (c * a).T @ y_bar             x_bar = c * (y_bar @ a)
    c_bar = y_bar @ a @ x                 c_bar = y_bar @ a @ x

`y_bar @ a` is computed once then, and the matrix `c * a` need not be kept for the backward sweep.

>>> import numpy as np, s2s
>>> def f(c, a, x):
...     return np.sum((c * a @ x) ** 2)
>>> args = (2.0, np.ones((2, 3)), np.ones(3))
>>> print(s2s.grad(f, (0, 2)).specialize(*args).source.partition("\\n\\n")[2])
    # return np.sum((c * a @ x) ** 2)
    t_bar = 2 * f_bar * (c * a @ x) @ a
    x_bar = c * t_bar
    c_bar = t_bar @ x
    return float(c_bar), x_bar
"""

from __future__ import annotations

import operator
from typing import Any

from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Const, Expr, Ref, Value
from s2s.transform.simplify.scene import Scene

_MUL, _MATMUL = Ref("mul", operator.mul), Ref("matmul", operator.matmul)


def rule(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
    """What takes the place of one expression."""
    # What is computed again keeps its bits: only adjoints are put together in another way.
    if expr.fn != _MATMUL or target not in scene.backward or not scene.inexact(target):
        return None
    a, b = expr.args
    if _rank(b, scene) == 1:
        number, matrix = _scaled(a, scene)
        turned = scene.made(a, getattr) if number is None else None
        if turned is not None and turned.args[1] == Const("T"):
            number, matrix = _scaled(turned.args[0], scene)
        product = (matrix, b) if turned is None else (b, matrix)
    elif _rank(a, scene) == 1:
        number, matrix = _scaled(b, scene)
        product = (a, matrix)
    else:
        return None
    if number is None or matrix is None:
        return None
    return Apply(_MUL, (number, build.let(Apply(_MATMUL, product), "t_bar")))  # type: ignore[arg-type]


def _rank(atom: Any, scene: Scene) -> int:
    dims = scene.dims(atom) if scene.facts.is_array(atom) else None
    return -1 if dims is None else len(dims)


def _scaled(atom: Any, scene: Scene) -> tuple[Atom | None, Atom | None]:
    """The number and the matrix that a matrix is the product of."""
    made = scene.made(atom, operator.mul) if _rank(atom, scene) == 2 else None
    if made is None or not scene.still(made.args, atom):
        return None, None
    for number, matrix in (made.args, made.args[::-1]):
        scalar = scene.facts.is_scalar(number) and scene.facts.is_array(number) is False  # type: ignore[arg-type]
        same = scene.facts.dtype(matrix) == scene.facts.dtype(atom)  # type: ignore[arg-type]
        if scalar and same and _rank(matrix, scene) == 2:
            return number, matrix  # type: ignore[return-value]
    return None, None
