"""Puts signs, equal terms and numeric factors together.

    a + -b                a - b
    a * b + b * a         2 * a * b
    2 * (x * 0.5)         x
    c * g * (2 * x)       (2 * c * g) * x      for numbers c, g and an array x

The first three give the same bits.  The last rounds differently, so it is done only for factors
that do not overflow: literals of moderate size, sizes, the seed of the gradient, and at most one
number of which nothing is known.

>>> import numpy as np, s2s
>>> def f(x):
...     return np.sum(x * x) - 0.5 * np.sum(3 * x)
>>> args = (np.ones(3),)
>>> derivative = s2s.grad(f, tuple(range(len(args))))
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[2])
    # return np.sum(x * x) - 0.5 * np.sum(3 * x)
    x_bar = 2 * f_bar * x - 3 * (0.5 * f_bar)
    return (x_bar,)
"""

from __future__ import annotations

import math
import operator
from collections.abc import Collection
from typing import Any

import numpy as np

from s2s import runtime
from s2s.ir.build import Builder
from s2s.ir.effects import lookup
from s2s.ir.nodes import Apply, Atom, Const, Expr, Let, Ref, Value
from s2s.transform.simplify.scene import Scene

_ADD, _SUB = Ref("add", operator.add), Ref("sub", operator.sub)
_MUL, _NEG = Ref("mul", operator.mul), Ref("neg", operator.neg)
_DIV = Ref("truediv", operator.truediv)
# In so many of their first arguments these give the negative for a negative.
_ODD = {
    operator.mul: 2, operator.truediv: 2, operator.matmul: 2, operator.getitem: 1, getattr: 1,
    runtime.unbroadcast: 1, np.sum: 1, np.transpose: 1, np.reshape: 1, np.expand_dims: 1,
    np.swapaxes: 1,
}  # fmt: skip
_ISUB = Ref("isub", operator.isub)


def rule(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
    """What takes the place of one expression."""
    if not isinstance(expr.fn, Ref):
        return None
    obj = expr.fn.obj
    if obj is np.sum and len(expr.args) == 1:
        other = signless(expr.args[0], scene, build)
        if other is not None:
            return Apply(_NEG, (build.let(Apply(expr.fn, (other,), expr.kwargs), target.name),))
    if expr.kwargs:
        return None
    if obj is operator.neg:
        return _negated(expr.args[0], scene, build) or _product(expr, target, scene, build)
    if len(expr.args) != 2:
        return None
    a, b = expr.args
    if obj is operator.add:
        return _sum(a, b, scene, build)
    if obj in (operator.sub, operator.iadd):
        other = signless(b, scene, build)
        if other is not None:
            return Apply(_ADD if obj is operator.sub else _ISUB, (a, other))
    if obj is operator.mul:
        return _once(a, b, scene) or _cancelled(a, b, scene) or _product(
            expr, target, scene, build
        )  # fmt: skip
    return None


def _once(a: Any, b: Any, scene: Scene) -> Expr | None:
    """An array times the number 1 is the array."""
    for one, x in ((a, b), (b, a)):
        if one == Const(1) and scene.inexact(x) and scene.facts.is_array(x):
            return x  # type: ignore[no-any-return]
    return None


def _cancelled(a: Any, b: Any, scene: Scene) -> Expr | None:
    """Twice the half of something: the thing, to the last bit."""
    made = scene.made(b, operator.mul) if isinstance(a, Const) else None
    if made is None or type(a.value) not in (int, float) or a.value not in (2, 4, 0.5, 0.25):
        return None
    for number, x in (made.args, made.args[::-1]):
        if isinstance(number, Const) and type(number.value) in (int, float) and (
            number.value * a.value == 1 and scene.inexact(x) and scene.still((x,), b)
        ):  # fmt: skip
            return x  # type: ignore[return-value]
    return None


def _negated(a: Any, scene: Scene, build: Builder) -> Expr | None:
    if _positive(a):
        return Const(-a.value)
    made = scene.made(a, operator.mul)
    if made is not None and _positive(made.args[0]) and scene.uses[a] == 1:
        return Apply(_MUL, (Const(-made.args[0].value), made.args[1]))  # type: ignore[union-attr]
    return signless(a, scene, build)


def _positive(a: Any) -> bool:
    return isinstance(a, Const) and type(a.value) in (int, float) and a.value > 0


def signless(
    atom: Any, scene: Scene, build: Builder, depth: int = 0, here: Collection[Value] | None = None
) -> Atom | None:
    """The negative of an atom, where that takes a sign away: of `-x`, `-x * y`, `-2 * y / z`.

    `here` are values that may be computed where the negative is, if not all: a loop would compute
    others once an iteration.
    """
    if isinstance(atom, Const) and type(atom.value) in (int, float) and atom.value < 0:
        return Const(-atom.value) if depth else None
    made = scene.definition(atom)
    if made is None or not isinstance(made.fn, Ref) or not scene.inexact(atom):
        return None
    shaped = made.fn.obj is runtime.unbroadcast  # of the second argument, by its shape alone
    if not scene.still(made.args[:1] if shaped else made.args, atom):
        return None
    if made.fn.obj is operator.neg:
        return made.args[0]  # type: ignore[return-value]
    if scene.uses[atom] > 1 or depth > 6 or (here is not None and atom not in here):
        return None
    for k, part in enumerate(made.args[: lookup(_ODD, made.fn.obj) or 0]):
        positive = signless(part, scene, build, depth + 1, here)
        if positive is not None:
            args = tuple(positive if j == k else a for j, a in enumerate(made.args))
            return build.let(Apply(made.fn, args, made.kwargs), atom.name)
    return None


def _sum(a: Any, b: Any, scene: Scene, build: Builder) -> Expr | None:
    right = signless(b, scene, build)
    if right is not None:
        return Apply(_SUB, (a, right))
    left = signless(a, scene, build)
    if left is not None:
        return Apply(_SUB, (b, left))
    longer = _thrice(a, b, scene)
    if longer is not None:
        rest, x = longer
        return Apply(_ADD, (rest, build.let(_twice(x, scene, build), x.name)))
    if a is b and scene.inexact(a) and scene.steady(a):
        return Apply(_MUL, (Const(2), a))
    return _twice(a, scene, build) if _equal(a, b, scene) else None


def _equal(a: Any, b: Any, scene: Scene) -> bool:
    """Whether two terms, needed for nothing else, are the same product."""
    one, two = scene.made(a, operator.mul), scene.made(b, operator.mul)
    if one is None or two is None or two.args not in (one.args, one.args[::-1]):
        return False
    alone = scene.uses[a] == 1 and scene.uses[b] == 1
    return alone and all(map(scene.inexact, one.args)) and (
        scene.still(one.args, a) and scene.still(one.args, b)
    )


def _thrice(a: Any, b: Any, scene: Scene) -> tuple[Any, Any] | None:
    """The other terms and the repeated one, where `b` is the last term of `a` again."""
    made = scene.made(a, operator.add)
    if made is None or scene.uses[a] > 1 or not scene.still(made.args, a):
        return None
    rest, last = made.args
    return (rest, last) if _equal(last, b, scene) else None


def _twice(a: Any, scene: Scene, build: Builder) -> Apply:
    """Twice a product, the number first."""
    made = scene.made(a, operator.mul)
    assert made is not None
    x, y = made.args
    if scene.facts.is_scalar(y) and not scene.facts.is_scalar(x):  # type: ignore[arg-type]
        x, y = y, x
    return Apply(_MUL, (build.let(Apply(_MUL, (Const(2), x))), y))


# Numeric factors ------------------------------------------------------------------------------


def _product(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
    """The numbers of a product at one place instead of several."""
    if not scene.facts.is_array(target):
        return None
    if not any(_wide(a, scene) for a in expr.args):
        return None
    numbers: list[Atom] = []
    places = _collect(expr, scene, numbers)
    if len(numbers) < 2 or places < 2 or sum(not _tame(n, scene) for n in numbers) > 1:
        return None
    if not all(scene.inexact(a) for a in _leaves(expr, scene)):
        return None
    factor = _multiplied(numbers, build)
    rest = _rest(expr, factor, scene, build)
    last = build.stmts[-1] if build.stmts else None
    if isinstance(last, Let) and last.targets == (rest,):
        del build.stmts[-1]
        return last.expr
    return rest if isinstance(rest, Value) else None


def _multiplied(numbers: list[Atom], build: Builder) -> Atom | None:
    """The product of numbers, literals first; None for 1."""
    real = {n for n in numbers if isinstance(n, Const) and not isinstance(n.value, complex)}
    literals = [n.value for n in numbers if isinstance(n, Const) and n in real]
    signs = sum(v < 0 for v in literals)
    product = math.prod(map(abs, literals))
    shown = [abs(v) for v in literals if abs(v) != 1]
    if product == 1 or len(repr(product)) <= max(map(len, map(repr, shown)), default=0) + 1:
        shown = [] if product == 1 else [product]
    parts: list[Atom] = [Const(v) for v in shown]
    parts += [n for n in numbers if n not in real]
    if signs % 2 and shown and isinstance(parts[0], Const):
        parts[0] = Const(-parts[0].value)
    elif signs % 2:
        parts[:1] = [build.let(Apply(_NEG, (parts[0],))) if parts else Const(-1)]
    factor = parts[0] if parts else None
    for n in parts[1:]:
        assert factor is not None
        factor = build.let(Apply(_MUL, (factor, n)))
    return factor


def _wide(atom: Any, scene: Scene) -> bool:
    return bool(scene.facts.is_array(atom)) and not scene.facts.is_scalar(atom)


def _part(atom: Any, scene: Scene) -> Apply | None:
    """How an array is made by multiplication, if it is needed for nothing else."""
    made = scene.made(atom, operator.mul, operator.neg, operator.truediv)
    if made is None or not _wide(atom, scene) or scene.uses[atom] > 1:
        return None
    if len(made.args) == 2 and not _wide(made.args[0], scene) and made.fn == _DIV:
        return None
    return made if scene.still(made.args, atom) and scene.inexact(atom) else None


def _collect(expr: Apply, scene: Scene, numbers: list[Atom]) -> int:
    """Add the numeric factors of a product; the number of operations that apply one."""
    if expr.fn == _NEG:
        numbers.append(Const(-1))
    before, places = len(numbers), 0
    for a in expr.args[: 1 if expr.fn == _DIV else 2]:
        part = _part(a, scene)
        if part is not None:
            places += _collect(part, scene, numbers)
        elif scene.facts.is_scalar(a):  # type: ignore[arg-type]
            numbers.append(a)  # type: ignore[arg-type]
    own = expr.fn == _NEG or any(scene.facts.is_scalar(a) for a in expr.args)  # type: ignore[arg-type]
    return places + (own and len(numbers) >= before)


def _leaves(expr: Apply, scene: Scene) -> list[Atom]:
    """The arrays of a product that a numeric factor may go to."""
    found: list[Atom] = []
    for a in expr.args[: 1 if expr.fn == _DIV else 2]:
        part = _part(a, scene)
        if part is not None:
            found += _leaves(part, scene)
        elif not scene.facts.is_scalar(a):  # type: ignore[arg-type]
            found.append(a)  # type: ignore[arg-type]
    return found


def _rest(expr: Apply, factor: Atom | None, scene: Scene, build: Builder) -> Atom | None:
    """A product with all of its numeric factors, as one, at its first array."""
    parts: list[Atom] = []
    for k, a in enumerate(expr.args):
        divisor = expr.fn == _DIV and k == 1
        part = None if divisor else _part(a, scene)
        if divisor:
            parts.append(a)  # type: ignore[arg-type]
        elif part is not None:
            left = _rest(part, factor, scene, build)
            if left is not None:
                parts.append(left)
                factor = None
        elif not scene.facts.is_scalar(a):  # type: ignore[arg-type]
            own: Atom = a  # type: ignore[assignment]
            if factor is not None:
                own, factor = build.let(Apply(_MUL, (factor, own))), None
            parts.append(own)
    if len(parts) == 2:
        return build.let(Apply(expr.fn, tuple(parts)))
    return parts[0] if parts else None


def _tame(atom: Any, scene: Scene, depth: int = 0) -> bool:
    """Whether a number is of moderate size, whatever the arguments."""
    if isinstance(atom, Const):
        value = atom.value
        return type(value) in (int, float) and (value == 0 or 1e-3 <= abs(value) <= 1e3)
    if not isinstance(atom, Value) or depth > 8 or not scene.facts.is_scalar(atom):
        return False
    if atom in scene.seeds:
        return True
    made = scene.made(atom, operator.mul, operator.truediv, operator.neg)
    if made is not None:
        return all(_tame(a, scene, depth + 1) for a in made.args)
    size = scene.made(atom, getattr)
    return size is not None and size.args[1] == Const("size")
