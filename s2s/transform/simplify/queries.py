"""Asks for shapes where that is cheapest, and of values that are alive anyway.

    n = np.size(squares)                  n = x.size
    shape = np.shape(matrix)              shape = matrix.shape
    t = np.transpose(matrix)              t = matrix.T
    c = np.conj(real)                     c = real
    v = np.ravel(vector)                  v = vector

where `squares = x**2` is needed for nothing else in the backward sweep.

>>> import numpy as np, s2s
>>> def f(x):
...     return np.mean(x**2)
>>> args = (np.ones(3),)
>>> derivative = s2s.grad(f, tuple(range(len(args))))
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[2])
    # return np.mean(x**2)
    x_bar = 2 * (f_bar / x.size) * x
    return (x_bar,)
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from s2s import runtime
from s2s.ir.build import Builder
from s2s.ir.effects import lookup
from s2s.ir.nodes import Apply, Atom, Const, Expr, Ref, Value
from s2s.ir.outputs import is_ufunc
from s2s.transform.simplify.scene import Scene
from s2s.transform.writes.restores import shape_operand

_OPERATORS = dict.fromkeys((
    operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pow,
), True)  # fmt: skip
_ATTRIBUTES: dict[Any, str] = {np.size: "size", np.shape: "shape", np.ndim: "ndim"}


def rule(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
    """What takes the place of one expression."""
    if not isinstance(expr.fn, Ref) or expr.kwargs:
        return None
    obj = expr.fn.obj
    name = lookup(_ATTRIBUTES, obj)
    if name and len(expr.args) == 1:
        return _attribute(expr.args[0], name, scene)
    if shape_operand(expr.fn) == 1 and obj is not runtime.as_gradient:
        like = _alive(expr.args[1], scene)
        return None if like is expr.args[1] else Apply(expr.fn, (expr.args[0], like))
    if obj is np.transpose and len(expr.args) == 1 and _is_matrix(expr.args[0], scene):
        return Apply(Ref("getattr", getattr), (expr.args[0], Const("T")))
    made = scene.made(expr.args[0], np.zeros_like) if obj is np.zeros_like else None
    if made is not None:
        return Apply(expr.fn, made.args)
    if obj is getattr and expr.args[1] == Const("T"):
        turned = scene.made(expr.args[0], getattr)
        same = turned is not None and turned.args[1] == Const("T") and scene.steady(expr.args[0])
        return turned.args[0] if same else None  # type: ignore[union-attr, return-value]
    if obj is np.swapaxes and _is_matrix(expr.args[0], scene) and (
        {a.value for a in expr.args[1:] if isinstance(a, Const)} == {-1, -2}
    ):  # fmt: skip
        return Apply(Ref("getattr", getattr), (expr.args[0], Const("T")))
    if obj in (np.ravel, np.reshape) and target in scene.backward and scene.steady(target):
        x = expr.args[0]
        if scene.facts.is_array(x) and scene.facts.same_shape(x, target) and (  # type: ignore[arg-type]
            expr.args[1:2] != (Const(-1),)
        ) and scene.facts.is_array(target):  # fmt: skip
            return x  # type: ignore[return-value]
    if obj is np.conj and len(expr.args) == 1 and _is_real(expr.args[0], scene):
        return expr.args[0]  # type: ignore[return-value]
    if obj is runtime.reduced_size and len(expr.args) == 2:
        return _reduced(expr.args[0], expr.args[1], scene, build)
    if obj is runtime.inverse_permutation:
        known, axes = scene.facts.constant(expr.args[0])  # type: ignore[arg-type]
        if known and isinstance(axes, tuple) and all(type(k) is int for k in axes):
            return _permutation(runtime.inverse_permutation(axes), build)
    return None


def _attribute(x: Any, name: str, scene: Scene) -> Expr | None:
    if scene.facts.is_array(x):
        return Apply(Ref("getattr", getattr), (_alive(x, scene), Const(name)))
    if scene.facts.is_scalar(x) and name != "shape":
        return Const(1 if name == "size" else 0)
    return None


def _reduced(x: Any, axis: Any, scene: Scene, build: Builder) -> Expr | None:
    """How many entries a sum along some axes puts together: a product of sizes."""
    known, axes = scene.facts.constant(axis)
    axes = axes if isinstance(axes, tuple) else (axes,)
    if not known or not scene.facts.is_array(x) or not all(type(k) is int for k in axes):
        return None
    shape = build.call(Ref("getattr", getattr), _alive(x, scene), Const("shape"))
    sizes = [build.call(operator.getitem, shape, Const(k)) for k in axes]
    total: Expr | None = None
    for size in sizes:
        if total is not None:
            total = Apply(Ref("mul", operator.mul), (build.let(total), size))
        else:
            total = Apply(Ref("getitem", operator.getitem), (shape, Const(axes[0])))
    return total


def _permutation(axes: tuple[int, ...], build: Builder) -> Expr:
    from s2s.ir import prims

    return Apply(Ref("tuple", prims.build_tuple), tuple(Const(k) for k in axes))


def _is_real(x: Any, scene: Scene) -> bool:
    dtype = scene.facts.dtype(x)
    return dtype is not None and dtype.kind == "f" and scene.steady(x)


def _is_matrix(x: Any, scene: Scene) -> bool:
    dims = scene.dims(x)
    return bool(scene.facts.is_array(x)) and dims is not None and len(dims) == 2


def _alive(x: Any, scene: Scene) -> Atom:
    """A value of the same shape that does not have to be kept for this question."""
    found: Atom = x
    for _ in range(8):
        if not isinstance(found, Value):
            break
        x = found
        expr = scene.defs.get(x)
        if x in scene.params or scene.uses[x] > 2 or expr is None:
            break
        obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
        if expr.kwargs or not (lookup(_OPERATORS, obj) or is_ufunc(obj)):
            break
        same = [
            a for a in expr.args
            if isinstance(a, Value) and scene.facts.is_array(a) and scene.facts.same_shape(a, x)
        ]  # fmt: skip
        if not same:
            break
        # Best is one that something else needs, too.
        found = max(same, key=lambda a: scene.uses[a])
    return found
