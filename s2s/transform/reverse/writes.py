"""Reverses writes into buffers; the adjoint of a buffer is one array, changed in place.

    x[k] = v                   v_bar = x_bar[k]; x_bar[k] = 0
    x[k] += v                  v_bar = x_bar[k]
    x[k] *= v                  v_bar = x_bar[k] * x[k]; x_bar[k] *= v
    x[k] /= v                  x_bar[k] /= v; v_bar = -x_bar[k] * x[k], for the quotient

The forward sweep logs what a write is about to overwrite, and the backward sweep puts it back
before it reverses the write: at each point of the backward sweep a buffer holds what it held
at that point of the forward sweep.  Logs that nothing depends on go later (`restores`).
"""

from __future__ import annotations

import operator

import numpy as np

from s2s import runtime
from s2s.analysis.buffers import Buffers
from s2s.analysis.facts import Facts
from s2s.analysis.sharing import is_basic, shares
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Block, Const, Let, Ref, Stmt, Value, Write
from s2s.ir.walk import blocks_of, with_blocks, with_stmts
from s2s.rules import sum_to_shape
from s2s.transform.reverse.containers import is_container, overwritten, reverse_container
from s2s.transform.reverse.overlaps import Overlaps
from s2s.transform.reverse.sweep import Sweep

ALL = Const(...)


def log_writes(
    block: Block, buffers: Buffers, facts: Facts, logs: dict[int, Value], overlaps: Overlaps
) -> Block:
    """The forward sweep with what each write overwrites kept in a value, and with guards."""
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        inner = blocks_of(stmt)
        if inner:
            inner = tuple(log_writes(b, buffers, facts, logs, overlaps) for b in inner)
            stmt = with_blocks(stmt, inner)
        if isinstance(stmt, Write) and buffers.home(stmt.target) is not None:
            build = Builder(stmt.origin, facts)
            log = _overwritten(stmt, facts, build)
            if log is not None:
                logs[id(stmt)] = log
            stmts += [*build.stmts, *overlaps.check(stmt)]
        stmts.append(stmt)
        if isinstance(stmt, Let) and stmt.targets and stmt.targets[0] in buffers.guarded:
            view = stmt.targets[0]
            check = Ref("require_view", runtime.require_view)
            stmts.append(Let((), Apply(check, (view, buffers.base(view))), stmt.origin))
    return with_stmts(block, stmts)


def _overwritten(stmt: Write, facts: Facts, build: Builder) -> Value | None:
    """A copy of the part of a buffer that a write changes."""
    target = stmt.target
    if is_container(stmt, facts):
        return overwritten(stmt, facts, build)
    name = f"{target.name}_old" if isinstance(target, Value) else "old"
    if stmt.kind == "whole" or stmt.key == ALL:
        return build.call(Ref("copy_of", runtime.copy_of), target, name=name)
    part = build.call(Ref("getitem", operator.getitem), target, stmt.key, name=name)
    if not shares(part, facts):
        return part
    if facts.is_array(stmt.key) is True:
        return part  # indexing by an array copies
    return build.call(Ref("copy_of", runtime.copy_of), part, name=name)


def reverse_write(stmt: Write, sweep: Sweep) -> None:
    """Put the old contents back, then move the adjoint of what was written to its source."""
    home = sweep.buffers.home(stmt.target)
    if home is None:
        return
    sweep.note(stmt.origin)
    build = sweep.build
    log = sweep.logs.get(id(stmt))
    if is_container(stmt, sweep.facts):
        reverse_container(stmt, log, sweep.wanted(home), sweep)
        return
    _still_there(stmt, sweep)

    def put_back() -> None:
        if log is not None:
            key = ALL if stmt.kind == "whole" else stmt.key
            build.emit(Write("restore", stmt.target, sweep.again(key), log, stmt.origin))

    wanted = sweep.wanted(home) and isinstance(stmt.target, Value)
    if wanted and stmt.op == "Div" and not sweep.buffers.reads(stmt.value):
        _divide(stmt, sweep.shadow(stmt.target), sweep)  # type: ignore[arg-type]
        put_back()
        return
    put_back()
    if wanted:
        _REVERSED[stmt.op](stmt, sweep.shadow(stmt.target), sweep)  # type: ignore[arg-type]


def _still_there(stmt: Write, sweep: Sweep) -> None:
    """A number that was written is what the array holds now, before that is undone."""
    facts, value = sweep.facts, stmt.value
    if stmt.kind != "item" or stmt.op is not None or not isinstance(value, Value):
        return
    if not facts.is_array(stmt.target) or not facts.is_scalar(value):
        return
    dtype = facts.dtype(value)
    if dtype is None or dtype != facts.dtype(stmt.target) or dtype.kind not in "fc":
        return
    again = sweep.build.call(Ref("getitem", operator.getitem), stmt.target, sweep.again(stmt.key),
                             name=value.name)  # fmt: skip
    if facts.is_scalar(again) and facts.is_array(again) is False:
        sweep.plan.written[again] = value


def _part(stmt: Write, shadow: Atom, sweep: Sweep) -> Atom:
    """The adjoint of what was written, in memory of its own."""
    build, facts = sweep.build, sweep.facts
    if stmt.kind == "whole" or stmt.key == ALL:
        return _copied(shadow, sweep)
    if stmt.kind == "at":
        return build.call(Ref("getitem", operator.getitem), shadow, sweep.again(stmt.key))
    certain = is_basic(stmt.key, facts) or _is_mask(stmt.key, facts)
    if not certain:
        return build.call(Ref("written", runtime.written), shadow, sweep.again(stmt.key))
    part = build.call(Ref("getitem", operator.getitem), shadow, sweep.again(stmt.key))
    if not shares(part, facts) or _is_mask(stmt.key, facts):
        return part
    return _copied(part, sweep)


def _copied(part: Atom, sweep: Sweep) -> Value:
    copy = sweep.build.call(Ref("copy_of", runtime.copy_of), part)
    sweep.facts.give(copy, sweep.facts.of(part))
    return copy


def _is_mask(index: Atom, facts: Facts) -> bool:
    """Whether an index is an array of booleans."""
    return facts.is_array(index) is True and facts.dtype(index) == np.dtype(bool)


def _contribute(stmt: Write, part: Atom, sweep: Sweep) -> None:
    """The adjoint of the part to the value that was assigned, which may have been broadcast."""
    value = stmt.value
    if not sweep.wanted(value):
        return
    sweep.add(value, sum_to_shape(part, value, sweep.facts, sweep.build), owned=True)


def _assign(stmt: Write, shadow: Atom, sweep: Sweep) -> None:
    if sweep.wanted(stmt.value):
        part = _part(stmt, shadow, sweep)
        _clear(stmt, shadow, sweep)
        _contribute(stmt, part, sweep)
    else:
        _clear(stmt, shadow, sweep)


def _clear(stmt: Write, shadow: Atom, sweep: Sweep) -> None:
    """The old contents had no influence on the result."""
    sweep.build.emit(Write("item", shadow, sweep.again(stmt.key), Const(0.0), stmt.origin))


def _add(stmt: Write, shadow: Atom, sweep: Sweep) -> None:
    if sweep.wanted(stmt.value):
        _contribute(stmt, _part(stmt, shadow, sweep), sweep)


def _subtract(stmt: Write, shadow: Atom, sweep: Sweep) -> None:
    if sweep.wanted(stmt.value):
        part = sweep.build.call(operator.neg, _part(stmt, shadow, sweep))
        _contribute(stmt, part, sweep)


def _contents(stmt: Write, sweep: Sweep) -> Atom:
    """What the place holds that was written: the old contents, once they are put back."""
    if stmt.kind == "whole":
        return stmt.target
    return sweep.build.call(Ref("getitem", operator.getitem), stmt.target, sweep.again(stmt.key))


def _multiply(stmt: Write, shadow: Atom, sweep: Sweep) -> None:
    part = None
    if sweep.wanted(stmt.value):
        whole = _part(stmt, shadow, sweep)
        part = sweep.build.call(operator.mul, whole, _contents(stmt, sweep))
    _scale(stmt, shadow, "Mult", sweep)
    if part is not None:
        _contribute(stmt, part, sweep)


def _divide(stmt: Write, shadow: Atom, sweep: Sweep) -> None:
    """By the quotient, which is still there, so that the dividend need not be kept."""
    _scale(stmt, shadow, "Div", sweep)
    if sweep.wanted(stmt.value):
        part = sweep.build.call(operator.mul, _part(stmt, shadow, sweep), _contents(stmt, sweep))
        _contribute(stmt, sweep.build.call(operator.neg, part), sweep)


def _divide_by_itself(stmt: Write, shadow: Atom, sweep: Sweep) -> None:
    """Where the divisor may be a part of what was divided: after that was put back."""
    _scale(stmt, shadow, "Div", sweep)
    if sweep.wanted(stmt.value):
        build = sweep.build
        whole = build.call(operator.mul, _part(stmt, shadow, sweep), _contents(stmt, sweep))
        part = build.call(operator.truediv, build.call(operator.neg, whole), stmt.value)
        _contribute(stmt, part, sweep)


def _scale(stmt: Write, shadow: Atom, op: str, sweep: Sweep) -> None:
    kind = "whole" if stmt.kind == "whole" else "item"
    sweep.build.emit(Write(kind, shadow, sweep.again(stmt.key), stmt.value, stmt.origin, (), op))


_REVERSED = {
    None: _assign, "Add": _add, "Sub": _subtract, "Mult": _multiply, "Div": _divide_by_itself,
}  # fmt: skip
