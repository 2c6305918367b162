"""Takes a factor that neighbouring terms share out of their sum.

    x_bar = 3.0 * f_bar - t * f_bar       x_bar = (3.0 - t) * f_bar
    b_bar = b_bar + u_bar * p             b_bar = b_bar + (u_bar + v_bar) * p
    b_bar = b_bar + v_bar * p

A multiplication less, of numbers and of arrays of one shape.  The terms may be anywhere in the
backward sweep, but they are needed for nothing else.

>>> import numpy as np, s2s
>>> def f(x):
...     return 3.0 * x + x * x * x
>>> print(s2s.grad(f).specialize(1.0).source.partition("\\n\\n")[2])
    # return 3.0 * x + x * x * x
    x_bar = (3 * x * x + 3.0) * f_bar
    return x_bar
"""

from __future__ import annotations

import math
import operator
from typing import Any

from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Const, Expr, Ref, Value
from s2s.transform.simplify.scene import Scene, generated

_ADD, _SUB, _MUL = (
    Ref("add", operator.add), Ref("sub", operator.sub), Ref("mul", operator.mul),
)  # fmt: skip
_NEG = Ref("neg", operator.neg)
_IN_PLACE = {Ref("iadd", operator.iadd): _ADD, Ref("isub", operator.isub): _SUB}
_SMALL = frozenset(range(-10, 11))  # numbers that are written without a point
_DEEP = 6  # factors in factors


def rule(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
    """What takes the place of one expression."""
    # What is computed again keeps its bits: only adjoints are put together in another way.
    if not (generated(target) and target in scene.backward):
        return None
    if expr.fn in _IN_PLACE:
        return _accumulated(expr, scene, build)
    if expr.fn not in (_ADD, _SUB):
        return None
    a, b = expr.args
    made = _together(a, b, expr.fn, scene, build)
    if made is not None:
        return made
    # The last term of a longer sum.
    sum_ = scene.made(a, operator.add, operator.sub)
    if sum_ is None or not isinstance(a, Value) or scene.uses[a] > 1:
        return None
    if not scene.still(sum_.args, a):
        return None
    rest, last = sum_.args
    inner = expr.fn if sum_.fn == _ADD else (_SUB if expr.fn == _ADD else _ADD)
    made = _together(last, b, inner, scene, build)
    if isinstance(made, Apply):
        made = build.let(made, a.name)
    return None if made is None else Apply(sum_.fn, (rest, made))  # type: ignore[arg-type]


def _accumulated(expr: Apply, scene: Scene, build: Builder) -> Expr | None:
    """What is added in place to a product that was made for that."""
    a, b = expr.args
    made = scene.defs.get(a) if isinstance(a, Value) else None
    if made is None or made.fn != _MUL or scene.uses[a] > 1:  # type: ignore[index]
        return None
    if not scene.facts.is_array(a) or not scene.still(made.args, a):  # type: ignore[arg-type]
        return None
    like = Value(a.name)  # type: ignore[union-attr]
    scene.facts.give(like, scene.facts.of(a))  # type: ignore[arg-type]
    scene.defs[like], scene.uses[like] = made, 1
    scene.backward.add(like)
    new = _together(like, b, _IN_PLACE[expr.fn], scene, build)  # type: ignore[index]
    return new if isinstance(new, Apply) else None


def _together(a: Any, b: Any, fn: Any, scene: Scene, build: Builder) -> Expr | None:
    """The sum or difference of two products as one product, where they share factors."""
    if a is b or not all(isinstance(x, Value) and scene.uses[x] == 1 for x in (a, b)):
        return None
    if not scene.inexact(a) or not scene.inexact(b):
        return None
    for deep in (False, True):
        one, other = _factors(a, scene, deep), _factors(b, scene, deep)
        shared: list[Atom] = []
        for f in list(one):
            fits = f in scene.seeds if deep else isinstance(f, Const) or scene.inexact(f)
            if fits and f in other:
                new = _without(one, f), _without(other, f)
                # `x + y * x` takes as many operations as `(1 + y) * x`.
                if bool(new[0]) == bool(new[1]) or _literal(*new[0], *new[1]):
                    one, other = new
                    shared.append(f)
        if not shared or not _alike(one, other, shared, a, b, scene):
            continue
        every = [_both(one, other, fn, scene, build, a.name), *shared]
        number: Any = math.prod(f.value for f in every if isinstance(f, Const))
        parts: list[Any] = [f for f in every if not isinstance(f, Const)]
        parts.sort(key=lambda f: not _number(f, scene))
        if number == -1:
            parts[0] = build.let(Apply(_NEG, (parts[0],)))
        elif number != 1:
            parts.insert(0, Const(int(number) if number in _SMALL else number))
        return Apply(_MUL, (_product(parts[:-1], build), parts[-1])) if parts[1:] else parts[0]
    return None


def _both(
    one: list[Atom], other: list[Atom], fn: Any, scene: Scene, build: Builder, name: str
) -> Atom:
    """What is left of both terms, added or subtracted."""
    if _literal(*one, *other):
        values = (math.prod(f.value for f in part) for part in (one, other))  # type: ignore[union-attr]
        return Const(fn.obj(*values))
    other, negative = _positive(other, scene, build)
    sign = (_SUB if fn == _ADD else _ADD) if negative else fn
    return build.let(Apply(sign, (_product(one, build), _product(other, build))), name)


def _literal(*factors: Atom) -> bool:
    return all(isinstance(f, Const) for f in factors)


def _factors(x: Any, scene: Scene, deep: bool, depth: int = 0) -> list[Atom]:
    """What is multiplied in a product; `deep` also in adjoints that something else needs."""
    made = scene.made(x, operator.mul) if depth < _DEEP else None
    if made is None or not scene.still(made.args, x):
        return [x]
    adjoint = generated(x) and x in scene.backward
    if (x.user and not adjoint) or (
        scene.uses[x] > 1 and not (deep and adjoint and _number(x, scene))
    ):
        return [x]
    if not all(map(scene.inexact, (a for a in made.args if isinstance(a, Value)))):
        return [x]
    return [f for a in made.args for f in _factors(a, scene, deep, depth + 1)]


def _positive(
    factors: list[Atom], scene: Scene, build: Builder
) -> tuple[list[Atom], bool]:
    """Factors without a sign, and whether there was one."""
    for k, f in enumerate(factors):
        plain = _unsigned(f, scene, build)
        if plain is not None:
            return [*factors[:k], plain, *factors[k + 1 :]], True
    return factors, False


def _unsigned(x: Atom, scene: Scene, build: Builder) -> Any:
    """The negative of `-x` or `-x * y`, unless the first is an array needed elsewhere, too."""
    made = scene.made(x, operator.neg, operator.mul)
    if made is None or not scene.still(made.args, x):
        return None
    if scene.uses[x] > 1 and not _number(x, scene):  # type: ignore[index]
        return None
    if len(made.args) == 1:
        return made.args[0]
    plain = _unsigned(made.args[0], scene, build)  # type: ignore[arg-type]
    return None if plain is None else build.let(Apply(_MUL, (plain, made.args[1])), x.name)  # type: ignore[union-attr]


def _without(factors: list[Atom], f: Atom) -> list[Atom]:
    k = factors.index(f)
    return factors[:k] + factors[k + 1 :]


def _alike(
    one: list[Atom], other: list[Atom], shared: list[Atom], a: Value, b: Value, scene: Scene
) -> bool:
    """Whether nothing is spread further than before: numbers are added, or terms of one shape."""
    if all(_number(x, scene) for x in (*one, *other)):
        return True
    if not scene.facts.is_array(a) or not scene.facts.is_array(b):
        return False
    dims = scene.dims(a)
    if dims is None or dims != scene.dims(b) or scene.facts.dtype(a) != scene.facts.dtype(b):
        return False
    return all(
        any(scene.dims(x) == dims for x in part) or all(_number(x, scene) for x in part)
        for part in (one, other)
    )


def _product(factors: list[Atom], build: Builder) -> Atom:
    made = factors[0]
    for f in factors[1:]:
        made = build.let(Apply(_MUL, (made, f)))
    return made


def _number(x: Any, scene: Scene) -> bool:
    return isinstance(x, Const) or bool(scene.facts.is_scalar(x))
