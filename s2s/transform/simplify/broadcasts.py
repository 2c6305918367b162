"""Removes broadcasts that the next operation would do by itself.

    y_bar = spread_to(loss_bar / n, y)        x_bar = loss_bar / n * w
    x_bar = y_bar * w

The adjoint of a sum is one number, or one row, for everything that was summed.  As long as the
other operand has the shape of the result, it need not be spread out first; and what is done to
it together with other numbers is done once and not once an entry.

>>> import numpy as np, s2s
>>> def f(x, w):
...     return np.mean(x * w)
>>> args = (np.ones(3), np.ones(3))
>>> derivative = s2s.grad(f, tuple(range(len(args))))
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[2])
    # return np.mean(x * w)
    t = f_bar / x.size
    x_bar = t * w
    w_bar = x * t
    return x_bar, w_bar
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from s2s import runtime
from s2s.ir.build import Builder
from s2s.ir.effects import lookup
from s2s.ir.nodes import Apply, Atom, Expr, Method, Ref, Value
from s2s.ir.outputs import is_ufunc
from s2s.transform.simplify.scene import Scene

_ELEMENTWISE = dict.fromkeys((
    operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pow,
), True)  # fmt: skip
_SPREAD = Ref("spread_to", runtime.spread_to)


def rule(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
    """What takes the place of one expression."""
    if not isinstance(expr.fn, Ref) or expr.kwargs:
        return None
    obj = expr.fn.obj
    if obj is runtime.spread_to or obj is runtime.unbroadcast:
        return _shaped(expr, scene)
    if obj in (operator.iadd, operator.isub):
        old, added = expr.args
        small = _spread(added, scene)
        if small is not None and scene.facts.is_array(old) and fits(small, old, scene):  # type: ignore[arg-type]
            return Apply(expr.fn, (old, small))
        return None
    if _is_elementwise(expr):
        return _operands(expr, target, scene, build)
    return None


def _is_elementwise(expr: Apply) -> bool:
    assert isinstance(expr.fn, Ref)
    obj = expr.fn.obj
    if lookup(_ELEMENTWISE, obj):
        return True
    if obj is np.where:
        return len(expr.args) == 3
    return is_ufunc(obj) and obj.nout == 1 and obj.signature is None and len(expr.args) == obj.nin


def _shaped(expr: Apply, scene: Scene) -> Expr | None:
    """`spread_to(g, x)` and `unbroadcast(g, x)` of what has the shape already."""
    g, x = expr.args
    if scene.facts.same_shape(g, x) and _numeric(g, scene):  # type: ignore[arg-type]
        return g  # type: ignore[return-value]
    number = uniform(g, scene)
    if expr.fn == _SPREAD and number is not None and number is not g:
        return Apply(_SPREAD, (number, x))
    return None


def _numeric(atom: Any, scene: Scene) -> bool:
    return bool(scene.facts.is_scalar(atom) or scene.facts.is_array(atom))


def uniform(atom: Any, scene: Scene) -> Atom | None:
    """The number that all entries of an array are, if it was spread out of one."""
    if scene.facts.is_scalar(atom):
        return atom  # type: ignore[no-any-return]
    expr = scene.definition(atom)
    if expr is None or not expr.args:
        return None
    view = isinstance(expr.fn, Method) and expr.fn.name in ("reshape", "transpose")
    if isinstance(expr.fn, Ref):
        view = lookup(_VIEWS, expr.fn.obj) or (
            expr.fn.obj is operator.getitem and _adds_axes(expr.args[1], scene)
        )
        if expr.fn.obj is runtime.spread_to and not scene.facts.is_scalar(expr.args[0]):  # type: ignore[arg-type]
            return None
    return uniform(expr.args[0], scene) if view else None


_VIEWS = dict.fromkeys(
    (runtime.spread_to, np.expand_dims, np.reshape, np.transpose, np.swapaxes), True
)


def _adds_axes(index: Any, scene: Scene) -> bool:
    """Whether an index keeps every entry: full slices and new axes."""
    known, value = scene.facts.constant(index)
    parts = value if isinstance(value, tuple) else (value,)
    return known and all(p is None or p is ... or p == slice(None) for p in parts)


def _spread(atom: Any, scene: Scene) -> Atom | None:
    """What an atom is a broadcast of."""
    number = None if scene.facts.is_scalar(atom) else uniform(atom, scene)
    if number is not None:
        return number
    made = scene.defs.get(atom)
    if made is None or made.fn != _SPREAD or not scene.facts.is_array(made.args[0]):  # type: ignore[arg-type]
        return None
    return made.args[0]  # type: ignore[return-value]  # it shows all that is written there


def _operands(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
    """An elementwise operation on operands that were spread out."""
    smaller = [_spread(a, scene) for a in expr.args]
    if all(s is None for s in smaller):
        return None
    args = list(expr.args)
    facts = scene.facts
    for k, small in enumerate(smaller):
        others = [a for j, a in enumerate(args) if j != k and smaller[j] is None]
        if small is not None and fits(small, target, scene) and (
            any(facts.same_shape(a, target) and facts.is_array(a) for a in others)  # type: ignore[arg-type]
        ):  # fmt: skip
            args[k] = small
    if args != list(expr.args):
        return Apply(expr.fn, tuple(args))
    free = [s is not None or facts.is_scalar(a) for s, a in zip(smaller, args, strict=True)]  # type: ignore[arg-type]
    if not all(free) or facts.of(target).dims is None or not scene.steady(target):
        return None
    # All operands are spread out, or numbers: do it once, then spread the result.
    wide = next(a for a, s in zip(args, smaller, strict=True) if s is not None)
    like = _like(wide, scene)
    if like is None or not facts.same_shape(like, target):
        return None
    parts = tuple(a if s is None else s for a, s in zip(args, smaller, strict=True))
    if not all(fits(p, target, scene) for p in parts):
        return None
    inner = build.let(Apply(expr.fn, parts), target.name, target.user)
    return Apply(_SPREAD, (inner, like))


def _like(atom: Any, scene: Scene) -> Atom | None:
    made = scene.made(atom, runtime.spread_to)
    return None if made is None else made.args[1]  # type: ignore[return-value]


def fits(small: Any, large: Any, scene: Scene) -> bool:
    """Whether an operand broadcasts against a shape without making it larger."""
    if scene.facts.is_scalar(small):
        return True
    have, want = scene.dims(small), scene.dims(large)
    if have is None or want is None or len(have) > len(want):
        return False
    return all(d in (1, w) for d, w in zip(have, want[len(want) - len(have) :], strict=True))


__all__ = ["fits", "rule", "uniform"]
