"""Entries that random numbers move: places are drawn as NumPy draws them, entries are taken.

    rng.shuffle(x)             order = rng.permutation(len(x)); x[...] = np.take(x, order, 0)
    y = rng.permutation(x)     order = rng.permutation(len(x)); y = np.take(x, order, 0)
    y = rng.choice(x, 3)       order = rng.choice(len(x), 3); y = np.take(x, order, 0)

A permutation of a number consumes the same random numbers as that of an array of its length.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s.analysis.facts import Facts
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Const, Let, Method, Ref, Star, Value, Write
from s2s.transform.writes.settled import Settled

FIRST, NONE = Const(0), Const(None)
_CLASSES = (np.random.Generator, np.random.RandomState)


@dataclass(frozen=True)
class _Draw:
    """A call of a generator: of a method, or of a function of `np.random`."""

    build: Builder
    fn: Method | Ref
    receiver: tuple[Atom, ...]

    def again(self, name: str, *args: Atom, **options: Atom) -> Value:
        """Another call of the same generator."""
        fn: Any = self.fn
        if isinstance(fn, Method):
            fn = Method(name)
        elif name != fn.obj.__name__:
            fn = Ref(f"np.random.{name}", getattr(np.random, name))
        call = Apply(fn, (*self.receiver, *args), tuple(options.items()))
        return self.build.let(call, "order")

    def length(self, x: Atom, axis: Atom) -> Atom:
        """The length of an axis."""
        return self.build.call(operator.getitem, self.build.call(np.shape, x), axis)

    def taken(self, x: Atom, order: Atom, axis: Atom) -> Value:
        """The entries at some places of an axis."""
        return self.build.let(Apply(Ref("np.take", np.take), (x, order), (("axis", axis),)))


def settle_draw(stmt: Let, expr: Apply, facts: Facts) -> Settled | None:
    """The statements that stand for a call that moves entries at random; None for others."""
    args = [a for a in expr.args if not isinstance(a, Star)]
    receiver: tuple[Atom, ...] = ()
    if isinstance(expr.fn, Method):
        if not args or facts.class_of(args[0]) not in _CLASSES:
            return None
        receiver, args, name = (args[0],), args[1:], expr.fn.name
    elif isinstance(expr.fn, Ref) and type(getattr(expr.fn.obj, "__self__", None)) in _CLASSES:
        name = expr.fn.obj.__name__
    else:
        return None
    handler = _HANDLERS.get(name)
    moved = args[0] if args else None
    if handler is None or not isinstance(moved, Value) or not facts.is_array(moved):
        return None
    dtype = facts.dtype(moved)
    discrete = dtype is not None and dtype.kind not in "fc"
    if len(stmt.targets) > 1 or (discrete and name != "shuffle"):
        return None  # what has no derivative is left to NumPy
    draw = _Draw(Builder(stmt.origin, facts), expr.fn, receiver)
    try:
        result = handler(draw, *args, **{k: a for k, a in expr.kwargs if k is not None})
    except TypeError:  # arguments that the handler does not know
        return None
    return Settled(draw.build.stmts, dict.fromkeys(stmt.targets, result))


def _shuffle(draw: _Draw, x: Value, axis: Atom = FIRST) -> Atom:
    new = _permutation(draw, x, axis)
    draw.build.emit(Write("item", x, Const(...), new, draw.build.origin))
    return NONE


def _permutation(draw: _Draw, x: Value, axis: Atom = FIRST) -> Atom:
    order = draw.again("permutation", draw.length(x, axis))
    return draw.taken(x, order, axis)


def _permuted(draw: _Draw, x: Value, *, axis: Atom = NONE) -> Atom:
    build = draw.build
    every = build.call(np.arange, build.call(np.size, x))
    places = build.call(np.reshape, every, build.call(np.shape, x))
    order = draw.again("permuted", places, axis=axis)
    return build.call(operator.getitem, build.call(np.ravel, x), order)


def _choice(draw: _Draw, a: Value, *rest: Atom, axis: Atom = FIRST, **options: Atom) -> Atom:
    if len(rest) > 3:  # the axis by position
        rest, axis = (*rest[:3], FIRST, *rest[4:]), rest[3]
    order = draw.again("choice", draw.length(a, axis), *rest, **options)
    return draw.taken(a, order, axis)


_HANDLERS: dict[str, Callable[..., Atom]] = {
    "shuffle": _shuffle, "permutation": _permutation, "permuted": _permuted, "choice": _choice,
}  # fmt: skip
