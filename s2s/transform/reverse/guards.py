"""Refuses what may change a value behind the back of the backward sweep.

The backward sweep reads forward values after the forward sweep is done.  Until buffers have
shadows, a program that writes in place where that could be seen is refused, whether or not the
written value is active: a changed constant is as wrong as a changed variable.
"""

from __future__ import annotations

import math
from typing import NoReturn, Protocol

import numpy as np

from s2s.analysis.activity import Activity, carries, influences
from s2s.analysis.buffers import NO_BUFFERS
from s2s.analysis.facts import Facts
from s2s.analysis.mutation import mutates
from s2s.analysis.operations import Called, Late, Ruled, Unknown, classify
from s2s.errors import NoRule, Origin, S2SError, Unsound, Unsupported
from s2s.ir import mutators, prims
from s2s.ir.effects import is_add_at, is_grown, pure
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Function,
    Let,
    Method,
    Opaque,
    Ref,
    Star,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.outputs import gives_out
from s2s.ir.walk import own_atoms, statements
from s2s.rules import Packed
from s2s.transform.refusals import WAYS_OUT
from s2s.transform.returned import Returning

# Other arguments of these give a shape, a sign or a bound: zero almost everywhere.
_CONSTANT_IN_OTHERS = (np.full_like, np.copysign, math.copysign, np.arange, np.ldexp,
                       math.ldexp, np.heaviside, np.nextafter, sorted)  # fmt: skip
_GETATTR = Ref("getattr", getattr)
_HARMLESS = ("Assert", "Raise", "Import", "ImportFrom", "Pass")

ADVICE = (
    "build a new value instead: np.where, np.concatenate, a list that grows",
    "write `x = x + y` for `x += y`",
)


class Memory(Protocol):
    """What is known of the memory that a function writes into."""

    def home(self, atom: Atom) -> Value | None:
        """The buffer behind an atom."""

    def reads(self, atom: Atom) -> frozenset[Value]:
        """The buffers that may be read through an atom."""


def check_writes(
    block: Block, activity: Activity, facts: Facts, buffers: Memory = NO_BUFFERS,
    done: frozenset[object] = frozenset(),
) -> None:
    """Refuse writes in a function, and in the functions that it hands active values to.

    Raises
    ------
    Unsound
        At a write in place, or at a call that may write into an active value.
    NoRule
        At a call of an unknown function with an active argument.
    """
    varied = activity.varied
    for stmt in statements(block):
        touched = any(a in varied for a in own_atoms(stmt) if isinstance(a, Value))
        match stmt:
            case Write() if buffers.home(stmt.target) is None:
                _refuse(Unsound, "cannot differentiate this in-place update of "
                        + _name(stmt.target), stmt.origin)  # fmt: skip
            case Opaque() if any(buffers.reads(a) for a in own_atoms(stmt)) and (
                type(stmt.node).__name__ not in _HARMLESS
            ):
                _refuse(Unsound, f"a `{type(stmt.node).__name__}` statement uses an array that is"
                        " updated in place", stmt.origin)  # fmt: skip
            case Opaque() if touched and type(stmt.node).__name__ not in _HARMLESS:
                word = type(stmt.node).__name__
                _refuse(Unsound, f"a `{word}` statement that uses active values may change them",
                        stmt.origin)  # fmt: skip
            case Let():
                _check_let(stmt, activity, facts, touched, done)


def _check_let(
    stmt: Let, activity: Activity, facts: Facts, touched: bool, done: frozenset[object]
) -> None:
    expr = stmt.expr
    if not isinstance(expr, Apply):
        return
    if _in_place(expr, facts) or (is_add_at(expr.fn) and not stmt.targets):
        _refuse(Unsound, f"cannot differentiate this in-place update of {_name(_first(expr))}",
                stmt.origin)  # fmt: skip
    if expr.fn == _GETATTR and expr.args[1] == Const("base") and touched:
        if facts.is_array(_first(expr)):
            _refuse(Unsupported, "`.base` of an active array: which memory it has is not kept by "
                    "derivatives", stmt.origin)  # fmt: skip
    op = classify(expr, facts, activity.closures)
    if isinstance(op, Late) and any(t in activity.active for t in stmt.targets):
        if op.fn in activity.varied:
            _refuse(NoRule, f"{op.what} may hold active values of its own", stmt.origin)
    elif isinstance(op, Unknown) and not pure(expr):
        if any(a in activity.varied for a in influences(op) if isinstance(a, Value)):
            _refuse(NoRule, f"{op.what} has no derivative rule and is given an active value, "
                    "which it may change", stmt.origin)  # fmt: skip
    if isinstance(op, Called) and any(t in activity.active for t in stmt.targets):
        for a in influences(op):
            if a in activity.closures and a in activity.varied:  # its own adjoint would be lost
                _refuse(NoRule, f"`{op.name}` calls itself, and is given the function {_name(a)},"
                        " which uses active values of its own", stmt.origin)  # fmt: skip
    if isinstance(op, Ruled):
        _check_ruled(op, expr, activity, facts, stmt)
        _check_functions(expr, activity, facts, stmt)
    unplanned = not any(t in activity.active for t in stmt.targets)
    # A program changes nothing, nor does a function that gives arrays back.
    whole = isinstance(op, Called) and not (op.program or isinstance(op.key, Returning))
    if isinstance(op, Called) and whole and unplanned and touched and op.key not in done:
        _check_callee(op, stmt, done)


def _check_ruled(op: Ruled, expr: Apply, activity: Activity, facts: Facts, stmt: Let) -> None:
    """An active argument that a rule has no derivative for must not pass as a constant."""
    entry = op.bound.entry
    ours = str(getattr(entry.obj, "__module__", "")).startswith("s2s.runtime")
    if ours or entry.obj in _CONSTANT_IN_OTHERS:
        return
    for name, argument in op.bound.args.items():
        atoms = argument.items if isinstance(argument, Packed) else (argument,)
        for a in atoms:
            silent = isinstance(a, Value) and a in activity.varied and carries(facts, a)
            if silent and not any(a is d for d in op.bound.differentiable):
                _refuse(NoRule, f"`{entry.text}` has no derivative rule for its argument `{name}`,"
                        f" and {_name(a)} is active here", stmt.origin)  # fmt: skip


def _check_functions(expr: Apply, activity: Activity, facts: Facts, stmt: Let) -> None:
    """What a function of the user's does on the way must not pass unseen: `sorted(x, key=f)`."""
    for a in (*expr.args, *(v for _, v in expr.kwargs)):
        if isinstance(a, Value) and a in activity.closures:
            op = classify(Apply(a, ()), facts, activity.closures)
            if isinstance(op, Called) and mutates(op.function()):
                _refuse(Unsound, f"the function {_name(a)} changes what it captures, while"
                        " something calls it whose derivative knows nothing of it", stmt.origin)


def _check_callee(op: Called, stmt: Let, done: frozenset[object]) -> None:
    """A call whose result is not active must not change its arguments."""
    from s2s.transform.augment import out_of_place

    function: Function = op.function()
    facts = Facts()
    facts.run(function.body)
    function = out_of_place(function, facts)
    inside = Activity(frozenset(p.value for p in function.params), frozenset(), {})
    try:
        check_writes(function.body, inside, facts, done=done | {op.key})
    except S2SError as error:
        raise Unsound(
            f"`{function.name}` may change an active value that it is given: {error.reason}",
            origin=stmt.origin, advice=ADVICE,
        ) from error  # fmt: skip


def _in_place(expr: Apply, facts: Facts) -> bool:
    """Whether an expression changes an argument that is not provably a number."""
    fn = expr.fn
    if gives_out(expr):
        return True
    if isinstance(fn, Method):
        return fn.name in mutators.METHODS
    if not isinstance(fn, Ref):
        return False
    try:
        augmented = fn.obj in prims.OUT_OF_PLACE
    except TypeError:
        augmented = False
    if augmented:
        return not facts.is_scalar(_first(expr))
    if is_grown(fn):
        return False
    return mutators.is_mutator(fn)


def _first(expr: Apply) -> Atom:
    first = expr.args[0]
    return first.atom if isinstance(first, Star) else first


def _name(atom: Atom) -> str:
    named = isinstance(atom, Value) and atom.user
    return f"`{atom.name}`" if named and isinstance(atom, Value) else "this object"


def _refuse(kind: type[S2SError], reason: str, origin: Origin | None) -> NoReturn:
    raise kind(reason, origin=origin, advice=WAYS_OUT if kind is NoRule else ADVICE)
