"""Reverse mode of a whole function: forward sweep, backward sweep, what is saved between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2s.analysis.activity import activity
from s2s.analysis.buffers import Buffers, find_buffers
from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.analysis.hidden import hidden_values, roots_of_squares, unbounded_values
from s2s.analysis.poles import cut_values
from s2s.ir.effects import is_grown
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Iter,
    Let,
    Note,
    Opaque,
    Pop,
    Push,
    Ref,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.partial import partial_values
from s2s.ir.walk import all_atoms, defs_of, statements
from s2s.transform.active_keys import check_keys
from s2s.transform.refusals import check_opaque
from s2s.transform.reverse.branches import reverse_if, reverse_with
from s2s.transform.reverse.calls import Planned, PlannedLate, plan_calls
from s2s.transform.reverse.containers import bare
from s2s.transform.reverse.guards import check_writes
from s2s.transform.reverse.loops import reverse_loop
from s2s.transform.reverse.overlaps import Overlaps
from s2s.transform.reverse.straight import reverse_let, reverse_pop, reverse_push
from s2s.transform.reverse.sweep import Spans, Sweep
from s2s.transform.reverse.writes import log_writes, reverse_write
from s2s.transform.slices import index_made
from s2s.transform.unit import Plan, Unit


@dataclass(frozen=True)
class Reversed:
    """Both sweeps of a function, before it is decided what is saved between them."""

    forward: Block
    backward: Block  # outs: the adjoints of the wanted parameters
    restored: dict[int, dict[Value, Atom]]
    plan: Plan
    result: Atom
    buffers: Buffers


def reverse(
    function: Function, inputs: tuple[Value, ...], seed: Atom, facts: Facts, unit: Unit,
    spans: Spans,
) -> Reversed:  # fmt: skip
    """Both sweeps of a function with respect to some of its parameters.

    `seed` is the adjoint of the result.
    """
    buffers = find_buffers(function, facts)
    act = activity(function, inputs, facts, buffers.homes)
    check_writes(function.body, act, facts, buffers)
    check_keys(function.body, act, facts)
    calls: dict[Value, Planned | PlannedLate] = {}
    forward = plan_calls(function.body, facts, act, unit, calls)
    buffers = with_saved(buffers, calls)
    logs: dict[int, Value] = {}
    forward = log_writes(forward, buffers, facts, logs, Overlaps(forward, buffers, facts))
    whole = frozenset(calls) | act.active
    act = replace(act, active=whole)
    sweep = Sweep(unit, facts, act, spans, reverse_block, buffers)
    sweep.logs = logs
    sweep.indices = indices_of(forward)
    sweep.calls = dict(calls)
    sweep.hidden = hidden_values(forward, facts) if unit.masked else frozenset()
    sweep.unbounded = unbounded_values(forward) if sweep.hidden else frozenset()
    sweep.roots = roots_of_squares(forward)
    sweep.cut = cut_values(forward, facts) if unit.masked else frozenset()
    sweep.plan = plan_of(forward)
    sweep.plan.grown = act.grown
    sweep.real = is_real(function, facts)
    out = forward.outs[0]
    if isinstance(out, Value):
        sweep.add(out, seed, loose=not sweep.numeric(out))
    sweep.block(forward)
    grads = []
    for v in inputs:
        bar = sweep.take(v)
        if bar is None:
            bar = sweep.zeros(v)
        grads.append(bar)
    backward = sweep.build.block(*grads, mirror=forward.key)
    return Reversed(bare(forward), backward, sweep.restored.table, sweep.plan, out, buffers)


def with_saved(buffers: Buffers, calls: Mapping[Value, Planned | PlannedLate]) -> Buffers:
    """What a call saves for its backward half may be memory of its arguments and its result."""
    if not buffers.homes:
        return buffers
    shared = dict(buffers.shared)
    for result, planned in calls.items():
        if isinstance(planned, PlannedLate):
            given: list[Any] = list(planned.arguments)
        else:
            whole = [a for n, a in planned.arguments.items() if n not in planned.copied]
            given = [a for v in whole for a in (v if isinstance(v, tuple) else [v])]
            given = [a[1] if isinstance(a, tuple) else a for a in given]
        held = frozenset().union(*(buffers.reads(a) for a in given))
        shared[planned.saved] = held | buffers.reads(result)
    return replace(buffers, shared=shared)


def indices_of(block: Block) -> dict[Value, Apply]:
    """The slices and tuples that a function makes, which cost nothing to make again."""
    return dict(made for s in statements(block) if (made := index_made(s)) is not None)


def plan_of(block: Block) -> Plan:
    """The stacks and growing lists of a function."""
    plan = Plan()
    made = {
        s.targets[0]: s.expr for s in statements(block) if isinstance(s, Let) and s.targets
    }
    for stmt in statements(block):
        if isinstance(stmt, With) and stmt.context in made:
            assert isinstance(stmt.context, Value)
            plan.contexts[stmt.context] = made[stmt.context]
        if isinstance(stmt, Push | Pop):
            plan.stacks.add(stmt.stack)
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            fn = stmt.expr.fn
            if is_grown(fn):
                plan.lists.update(stmt.targets)
                plan.lists.update(a for a in stmt.expr.args[:1] if isinstance(a, Value))
        if isinstance(stmt, For) and stmt.form == "dictcomp":
            if not any(isinstance(s, For) for s in statements(stmt.body)):
                plan.distinct.update(_distinct(stmt.iter))
    plan.partial = partial_values(block)
    return plan


def _distinct(it: Iter) -> Iterator[Value]:
    """The items of a loop that are different in each iteration: indices, keys of a dict."""
    if it.kind in ("range", "keys", "enumerate") and it.item is not None:
        yield it.item
    for inner in it.inner:
        yield from _distinct(inner)


def is_real(function: Function, facts: Facts) -> bool:
    """Whether all arguments are known and no complex number occurs."""
    params = [facts.of(p.value) for p in function.params]
    if any(f.kind == "any" or _complex(f) for f in params):
        return False
    values = (v for stmt in statements(function.body) for v in defs_of(stmt))
    consts = (a for a in all_atoms(function.body) if isinstance(a, Const | Ref))
    return not any(_complex(facts.of(v)) for v in values) and not any(
        isinstance(a.value if isinstance(a, Const) else a.obj, complex) for a in consts
    )


def _complex(fact: Fact) -> bool:
    """Whether a value, or one inside it, is or may be complex data."""
    if isinstance(fact.const, np.dtype):
        return bool(fact.const.kind == "c")
    inner = fact.items
    if inner is None and fact.contents is not None:
        inner = tuple(f for _, f in fact.contents.entries)
    if fact.kind == "object" or (fact.kind in ("list", "tuple", "dict") and inner is None):
        return True
    held = any(_complex(f) for f in inner or ())
    return held or (fact.dtype is not None and fact.dtype.kind == "c")


def reverse_block(block: Block, sweep: Sweep) -> None:
    """Reverse the statements of a block, last one first."""
    for stmt in reversed(block.stmts):
        match stmt:
            case Let():
                reverse_let(stmt, sweep)
            case If():
                reverse_if(stmt, sweep)
            case For() | While():
                reverse_loop(stmt, sweep)
            case With():
                reverse_with(stmt, sweep)
            case Push():
                reverse_push(stmt, sweep)
            case Pop():
                reverse_pop(stmt, sweep)
            case Opaque():
                check_opaque(stmt, sweep.wanted)
            case Write():
                reverse_write(stmt, sweep)
            case Note():
                pass
