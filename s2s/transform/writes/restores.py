"""Drops what puts old contents back where nothing reads them.

    x[k] = x_old               (goes, unless `x` is read later in the backward sweep)

A linear update reads no contents: its loop restores nothing, and so nothing is logged for it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from s2s import runtime
from s2s.analysis.buffers import Buffers
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    If,
    Let,
    Ref,
    Stmt,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.walk import all_atoms, own_atoms, statements

Live = frozenset[Value]
_SHAPE_OF_FIRST = (np.zeros_like, np.ones_like, np.empty_like, np.full_like, np.shape, np.size,
                   np.ndim, len, runtime.zeros_of)  # fmt: skip
_SHAPE_OF_SECOND = (runtime.unbroadcast, runtime.spread_to, runtime.as_gradient)
_METADATA = ("shape", "size", "ndim", "dtype")


def drop_restores(block: Block, buffers: Buffers) -> Block:
    """The backward sweep without the restores that no later read depends on."""
    if not buffers.homes:
        return block
    return _run(block, frozenset(), buffers)[0]


def restored(block: Block, buffers: Buffers) -> Live:
    """The buffers whose old contents a backward sweep puts back."""
    found: set[Value] = set()
    for stmt in statements(block):
        if isinstance(stmt, Write) and stmt.kind == "restore":
            found |= buffers.changed(stmt.target)
    return frozenset(found)


def contents(stmt: Stmt, buffers: Buffers) -> Live:
    """The buffers whose contents a statement reads, apart from those of its blocks."""
    atoms = list(own_atoms(stmt))
    match stmt:
        case Write(kind="restore"):
            atoms = [stmt.key]
        case Let(expr=Apply(fn=Ref(obj=obj) as fn, args=args)):
            k = shape_operand(fn)
            if k is not None and len(args) > k and isinstance(args[k], Value) and (
                args[k] not in buffers.lists
            ):  # fmt: skip
                atoms.remove(args[k])  # type: ignore[arg-type]
            elif obj is getattr and isinstance(args[1], Const) and args[1].value in _METADATA:
                atoms = []
    return _union(atoms, buffers)


def shape_operand(fn: Ref) -> int | None:
    """The position of the operand of which a function reads the shape only."""
    groups = (_SHAPE_OF_FIRST, _SHAPE_OF_SECOND)
    return next((k for k, g in enumerate(groups) if any(fn.obj is f for f in g)), None)


def _union(atoms: list[Atom], buffers: Buffers) -> Live:
    return frozenset().union(*(buffers.reads(a) for a in atoms)) if atoms else frozenset()


def _run(block: Block, live: Live, buffers: Buffers) -> tuple[Block, Live]:
    """The block given what is read after it, and what is read from its start on."""
    live |= _union(list(block.outs), buffers)
    kept: list[Stmt] = []
    for stmt in reversed(block.stmts):
        if isinstance(stmt, Write) and stmt.kind == "restore":
            if not buffers.changed(stmt.target) & live:
                continue
        new, live = _inside(stmt, live, buffers)
        live |= contents(stmt, buffers)
        kept.append(new)
    return replace(block, stmts=tuple(reversed(kept))), live


def _inside(stmt: Stmt, live: Live, buffers: Buffers) -> tuple[Stmt, Live]:
    """A statement with its blocks done, and what is read from it on."""
    match stmt:
        case If():
            then, a = _run(stmt.then, live, buffers)
            orelse, b = _run(stmt.orelse, live, buffers)
            return replace(stmt, then=then, orelse=orelse), a | b
        case With():
            body, live = _run(stmt.body, live, buffers)
            return replace(stmt, body=body), live
        case For():
            while True:  # what an iteration reads, the one before it must leave as it was
                body, found = _run(stmt.body, live, buffers)
                if found <= live:
                    return replace(stmt, body=body), live
                live |= found
        case While():
            every = _union(list(all_atoms(Block((stmt,)))), buffers)
            body, _ = _run(stmt.body, live | every, buffers)
            return replace(stmt, body=body), live | every
    return stmt, live
