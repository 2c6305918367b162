"""Which values carry derivatives: they depend on an active argument and the result on them.

>>> from s2s.analysis.facts import Facts
>>> from s2s.frontend.lower import lower
>>> def f(x, n):
...     k = n + 1
...     y = x * k
...     unused = y * y
...     return y
>>> function = lower(f)
>>> x = function.params[0].value
>>> facts = Facts()
>>> facts.run(function.body)
>>> sorted(v.name for v in activity(function, {x}, facts).active)
['x', 'y']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from s2s.analysis.lists import ListNames
from s2s.analysis.operations import (
    Built,
    Called,
    Captured,
    Copied,
    Inert,
    Item,
    Operation,
    Ruled,
    Unknown,
    classify,
)  # fmt: skip
from s2s.analysis.shifts import idle_shifts
from s2s.ir.nodes import (
    Atom,
    Block,
    Closure,
    For,
    Function,
    If,
    Iter,
    Let,
    Opaque,
    Pop,
    Push,
    Star,
    Stmt,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.walk import statements
from s2s.rules.ask import Ask


@dataclass(frozen=True)
class Activity:
    """`varied` depends on an active input; `active` also reaches the output.

    `grown` are the names of active lists that are appended to.
    """

    varied: frozenset[Value]
    active: frozenset[Value]
    closures: Mapping[Value, Closure]
    grown: frozenset[Value] = frozenset()


def activity(
    function: Function, inputs: Iterable[Value], facts: Ask,
    homes: Mapping[Value, Value] | None = None,
) -> Activity:  # fmt: skip
    """The active values of a function with respect to some of its parameters.

    `homes` are the buffers behind views: what is active in one is in the other.
    """
    closures = closures_of(function.body)
    flow = _Flow(facts, closures, homes or {}, idle_shifts(function, facts))
    flow.block(function.body)
    for view, home in (homes or {}).items():
        if view is not home:
            flow.edge(view, home)
            flow.edge(home, view)
    varied = _reach(inputs, flow.forward)
    outs = [a for a in function.body.outs if isinstance(a, Value)]
    useful = _reach(outs, flow.backward)
    # A list that grows is as long as it ends: so is its adjoint, and each `append` shortens it.
    lists = ListNames(function.body).grown()
    while late := [v for names in lists if names & useful for v in names - useful]:
        useful |= _reach(late, flow.backward)
    useful |= {s for s in flow.sinks if s in varied}
    active = frozenset(varied & useful)
    return Activity(frozenset(varied), active, closures, active & set().union(*lists))


def closures_of(block: Block) -> dict[Value, Closure]:
    """The values that are nested functions of known source."""
    found: dict[Value, Closure] = {}
    for stmt in statements(block):
        if isinstance(stmt, Let) and len(stmt.targets) == 1:
            if isinstance(stmt.expr, Closure):
                found[stmt.targets[0]] = stmt.expr
            elif isinstance(stmt.expr, Value) and stmt.expr in found:
                found[stmt.targets[0]] = found[stmt.expr]
    return found


def changed_by(op: Operation) -> tuple[Value, ...]:
    """What the program of a library's function changes: the list that it is given first."""
    if not isinstance(op, Called) or not op.program or not op.args:
        return ()
    first = op.args[0]
    changes = getattr(op.key, "changes", False)
    return (first,) if changes and isinstance(first, Value) else ()


def influences(op: Operation) -> tuple[Atom, ...]:
    """The atoms through which derivatives may flow into the value of an operation."""
    match op:
        case Ruled(bound):
            return bound.differentiable
        case Called():
            return (*_plain(op.args), *(a for _, a in op.kwargs))
        case Built(_, items):
            return _plain(items)
        case Item(base):
            return (base,)
        case Copied(atom):
            return (atom,)
        case Captured(closure):
            return tuple(a for _, a in (*closure.captures, *closure.defaults))
        case Unknown(atoms):
            return atoms
        case Inert():
            return ()


def _plain(items: tuple[Atom | Star, ...]) -> tuple[Atom, ...]:
    return tuple(a.atom if isinstance(a, Star) else a for a in items)


def carries(facts: Ask, value: Value) -> bool:
    """Whether a value can have a derivative at all: integers and booleans cannot."""
    dtype = facts.dtype(value)
    return dtype is None or np.issubdtype(dtype, np.inexact) or dtype == np.dtype(object)


class _Flow:
    """The edges along which values influence each other."""

    def __init__(
        self, facts: Ask, closures: Mapping[Value, Closure], homes: Mapping[Value, Value],
        idle: frozenset[Value],
    ) -> None:  # fmt: skip
        self.facts, self.closures, self.homes, self.idle = facts, closures, homes, idle
        self.forward: dict[Value, list[Value]] = {}
        self.backward: dict[Value, list[Value]] = {}
        self.sinks: list[Value] = []

    def edge(self, source: Atom, target: Value) -> None:
        """`target` depends on `source`."""
        if isinstance(source, Value) and target not in self.idle and carries(self.facts, target):
            self.forward.setdefault(source, []).append(target)
            self.backward.setdefault(target, []).append(source)

    def block(self, block: Block) -> None:
        """The edges of a block."""
        for stmt in block.stmts:
            self.stmt(stmt)

    def stmt(self, stmt: Stmt) -> None:
        """The edges of a statement."""
        match stmt:
            case Let(targets, expr):
                op = classify(expr, self.facts, self.closures)
                filled = changed_by(op)
                for source in influences(op):
                    for target in (*targets, *filled):
                        self.edge(source, target)
                self.sinks += filled
            case If():
                self.block(stmt.then)
                self.block(stmt.orelse)
                triples = zip(stmt.results, stmt.then.outs, stmt.orelse.outs, strict=True)
                for r, a, b in triples:
                    self.edge(a, r)
                    self.edge(b, r)
            case For():
                self.iter(stmt.iter)
                self.carried(stmt)
                self.block(stmt.body)
            case While():
                self.carried(stmt)
                self.block(stmt.head)
                self.block(stmt.body)
            case With():
                self.block(stmt.body)
                for r, a in zip(stmt.results, stmt.body.outs, strict=True):
                    self.edge(a, r)
            case Opaque():
                for _, target in stmt.writes:
                    for _, source in stmt.reads:
                        self.edge(source, target)
            case Push():
                self.edge(stmt.value, stmt.stack)
            case Pop():
                self.edge(stmt.stack, stmt.target)
            case Write():
                if isinstance(stmt.target, Value):
                    self.edge(stmt.value, stmt.target)
                    if stmt.target not in self.homes:
                        self.sinks.append(stmt.target)

    def iter(self, it: Iter) -> None:
        """Items depend on what is iterated, but for indices."""
        if it.kind in ("each", "opaque") and it.item is not None:
            self.edge(it.args[0], it.item)
        for inner in it.inner:
            self.iter(inner)

    def carried(self, stmt: For | While) -> None:
        """The edges around a loop."""
        rows = zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True)
        for p, init, out, r in rows:
            self.edge(init, p)
            self.edge(out, p)
            self.edge(out, r)
            self.edge(init, r)


def _reach(start: Iterable[Value], edges: Mapping[Value, list[Value]]) -> set[Value]:
    """All that can be reached."""
    found: set[Value] = set()
    todo = list(start)
    while todo:
        value = todo.pop()
        if value not in found:
            found.add(value)
            todo += edges.get(value, ())
    return found
