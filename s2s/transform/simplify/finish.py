"""Hands gradients out as they are where they provably have the right form.

    w_bar = x.T @ z_bar                   w_bar = x.T @ z_bar
    w_bar = as_gradient(w_bar, w)         return w_bar
    return w_bar

`as_gradient` gives a gradient the structure, shape and dtype of its argument, in memory that
nothing else holds.  Where facts say that it has all that already, nothing is left to do; where
only the memory may be shared, a copy is.

>>> import numpy as np, s2s
>>> def f(x):
...     return np.sum(np.exp(x))
>>> args = (np.ones(3),)
>>> derivative = s2s.grad(f, tuple(range(len(args))))
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[2])
    # return np.sum(np.exp(x))
    x_bar = f_bar * np.exp(x)
    return (x_bar,)
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from s2s import runtime
from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.effects import fresh, in_place
from s2s.ir.nodes import (
    Apply,
    Atom,
    Const,
    Expr,
    For,
    Function,
    If,
    Let,
    Method,
    Ref,
    Value,
    While,
    With,
)  # fmt: skip
from s2s.ir.walk import atoms_of, blocks_of, statements
from s2s.transform.simplify.scene import Scene, rewrite, scene_of


def finish(function: Function, facts: Facts) -> Function:
    """The function without conversions of gradients that are converted already."""
    aliases = scene_of(function, facts).aliases
    sources = _sources(function)
    finals = _finals(function)
    outside = aliases.find(Ref("", None, True))
    results = [aliases.find(a) for a in _returned(function, finals)]

    def convert(g: Any, x: Any, scene: Scene, build: Builder) -> Expr | None:
        """The gradient `g` of `x` as it may be handed out, where that is proven."""
        if facts.of(x).kind in ("tuple", "dict"):
            return whole(g, x, scene, build)
        if facts.is_scalar(x) and facts.of(x).py and facts.of(x).kind == "scalar":
            return _number(g, x, facts)
        if not _alike(g, x, facts):
            return _filled(g, x, facts)
        owner = aliases.find(g)
        alone = owner is not outside and results.count(owner) == 1
        return g if alone and _own(g, sources, set()) else None

    def whole(g: Any, x: Any, scene: Scene, build: Builder) -> Expr | None:
        """A tuple or dict of gradients, of which each is converted or needs no conversion."""
        made, kind = scene.made(g, prims.build_tuple, prims.build_dict), scene.container(x)
        if made is None or kind.obj is not None or kind.items is None or scene.uses[g] > 1:
            return None
        keys = () if kind.keys is None else tuple(map(Const, kind.keys))
        given = made.args[1::2] if keys else made.args
        if len(kind.items) != len(given) or keys and made.args[::2] != keys:
            return None
        parts: list[Any] = []
        for part, item in zip(given, kind.items, strict=True):
            like = Value("item")
            facts.give(like, item)
            new = convert(part, like, scene, build)
            if new is None:
                return None
            parts.append(build.let(new) if isinstance(new, Apply) else new)
        if keys:
            parts = [x for pair in zip(keys, parts, strict=True) for x in pair]
        return Apply(made.fn, tuple(parts))

    def rule(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
        if not isinstance(expr.fn, Ref) or expr.fn.obj is not runtime.as_gradient:
            return None
        return convert(expr.args[0], expr.args[1], scene, build)

    return rewrite(function, facts, rule)


def _number(g: Any, x: Any, facts: Facts) -> Expr | None:
    """A Python float takes a Python float."""
    into, what = facts.dtype(x), facts.of(g)
    if into != np.dtype(float) or what.dtype is None or what.dtype.kind not in "fiub":
        return None
    if not facts.is_scalar(g):
        return None
    if what.py and what.kind == "scalar":
        return g  # type: ignore[no-any-return]
    return Apply(Ref("float", float), (g,))


def _alike(g: Any, x: Any, facts: Facts) -> bool:
    """Whether both are arrays of one shape and dtype."""
    dtype = facts.dtype(g)
    return bool(
        facts.is_array(g) and facts.is_array(x) and dtype is not None
        and dtype == facts.dtype(x) and dtype.kind in "fc" and facts.same_shape(g, x)
        and facts.of(x).dims != ()
    )  # fmt: skip


def _filled(g: Any, x: Any, facts: Facts) -> Expr | None:
    """One number for every entry."""
    fact = facts.of(g)
    real = fact.dtype is not None and fact.dtype.kind in "fiub"
    if facts.is_scalar(g) and real and facts.is_array(x) and facts.of(x).dims and (
        getattr(facts.dtype(x), "kind", "") == "f"
    ):
        return None if x.name == "item" else Apply(Ref("np.full_like", np.full_like), (x, g))
    return None


_VIEWS = {"T", "reshape", "transpose", "swapaxes"}


def _sources(function: Function) -> dict[Value, tuple[Any, ...] | None]:
    """What the memory of each value may be: () for its own, atoms, None for anything else."""
    sources: dict[Value, tuple[Any, ...] | None] = {}
    for stmt in statements(function.body):
        match stmt:
            case Let(targets=(target,), expr=expr) if not stmt.unpack:
                sources[target] = _source(expr)
            case If() | With():
                rows = [b.outs for b in blocks_of(stmt)]
                for k, r in enumerate(stmt.results):
                    sources[r] = tuple(row[k] for row in rows)
            case For() | While():
                for p, i, o, r in zip(
                    stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True
                ):
                    sources[p] = sources[r] = (i, o)
    return sources


def _source(expr: Any) -> tuple[Any, ...] | None:
    if isinstance(expr, Value):
        return (expr,)
    if not isinstance(expr, Apply):
        return None
    if in_place(expr):
        return (expr.args[0],)
    if isinstance(expr.fn, Method) and expr.fn.name in _VIEWS:
        return (expr.args[0],)
    if isinstance(expr.fn, Ref):
        if expr.fn.obj is getattr and expr.args[1] == Const("T"):
            return (expr.args[0],)
        if expr.fn.obj in (np.reshape, np.transpose, np.swapaxes, runtime.unbroadcast):
            return None if expr.fn.obj is runtime.unbroadcast else (expr.args[0],)
        if expr.fn.obj is operator.matmul:
            return ()
    return () if fresh(expr) else None


def _own(atom: Any, sources: dict[Value, Any], seen: set[Any]) -> bool:
    """Whether the memory of an array was allocated by the function, and may be written."""
    if not isinstance(atom, Value) or atom in seen:
        return isinstance(atom, Value)
    seen.add(atom)
    made = sources.get(atom)
    return made is not None and all(_own(a, sources, seen) for a in made)


def _finals(function: Function) -> dict[Value, Atom]:
    """What each result of a final conversion is made of."""
    return {
        s.targets[0]: s.expr.args[0]  # type: ignore[misc]
        for s in statements(function.body)
        if isinstance(s, Let) and isinstance(s.expr, Apply) and isinstance(s.expr.fn, Ref)
        and s.expr.fn.obj is runtime.as_gradient
    }  # fmt: skip


def _returned(function: Function, finals: dict[Value, Atom]) -> list[Atom]:
    """Everything that is handed out, with gradients as they were before their conversion."""
    tuples = {
        s.targets[0]: s.expr for s in statements(function.body)
        if isinstance(s, Let) and isinstance(s.expr, Apply) and isinstance(s.expr.fn, Ref)
        and s.expr.fn.text in ("tuple", "dict") and len(s.targets) == 1
    }  # fmt: skip
    found: list[Atom] = []

    def visit(atom: Any) -> None:
        if atom in tuples:
            for a in atoms_of(tuples[atom]):
                visit(a)
        else:
            found.append(finals.get(atom, atom))

    visit(function.body.outs[0])
    return found
