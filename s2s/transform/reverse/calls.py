"""Calls of functions with source: planned as pairs in the forward sweep, reversed as calls.

    y = f(x, n)                y, f_saved = f_fwd(x, n)
                               ...
                               x_bar = f_bwd(f_saved, y_bar)
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from s2s.analysis.activity import Activity
from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.analysis.operations import Called, Late, classify
from s2s.errors import Unsupported
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Function,
    Let,
    Param,
    Ref,
    Star,
    Stmt,
    Value,
)  # fmt: skip
from s2s.ir.walk import blocks_of, with_blocks, with_stmts
from s2s.transform.late import late
from s2s.transform.returned import Returning
from s2s.transform.reverse.sweep import Sweep
from s2s.transform.unit import Pair, Unit, reference


@dataclass(frozen=True)
class Planned:
    """A call that became a pair: the halves, the saved value, arguments by parameter."""

    pair: Pair
    saved: Value
    arguments: Mapping[str, Any]  # parameter -> atom, or a tuple of atoms for *args
    copied: tuple[str, ...] = ()  # parameters of which nothing but copies is kept


@dataclass(frozen=True)
class PlannedLate:
    """A call of a function known only at run time: its way back, and its arguments."""

    saved: Value  # the way back, which holds what it needs
    arguments: tuple[Atom, ...]


def plan_calls(
    block: Block, facts: Facts, activity: Activity, unit: Unit,
    calls: dict[Value, Planned | PlannedLate],
) -> Block:
    """The forward block with active calls replaced by the forward halves of pairs."""
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        inner = tuple(plan_calls(b, facts, activity, unit, calls) for b in blocks_of(stmt))
        stmt = with_blocks(stmt, inner) if inner else stmt
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            stmts += _plan(stmt, facts, activity, unit, calls)
        else:
            stmts.append(stmt)
    return with_stmts(block, stmts)


def _plan(
    stmt: Let, facts: Facts, activity: Activity, unit: Unit,
    calls: dict[Value, Planned | PlannedLate],
) -> list[Stmt]:
    if not any(t in activity.active for t in stmt.targets):
        return [stmt]
    op = classify(stmt.expr, facts, activity.closures)
    if isinstance(op, Late):
        return _plan_late(stmt, op, calls)
    if not isinstance(op, Called):
        return [stmt]
    function = op.function()
    arguments = bind(op, function, stmt)
    active = tuple(
        p.value.name for p in function.params if _is_active(arguments.get(p.value.name), activity)
    )
    if not active:
        return [stmt]
    pair = unit.pair(op.key, function, active, argument_facts(arguments, function, facts))
    saved = Value(f"{function.name}_saved")
    whole = stmt.targets[0]
    out: list[Stmt] = []
    call = Apply(reference(pair.forward), op.args, op.kwargs)
    if stmt.unpack:
        whole = Value(f"{function.name}_value")
        known = facts.expression(stmt.expr)
        if known.kind == "tuple":  # its adjoint, too, is one
            facts.put(whole, known)
        out.append(Let((whole, saved), call, stmt.origin, unpack=True))
        out.append(Let(stmt.targets, whole, stmt.origin, unpack=True))
    else:
        out.append(Let((whole, saved), call, stmt.origin, unpack=True))
    copied = op.key.names if isinstance(op.key, Returning) else ()
    calls[whole] = Planned(pair, saved, arguments, copied)
    return out


def _plan_late(
    stmt: Let, op: Late, calls: dict[Value, Planned | PlannedLate]
) -> list[Stmt]:
    """A call that gives its own way back."""
    back = Value("back")
    whole = Value("t") if stmt.unpack else stmt.targets[0]
    call = Apply(late("call_vjp"), (op.fn, *op.args))
    out: list[Stmt] = [Let((whole, back), call, stmt.origin, unpack=True)]
    if stmt.unpack:
        out.append(Let(stmt.targets, whole, stmt.origin, unpack=True))
    calls[whole] = PlannedLate(back, op.args)
    return out


def argument_facts(
    arguments: Mapping[str, Any], function: Function, facts: Facts
) -> dict[str, Fact]:
    """What is known of the arguments of a call, by parameter."""
    known: dict[str, Fact] = {}
    for p in function.params:
        argument = arguments.get(p.value.name, p.default)
        if p.kind not in ("star", "starstar") and argument is not None:
            fact = facts.of(argument)
            if isinstance(argument, Value) and fact.contents is not None:
                fact = facts.tracked.deep(argument, fact)
            known[p.value.name] = facts.resolved(fact)
    return known


def _is_active(argument: Any, activity: Activity) -> bool:
    if isinstance(argument, tuple):
        return any(_is_active(a, activity) for a in argument)
    return isinstance(argument, Value) and argument in activity.active


def bind(op: Called, function: Function, stmt: Let) -> dict[str, Any]:
    """The arguments of a call by parameter; `*args` as a tuple, `**kwargs` as a dict."""
    bound: dict[str, Any] = {}
    if any(isinstance(a, Star) for a in op.args) or any(k is None for k, _ in op.kwargs):
        raise Unsupported(
            f"`{function.name}` is called with starred arguments that are active",
            origin=stmt.origin, advice=("pass the arguments one by one",),
        )  # fmt: skip
    args = [a for a in op.args if not isinstance(a, Star)]
    positional = [p for p in function.params if p.kind in ("pos", "normal")]
    for p, a in zip(positional, args, strict=False):
        bound[p.value.name] = a
    rest = tuple(args[len(positional) :])
    by_kind: dict[str, Param] = {p.kind: p for p in function.params}
    if "star" in by_kind:
        bound[by_kind["star"].value.name] = rest
    keywords: dict[str, Atom] = {}
    names = {p.value.name for p in function.params if p.kind in ("normal", "kwonly")}
    for k, a in op.kwargs:
        assert k is not None
        if k in names:
            bound[k] = a
        else:
            keywords[k] = a
    if "starstar" in by_kind:
        bound[by_kind["starstar"].value.name] = tuple(keywords.items())
    return bound


def reverse_call(stmt: Let, sweep: Sweep) -> None:
    """Call the backward half with the adjoint of the result."""
    planned: Planned | PlannedLate = sweep.calls[stmt.targets[0]]
    bar = sweep.take(stmt.targets[0])
    if bar is None:
        return
    sweep.note(stmt.origin)
    if isinstance(planned, PlannedLate):
        bars = sweep.build.let(Apply(planned.saved, (bar,)), "bars")
        for k, given in enumerate(planned.arguments):
            if sweep.wanted(given):
                part = sweep.build.call(Ref("getitem", operator.getitem), bars, Const(k))
                sweep.add(given, part, loose=not sweep.numeric(given))
        return
    call = Apply(reference(planned.pair.backward), (planned.saved, bar))
    active = planned.pair.active
    grads = tuple(Value(_bar_name(planned.arguments[n], n)) for n in active)
    sweep.build.emit(Let(grads, call, stmt.origin, unpack=len(grads) > 1))
    for name, grad in zip(active, grads, strict=True):
        argument = planned.arguments[name]
        if not isinstance(argument, tuple):
            if isinstance(argument, Value):
                sweep.give(grad, argument)
            known = sweep.numeric(argument)
            # It may be the adjoint that was passed in: not ours to change.
            sweep.add(argument, grad, loose=not known)
            continue
        for k, part in enumerate(argument):
            key: Atom = Const(k)
            if isinstance(part, tuple):
                key, part = Const(part[0]), part[1]
            if sweep.wanted(part):
                item = sweep.build.call(Ref("getitem", operator.getitem), grad, key)
                sweep.add(part, item, loose=not sweep.numeric(part))


def _bar_name(argument: Any, parameter: str) -> str:
    name = argument.name if isinstance(argument, Value) and argument.user else parameter
    return f"{name}_bar"
