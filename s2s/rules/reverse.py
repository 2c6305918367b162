"""The adjoint of one call: what the backward sweep asks the rules for.

When a static question of a template has no answer, the whole body goes into a helper function
and one call of it is emitted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from s2s.ir.build import Builder
from s2s.ir.nodes import Atom, Value
from s2s.rules import forward, macros, statements, transpose
from s2s.rules.ask import Ask
from s2s.rules.call import Call, as_tuple, atoms_in, call_helper, hint, summed
from s2s.rules.expand import Expander
from s2s.rules.mentions import contributions
from s2s.rules.rule import Bound, Packed, Rule
from s2s.rules.symbols import Known, Run, Sym, Tup, Undecidable, Zero

__all__ = ["adjoint"]

Atoms: TypeAlias = "Atom | tuple[Atom | None, ...] | None"  # one a result
Contribution: TypeAlias = "tuple[Atom, Atom]"


def adjoint(
    bound: Bound,
    result: Value | tuple[Value, ...],
    bar: Atoms,
    wanted: Callable[[Atom], bool],
    ask: Ask,
    build: Builder,
) -> list[Contribution]:
    """The contributions (argument, expression) of one call to its wanted arguments.

    Parameters
    ----------
    bound : Bound
        The call with its rules.
    result, bar : Value or tuple of Value
        The results and their adjoints, which are None where absent.
    wanted : callable
        Whether the adjoint of an argument is wanted.
    ask : Ask
        What is known of the values.
    build : Builder
        Where statements go.
    """
    results, bars = as_tuple(result), as_tuple(bar)
    if bound.constant or all(b is None for b in bars):
        return []
    names = wanted_names(Call(bound, bound.entry.rules()[0], results, ask, build, wanted))
    by_rule: dict[Rule, list[str]] = {}
    for name in names:
        by_rule.setdefault(_adjoint_rule(bound, name), []).append(name)
    found: dict[str, list[Contribution]] = {}
    for rule, group in by_rule.items():
        call = Call(bound, rule, results, ask, build, wanted)
        if rule.kind in ("tangent", "composite"):
            for name in group:
                found[name] = _transposed(call, name, bars)
        else:
            found |= _by_body(call, group, bars)
    return [pair for name in names for pair in found.get(name, ())]


def _adjoint_rule(bound: Bound, name: str) -> Rule:
    """The template that gives the adjoint for a parameter."""
    entry = bound.entry
    for rule in entry.adjoint:
        if any(n == name for n, _ in contributions(rule.body)):
            return rule
    rule_or_none = entry.elementwise or entry.linear_in(name) or entry.tangent
    if rule_or_none is None:
        raise entry.rules()[0].error(f"{entry.text} has no adjoint for {name}")
    return rule_or_none


def _by_body(
    call: Call, names: list[str], bars: tuple[Atom | None, ...]
) -> dict[str, list[Contribution]]:
    """Contributions that a template writes as `d[name] = ...`."""
    build = call.build
    ex, env = call.expander(*_reverse_answers(call, wanted_names(call), bars), False)
    mark = len(build.stmts)
    try:
        found = statements.run(ex, call.rule.body, env, names.__contains__, call.like)
    except Undecidable:
        ex.rollback(mark, 0)
        if len(names) > 1:  # the question may be about one of them only
            alone: dict[str, list[Contribution]] = {}
            for name in names:
                alone |= _by_body(call, [name], bars)
            return alone
        found = None
    result = {}
    for name in names:
        mark, forced = len(build.stmts), len(ex.forced)
        try:
            if found is None:
                raise Undecidable
            syms = [ex.force(s) for s in found.get(name, ())]
            result[name] = _contributed(call, ex, name, syms)
        except Undecidable:
            ex.rollback(mark, forced)
            result[name] = _by_helper(call, name, bars)
    ex.done()
    return result


def wanted_names(call: Call) -> list[str]:
    """The parameters whose adjoint is wanted: what `needs(d[x])` answers."""
    active = call.bound.active
    return [n for n in active if any(call.wanted(a) for a in atoms_in(call.bound.args[n]))]


def _reverse_answers(
    call: Call, names: Sequence[str], bars: tuple[Atom | None, ...]
) -> tuple[Callable[[str], Sym], Callable[[str], bool]]:
    """What `d[...]` and `needs(...)` mean in an adjoint."""
    by_name = dict(zip(call.rule.results, bars))

    def derivative(name: str) -> Sym:
        """The adjoint of a result."""
        if name not in by_name:
            raise call.rule.error(f"d[{name}] cannot be read in an adjoint")
        bar = by_name[name]
        return Zero(call.like(name)) if bar is None else Run(bar)

    def needed(name: str) -> bool:
        """Whether a derivative is there or wanted."""
        return by_name[name] is not None if name in by_name else name in names

    return derivative, needed


def _contributed(
    call: Call, ex: Expander, name: str, syms: Sequence[Sym]
) -> list[Contribution]:
    """Pairs of argument and contribution; an elementwise rule is summed to the argument."""
    given = call.bound.args[name]
    pairs: list[Contribution] = []
    for sym in syms:
        if isinstance(sym, Zero):
            continue
        if isinstance(given, Packed):
            for k, atom in enumerate(given.items):
                if call.wanted(atom):
                    item = ex.item(sym, Known(k), f"{hint(atom)}_bar")
                    if not isinstance(item, Zero):
                        pairs.append((atom, ex.atom(item)))
            continue
        sym = call.masked(ex, sym, f"{hint(given)}_bar")
        if call.rule.kind == "elementwise" and not _alone(call, name):
            sym = macros.sum_to(ex, sym, Run(given))
        pairs.append((given, ex.atom(sym, f"{hint(given)}_bar")))
    return pairs


def _alone(call: Call, name: str) -> bool:
    """Whether no other argument can broadcast against this one."""
    others = [a for n, given in call.bound.args.items() if n != name for a in atoms_in(given)]
    if call.bound.mask is not None:
        others.append(call.bound.mask)
    return all(call.ask.is_scalar(a) for a in others)


def _by_helper(call: Call, name: str, bars: tuple[Atom | None, ...]) -> list[Contribution]:
    """The contribution to one parameter through a helper function."""
    generic, inputs, passed = call.generic()
    bar_values: list[Value | None] = []
    for k, (result, bar) in enumerate(zip(call.rule.results, bars)):
        bar_values.append(None if bar is None else Value(f"{result}_bar"))
        if bar is not None:
            inputs = {("bar", k): bar_values[-1], **inputs}  # type: ignore[dict-item]
            passed[("bar", k)] = bar
    absent = tuple(k for k, b in enumerate(bars) if b is None)
    given = call.bound.args[name]
    items: list[tuple[Atom, int]] = [(given, -1)]  # type: ignore[list-item]
    if isinstance(given, Packed):
        items = [(a, k) for k, a in enumerate(given.items) if call.wanted(a)]
    pairs = []
    for atom, k in items:
        part = name if k < 0 else f"{name}_{k}"

        def write(k: int = k) -> Atom | None:
            """Lower the body for the one parameter."""
            target = generic.bound.args[name]
            only = target.items[k] if isinstance(target, Packed) else target
            generic.wanted = lambda a: a is only
            generic.build = Builder()
            if generic.rule.kind in ("tangent", "composite"):
                found = _transposed(generic, name, tuple(bar_values), True)
            else:
                ex, env = generic.expander(
                    *_reverse_answers(generic, [name], tuple(bar_values)), True
                )
                found = _contributed(
                    generic, ex, name,
                    [ex.force(s) for s in statements.run(
                        ex, generic.rule.body, env, lambda n: n == name, generic.like
                    ).get(name, ())],
                )  # fmt: skip
            return summed(generic.build, [c for _, c in found])

        key = ("adjoint", part, absent)
        expr = call_helper(call, key, f"adjoint_{part}", generic, write, inputs, passed,
                            f"{hint(atom)}_bar")  # fmt: skip
        if expr is not None:
            pairs.append((atom, expr))
    return pairs


def _transposed(
    call: Call, name: str, bars: tuple[Atom | None, ...], eager: bool = False
) -> list[Contribution]:
    """The adjoint for a parameter by transposing the tangent."""
    given = call.bound.args[name]
    build = call.build
    pairs = []
    for k, atom in enumerate(atoms_in(given)):
        if not call.wanted(atom):
            continue
        mark = len(build.stmts)

        def lower(dot: Atom, k: int = k) -> list[Sym]:
            """The tangents of the results with one dot present."""
            here: Sym = Run(dot)
            if isinstance(given, Packed):
                zeros = [Zero(a) for a in given.items]
                here = Tup((*zeros[:k], here, *zeros[k + 1 :]))
            ex, syms = forward.tangents(call, {name: here}, eager)
            return [Run(ex.atom(s)) if isinstance(s, Tup) else s for s in syms]

        try:
            bar = transpose.transposed(
                call.bound, atom, f"{name}_dot", lower, bars, call.ask, build, call.rule
            )
        except Undecidable:
            del build.stmts[mark:]
            return _by_helper(call, name, bars)
        if bar is not None:
            pairs.append((atom, bar))
    return pairs
