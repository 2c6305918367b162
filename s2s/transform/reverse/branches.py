"""Reverses choices: the same test picks the branch whose adjoint runs.

    if c:                      if c:
        y = x * 2                  x_bar = y_bar * 2
    else:                      else:
        y = x * x                  x_bar = y_bar * 2 * x
"""

from __future__ import annotations

import warnings

import numpy as np

from s2s.errors import Unsupported
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Block, If, Ref, Undef, Value, With
from s2s.transform.reverse.sweep import Sweep


def reverse_if(stmt: If, sweep: Sweep) -> None:
    """Adjoints of both branches under the same test; contributions join after it."""
    bars = [sweep.take(r) for r in stmt.results]
    if all(b is None for b in bars) and not sweep.writes(stmt):
        return
    sweep.prepare(stmt)
    before = dict(sweep.bars)
    outer = sweep.build
    # Read before the branches run: an adjoint that is handed to both must not be changed in
    # place by one of them.
    kept = set(sweep.owned)
    built: list[tuple[Builder, dict[Value, Atom], set[Value]]] = []
    for block in (stmt.then, stmt.orelse):
        sweep.build = Builder(stmt.origin, sweep.facts)
        sweep.bars = dict(before)
        sums = sweep.frames[-1].sums.values() if sweep.frames else ()
        sweep.owned = kept | {p for p in sums if p not in before.values()}
        _enter(block, bars, sweep)
        built.append((sweep.build, sweep.bars, sweep.owned))
    changed = [
        v for v in {**built[0][1], **built[1][1]}
        if built[0][1].get(v) is not built[1][1].get(v)
    ]  # fmt: skip
    results: list[Value] = []
    outs: tuple[list[Atom], list[Atom]] = ([], [])
    final = {v: b for v, b in built[0][1].items() if v not in changed}
    sweep.owned = built[0][2] & built[1][2]
    for v in changed:
        result = Value(f"{v.name}_bar", True)
        everywhere_owned = True
        for k, (build, branch, owned) in enumerate(built):
            atom = branch.get(v)
            if atom is None and sweep.frames and v in sweep.frames[-1].sums:
                atom = sweep.frames[-1].sums[v]
                owned = owned | {sweep.frames[-1].sums[v]}
            if atom is None:
                sweep.build, sweep.owned = build, owned
                atom = sweep.zeros(v)
                build.origin = stmt.origin
            everywhere_owned &= isinstance(atom, Value) and atom in owned
            if isinstance(atom, Value) and atom in sweep.loose:
                sweep.loose.add(result)
            if v in sweep.plan.partial or sweep.is_vague(atom, v):
                sweep.vague.add(result)
            outs[k].append(atom)
        sweep.give(result, v)
        results.append(result)
        final[v] = result
        if everywhere_owned:
            built[0][2].add(result)
            built[1][2].add(result)
    sweep.owned = built[0][2] & built[1][2]
    sweep.bars = final
    sweep.build = outer
    blocks = [
        built[k][0].block(*outs[k], mirror=b.key)
        for k, b in enumerate((stmt.then, stmt.orelse))
    ]
    if blocks[0].stmts or blocks[1].stmts or results:
        then, orelse = blocks
        test = stmt.test if stmt.form != "try" else sweep.went_well(stmt.then.key)
        outer.emit(If(test, then, orelse, tuple(results), stmt.origin))


def _enter(block: Block, bars: list[Atom | None], sweep: Sweep) -> None:
    """Reverse one branch from the adjoints of the results of the choice."""
    for out, bar in zip(block.outs, bars, strict=True):
        if bar is not None and not isinstance(out, Undef):
            given, bar = bar, sweep.shaped(bar, out)
            owned = isinstance(given, Value) and given in sweep.owned and bar is given
            once = sum(o is out for o in block.outs) == 1 and bars.count(given) == 1
            loose = isinstance(bar, Value) and bar in sweep.loose
            sweep.add(out, bar, owned=owned and once, loose=loose)
    sweep.block(block)


def reverse_with(stmt: With, sweep: Sweep) -> None:
    """The backward sweep enters the same context again."""
    bars = [sweep.take(r) for r in stmt.results]
    if all(b is None for b in bars) and not sweep.writes(stmt):
        return
    sweep.prepare(stmt)
    outer = sweep.build
    context = _context(stmt, sweep)
    before = dict(sweep.bars)
    sweep.build = Builder(stmt.origin, sweep.facts)
    for out, bar in zip(stmt.body.outs, bars, strict=True):
        if bar is not None and not isinstance(out, Undef):
            loose = isinstance(bar, Value) and bar in sweep.loose
            sweep.add(out, bar, loose=loose)
    sweep.block(stmt.body)
    inner, sweep.build = sweep.build, outer
    names = [v for v, a in sweep.bars.items() if before.get(v) is not a]
    results = []
    outs: list[Atom] = []
    for v in names:
        atom = sweep.bars[v]
        result = Value(f"{v.name}_bar", True)
        if isinstance(atom, Value) and atom in sweep.owned:
            sweep.owned.add(result)
        if isinstance(atom, Value) and atom in sweep.loose:
            sweep.loose.add(result)
        if sweep.is_vague(atom, v):
            sweep.vague.add(result)
        sweep.give(result, v)
        results.append(result)
        outs.append(atom)
        sweep.bars[v] = result
    body = inner.block(*outs, mirror=stmt.body.key)
    outer.emit(With(context, None, body, tuple(results), stmt.origin))


def _context(stmt: With, sweep: Sweep) -> Value:
    """Another context like the one of the forward sweep, where that may be entered again."""
    made = sweep.plan.contexts.get(stmt.context) if isinstance(stmt.context, Value) else None
    if isinstance(made, Apply) and isinstance(made.fn, Ref) and (
        made.fn.obj in (np.errstate, warnings.catch_warnings)
    ):
        return sweep.build.let(made, "context")
    sweep.refuse(
        Unsupported, "active values inside this `with` block cannot be differentiated",
        stmt.origin, "compute them outside the block",
    )
