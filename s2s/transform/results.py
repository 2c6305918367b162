"""Takes calls with several results apart where only single results are read.

    y = np.linalg.eigh(a)[0]       w, v = np.linalg.eigh(a)
                                   y = w

A rule that names its results then knows which of them have an adjoint: one that nobody reads has
none, rather than zeros.
"""

from __future__ import annotations

import operator
from collections import Counter
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from s2s.ir.nodes import Apply, Block, Const, Function, Let, Ref, Stmt, Value
from s2s.ir.record import replace
from s2s.ir.walk import all_atoms, blocks_of, statements, with_blocks, with_stmts
from s2s.rules import book
from s2s.rules.ask import Nothing

# The names that NumPy gives to the parts of its results.
_FIELDS: dict[Any, tuple[str, ...]] = {
    np.linalg.eigh: ("eigenvalues", "eigenvectors"),
    np.linalg.eig: ("eigenvalues", "eigenvectors"),
    np.linalg.qr: ("Q", "R"),
    np.linalg.svd: ("U", "S", "Vh"),
    np.linalg.slogdet: ("sign", "logabsdet"),
}


@dataclass(frozen=True, slots=True)
class _Several:
    """The names of the results in the rule, and as attributes of what NumPy gives."""

    names: tuple[str, ...]
    fields: tuple[str, ...]


Calls: TypeAlias = dict[Value, _Several]
Parts: TypeAlias = dict[Value, tuple[Value, ...]]


def apart(function: Function) -> Function:
    """The function with the results of a call bound one by one where that is all it reads."""
    body = function.body
    calls = {s.targets[0]: r for s in statements(body) if isinstance(s, Let) and (r := _results(s))}
    if not calls:
        return function
    reads = Counter(a for a in all_atoms(body) if isinstance(a, Value) and a in calls)
    picks: Counter[Value] = Counter()
    for stmt in statements(body):
        if (picked := _picked(stmt, calls)) is not None:
            picks[picked[0]] += 1
    parts = {
        v: tuple(Value(n) for n in called.names)
        for v, called in calls.items() if picks[v] and picks[v] == reads[v]
    }  # fmt: skip
    if not parts:
        return function
    return replace(function, body=_block(body, parts, calls))


def _block(block: Block, parts: Parts, calls: Calls) -> Block:
    """The block with the calls unpacked and their items replaced."""
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        picked = _picked(stmt, calls)
        if isinstance(stmt, Let) and picked is not None and picked[0] in parts:
            stmt = replace(stmt, expr=parts[picked[0]][picked[1]])
        elif isinstance(stmt, Let) and stmt.targets and stmt.targets[0] in parts:
            stmt = replace(stmt, targets=parts[stmt.targets[0]], unpack=True)
        else:
            inner = tuple(_block(b, parts, calls) for b in blocks_of(stmt))
            stmt = with_blocks(stmt, inner)
        stmts.append(stmt)
    return with_stmts(block, stmts)


def _results(stmt: Let) -> _Several | None:
    """The results of a call that a rule knows to have several."""
    expr = stmt.expr
    if stmt.unpack or len(stmt.targets) != 1 or not isinstance(expr, Apply):
        return None
    if not isinstance(expr.fn, Ref) or expr.fn.live:
        return None
    bound = book().lookup(expr, Nothing())
    rule = bound.entry.signature() if bound is not None else None
    if bound is None or rule is None or len(rule.results) < 2:
        return None
    entry = bound.entry
    return _Several(rule.results, _FIELDS.get(entry.obj, rule.results))


def _picked(stmt: Stmt, calls: Calls) -> tuple[Value, int] | None:
    """The call and the number of the result that a statement picks, if that is what it does."""
    if not isinstance(stmt, Let) or stmt.unpack or not isinstance(stmt.expr, Apply):
        return None
    fn, args = stmt.expr.fn, stmt.expr.args
    if not isinstance(fn, Ref) or len(args) != 2 or fn.obj not in (operator.getitem, getattr):
        return None
    whole, index = args
    if not isinstance(whole, Value) or whole not in calls or not isinstance(index, Const):
        return None
    called, k = calls[whole], index.value
    count = len(called.names)
    if fn.obj is operator.getitem and type(k) is int and -count <= k < count:
        return whole, k % count
    named = fn.obj is getattr and k in called.fields
    return (whole, called.fields.index(k)) if named else None
