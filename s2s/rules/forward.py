"""The tangent of one call: what forward mode, and the transposition of a rule, ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from s2s.ir.build import Builder
from s2s.ir.nodes import Atom, Const, Ref, Value
from s2s.rules import composite, statements
from s2s.rules.ask import Ask
from s2s.rules.call import Call, as_tuple, atoms_in, call_helper, hint, summed
from s2s.rules.expand import Expander
from s2s.rules.mentions import contributions, value_names
from s2s.rules.rule import Bound, Packed
from s2s.rules.symbols import Run, Sym, Tup, Undecidable, Zero

__all__ = ["dots_of", "linear_tangent", "tangent", "tangents"]

Dots: TypeAlias = "Callable[[Atom], Atom | None]"


def tangent(
    bound: Bound, result: Value | tuple[Value, ...], dot: Dots, ask: Ask, build: Builder
) -> Any:
    """The tangent of the result of one call, a tuple for several results; None is zero."""
    results = as_tuple(result)
    one = not isinstance(result, tuple)
    if bound.constant:
        return None if one else (None,) * len(results)
    rule = bound.entry.tangent or bound.entry.elementwise
    if rule is None:
        return linear_tangent(bound, dot, ask, build)
    call = Call(bound, rule, results, ask, build, lambda a: True)
    outs = _tangent_by_body(call, dot)
    return outs[0] if one else tuple(outs)


def dots_of(bound: Bound, dot: Dots, ex: Ask, build: Builder) -> dict[str, Sym]:
    """The tangents of the active parameters that have one."""
    dots: dict[str, Sym] = {}
    for name in bound.active:
        given = bound.args[name]
        if isinstance(given, Packed):
            items = [(a, dot(a)) for a in given.items]
            if any(d is not None for _, d in items):
                dots[name] = Tup(tuple(Zero(a) if d is None else Run(d) for a, d in items))
            continue
        own = dot(given)
        if own is not None:
            dots[name] = Run(own)
            continue
        parts = ex.items(given)
        if parts and any(dot(a) is not None for a in parts):
            found = [(a, dot(a)) for a in parts]
            syms = tuple(Zero(a) if d is None else Run(d) for a, d in found)
            dots[name] = Tup(syms, is_list=True)
    return dots


def tangents(call: Call, dots: dict[str, Sym], eager: bool) -> tuple[Expander, list[Sym]]:
    """The tangents of the results with the given tangents of the parameters."""
    rule, call.suffix = call.rule, "_dot"

    def derivative(name: str) -> Sym:
        """The tangent of a parameter."""
        return dots.get(name, Zero(call.like(name)))

    if rule.kind == "elementwise":
        return _elementwise_tangent(call, dots, eager)
    if rule.kind == "composite":
        return composite.tangents(call, dots, eager)
    ex, env = call.expander(derivative, dots.__contains__, eager)
    found = statements.run(ex, rule.body, env, rule.results.__contains__, call.like)
    outs = []
    for name, result in zip(rule.results, call.results):
        named = f"{hint(result)}_dot"
        whole = statements.total(ex, found.get(name, ()), Zero(result), named)
        outs.append(call.masked(ex, whole, named))
    return ex, outs


def _elementwise_tangent(
    call: Call, dots: dict[str, Sym], eager: bool
) -> tuple[Expander, list[Sym]]:
    """The body of an adjoint with `d[y]` swapped for `d[x]`, summed over the parameters."""
    rule, sums = call.rule, []
    named = f"{hint(call.results[0])}_dot"
    ex: Expander | None = None
    for name, dot in dots.items():
        ex, env = call.expander(lambda _, dot=dot: dot, dots.__contains__, eager)  # type: ignore[misc]
        found = statements.run(ex, rule.body, env, lambda n, name=name: n == name, call.like)  # type: ignore[misc]
        sums += [ex.force(s) for s in found.get(name, ())]
    assert ex is not None
    whole = call.masked(ex, statements.total(ex, sums, Zero(call.results[0]), named), named)
    if not isinstance(whole, Zero) and not _full(call, dots, ex.atom(whole, named)):
        whole = ex.emit(ex.runtime("spread_to"), whole, Run(call.results[0]), name=named)
    return ex, [whole]


def _full(call: Call, dots: dict[str, Sym], out: Atom) -> bool:
    """Whether an elementwise tangent has the shape of the result, not that of one argument."""
    if call.ask.same_shape(out, call.results[0]):
        return True
    given = [n for n in call.rule.names() if n in call.bound.args]
    wide = {
        n for n in given
        if not all(call.ask.is_scalar(a) for a in atoms_in(call.bound.args[n]))
    }  # fmt: skip
    if len(wide) <= 1 and wide <= set(dots):
        return True
    covered: set[str] = set()
    for name, expr in contributions(call.rule.body):
        if name in dots:
            covered |= {name, *value_names(expr, call.rule.body)}
    branching = any(type(s).__name__ == "If" for s in call.rule.body)
    if branching:
        covered = set(dots)  # which arm ran is not known here
    return wide <= covered or bool(set(call.rule.results) & covered)


def _tangent_by_body(call: Call, dot: Dots) -> list[Atom | None]:
    """The tangents of the results through the template, or through a helper."""
    dots = dots_of(call.bound, dot, call.ask, call.build)
    if not dots:
        return [None] * len(call.results)
    mark = len(call.build.stmts)
    try:
        ex, syms = tangents(call, dots, False)
        atoms = [
            None if isinstance(s, Zero) else ex.atom(s, f"{hint(r)}_dot")
            for s, r in zip(syms, call.results)
        ]
        ex.done()
        return atoms
    except Undecidable:
        del call.build.stmts[mark:]
    return [_tangent_helper(call, dots, k) for k in range(len(call.results))]


def _tangent_helper(call: Call, dots: dict[str, Sym], k: int) -> Atom | None:
    """The tangent of one result through a helper function."""
    generic, inputs, passed = call.generic()
    inner: dict[str, Sym] = {}
    pattern: list[str] = []
    for name, sym in dots.items():
        outer = sym.items if isinstance(sym, Tup) else (sym,)
        mine: list[Sym] = []
        for j, item in enumerate(outer):
            own = f"{name}_{j}_dot" if isinstance(sym, Tup) else f"{name}_dot"
            if isinstance(item, Run):
                inputs[("dot", name, j)] = Value(own)
                passed[("dot", name, j)] = item.atom
                mine.append(Run(inputs[("dot", name, j)]))
                pattern.append(own.removesuffix("_dot"))
            else:
                original = generic.bound.args[name]
                like = original.items[j] if isinstance(original, Packed) else original
                mine.append(Zero(like))
        inner[name] = Tup(tuple(mine), sym.is_list) if isinstance(sym, Tup) else mine[0]

    def write() -> Atom | None:
        """Lower the body of the tangent."""
        generic.build = Builder()
        ex, syms = tangents(generic, inner, True)
        return None if isinstance(syms[k], Zero) else ex.atom(syms[k])

    role = "_".join(("tangent", *pattern))
    if len(call.results) > 1:
        role += f"_of_{call.rule.results[k]}"
    name = f"{hint(call.results[k])}_dot"
    return call_helper(call, ("tangent", role), role, generic, write, inputs, passed, name)


def linear_tangent(bound: Bound, dot: Dots, ask: Ask, build: Builder) -> Atom | None:
    """The function itself on the tangents: the product rule over its linear parameters."""
    rule = bound.entry.signature()
    assert rule is not None
    missing = [n for n in bound.active if bound.entry.linear_in(n) is None]
    ex = Expander(bound.book, rule, ask, build, lambda n: Zero(), lambda n: True)
    result: Atom | None = None
    for name, sym in dots_of(bound, dot, ask, build).items():
        if name in missing:
            raise rule.error(f"{bound.entry.text} has no tangent for {name}", rule.body[0])
        given = bound.args[name]
        value: Atom | Packed
        if isinstance(given, Packed) and isinstance(sym, Tup):
            for k, item in enumerate(sym.items):
                # `*operands` are separate factors: one term for each that has a tangent.
                if not isinstance(item, Zero):
                    items = (*given.items[:k], ex.atom(item), *given.items[k + 1 :])
                    term = build.let(bound.rebuild({name: Packed(items)}), "y_dot")
                    result = term if result is None else summed(build, [result, term])
            continue
        value = ex.atom(sym, f"{hint(given)}_dot")
        term = build.let(bound.rebuild({name: value}), "y_dot")
        result = term if result is None else summed(build, [result, term])
    if bound.mask is not None and result is not None:
        result = build.call(Ref("np.where", np.where), bound.mask, result, Const(0), name="y_dot")
    return result
